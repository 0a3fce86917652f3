"""What the keys of a format's description may hold, checked while it is read."""

from typing import Annotated

from pydantic import AfterValidator

ONE_SIGN = "one sign of ASCII that is no quotation mark, line end or NUL"
"""What may stand between fields."""


def is_delimiter(text: str) -> bool:
    """Return whether a text may stand between fields: the scanner compares single bytes."""
    return len(text) == 1 and text.isascii() and text not in '"\r\n\0'


def _delimiter(text: str) -> str:
    if not is_delimiter(text):
        raise ValueError(f"{text!r} is no delimiter: {ONE_SIGN}")
    return text


Delimiter = Annotated[str, AfterValidator(_delimiter)]

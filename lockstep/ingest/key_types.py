"""What the keys of a format's description may hold, checked while it is read."""

import re
from typing import Annotated

import polars as pl
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


def groups_of(pattern: str) -> list[str]:
    """Return the groups of a pattern in their order, by name or else by number.

    Raises:
        ValueError: It is no pattern of the engine that searches columns, which looks neither ahead
            nor behind.
    """
    column = pl.Series("text", [""])
    try:
        column.str.contains(pattern)
        found = column.to_frame().select(pl.col("text").str.extract_groups(pattern))
    except pl.exceptions.ComputeError as error:
        raise ValueError(f"no regular expression: {_problem(str(error))}") from None
    return found["text"].struct.fields


def _problem(told: str) -> str:
    """Return what the engine found, without the pattern and Polars' own words."""
    found = re.search(r"^error: (.*)$", told, re.MULTILINE)
    return found[1] if found else told.partition("\n")[0]


def _pattern(text: str) -> str:
    groups_of(text)
    return text


def _group_pattern(text: str) -> str:
    if not groups_of(text):
        raise ValueError("a group is needed, in ( )")
    return text


def _post_pattern(text: str) -> str:
    if "post" not in groups_of(text):
        raise ValueError("a group (?P<post>...) is needed")
    return text


def _name_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return text


def _facts_pattern(text: str) -> str:
    if re.compile(_name_pattern(text)).groups != _FACTS_N:
        raise ValueError(f"{_FACTS_N} groups are needed: export time, zone, first and last day")
    return text


_FACTS_N = 4

Pattern = Annotated[str, AfterValidator(_pattern)]
"""What is searched in a column, by Polars' engine."""
GroupPattern = Annotated[str, AfterValidator(_group_pattern)]
"""One whose first group is taken."""
PostPattern = Annotated[str, AfterValidator(_post_pattern)]
"""One that finds a post in an address, in its group `post`."""
NamePattern = Annotated[str, AfterValidator(_name_pattern)]
"""What is searched in the name of a column, by Python's engine."""
FileNamePattern = Annotated[str, AfterValidator(_facts_pattern)]
"""What is searched in the name of a file, by Python's engine."""

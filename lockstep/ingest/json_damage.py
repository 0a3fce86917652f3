"""Where a file that is to be JSON stops being it, to the byte."""

import json

from lockstep.errors import InputError
from lockstep.words import many

_WORDS = ("true", "false", "null", "-")
_MEND = "export it again; if it was changed by hand, mend it there"


def refuse_damaged(data: bytes, where: str) -> None:
    """Refuse a file that is neither one JSON document nor has one a line.

    Args:
        data: The file, without byte-order mark.
        where: The file, for messages.

    Raises:
        InputError: It is cut short, or is no JSON from a byte on.
    """
    if is_object(data.strip().partition(b"\n")[0]):  # each line is a document by itself
        return
    try:
        text = data.decode("utf-8")
        json.loads(text)
    except UnicodeDecodeError as error:
        raise _refusal(data, error.start, "bytes that are not UTF-8", where) from None
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode())
        if _is_end(text[error.pos :].strip(), error.msg):
            raise InputError(
                f"JSON that is cut short: it ends at byte {len(data):,} in the middle of a value",
                where=where,
                expected="a whole document",
                fix="export or download it again: its end is missing",
            ) from None
        if error.msg == "Extra data":
            raise _more(data, at, where) from None
        raise _refusal(data, at, f"no JSON ({error.msg})", where) from None
    except RecursionError:
        raise InputError("JSON that is nested too deeply", where=where, fix="unfold it") from None


def is_object(content: bytes) -> bool:
    """Return whether some bytes are one JSON object."""
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False


def _is_end(rest: str, message: str) -> bool:
    """Return whether nothing is wrong but that the text ends where a value goes on."""
    if message.startswith("Unterminated string"):
        return True
    return any(word.startswith(rest) for word in _WORDS)


def _more(data: bytes, at: int, where: str) -> InputError:
    """Return that something follows a document: a comma, another document, or what is no JSON."""
    if data[at : at + 1] == b",":
        fix = "in a copy, take the commas behind the documents away: then there is one a line"
        return _refusal(data, at, "a comma behind a JSON document", where, fix)
    if data[at : at + 1] in {b"{", b"["}:
        fix = "several exports were joined: keep each in a file of its own"
        return _refusal(data, at, "another JSON document behind the first", where, fix)
    return _refusal(data, at, "no JSON (Extra data)", where)


def _refusal(data: bytes, at: int, what: str, where: str, fix: str = _MEND) -> InputError:
    line = 1 + data[:at].count(b"\n")
    return InputError(
        f"{what} at byte {at:,} of {many(len(data), 'byte')}",
        where=f"{where}, line {line:,}",
        expected="one JSON document, or one a line, in UTF-8",
        fix=fix,
    )

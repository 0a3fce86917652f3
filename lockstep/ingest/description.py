"""The start of a description of a format: what a file shows, and what its user has to say."""

import json
import re

from lockstep.ingest.formats import COUNTS, formats
from lockstep.ingest.outline import Outline
from lockstep.words import many

FILL_IN = "FILL IN"
"""What marks a line that a user has to complete."""

_NEEDED = {
    "post_id": "the id of each post",
    "account_id_raw": "the id of the account that posted",
    "posted_at_raw": "when it was posted",
}
_OF_WHOM = "author|user|account|page|channel|owner|from|profile|group|sender|actor|creator"
_OF_WHAT = "post|tweet|status|message|video|content|item|media|note"
_HINTS = {
    "post_id": rf"^(({_OF_WHAT}) )?(id|uri|shortcode)( str)?$|^(post|tweet|message)$",
    "account_id_raw": rf"\b({_OF_WHOM}) (id|uri|did|key)|^({_OF_WHOM}|did)$",
    "posted_at_raw": r"\b(created|posted|published|timestamp|date|datetime|time|when)\b",
    "name": rf"\b({_OF_WHOM}|display|full|nick) ?(name|title)$|^name$|nickname",
    "handle": r"handle|user ?name|screen name|unique id|\bacct$",
    "text": r"^(full |note )?(text|message|content|body|caption|words|desc)$",
    "title": r"^(title|headline|subject)$",
    "description": r"^description$",
    "link": r"\b(link|expanded url|shared url)\b",
    "post_url": r"\b(permalink|post url|web url)$|^url$",
    "post_type_raw": r"\b(type|kind)$",
    "shared_post_id": r"\b(shared?|repost|retweet|forward|quote)\w*( \w+)* (id|of|from)$",
    "likes": r"\b(likes?|favou?rites?|digg|hearts?)\b",
    "comments": r"\b(comments?|repl(y|ies))\b",
    "shares": r"\b(shares?|retweets?|reposts?|forwards?)( count)?$",
    "views_total": r"\b(views?|plays?|impressions?)\b",
    "followers_at_posting": r"\b(followers?|subscribers?|fans)\b",
}
"""How columns are called that may hold a value, in small letters, words apart."""


def begun(found: Outline, file_name: str) -> str:
    """Return the start of a description in TOML, with what must be filled in marked.

    Nothing is decided but what the file itself shows. Columns whose names suggest a value, by those
    of the formats that lockstep knows or by their words, are named behind `#`.

    Args:
        found: What the file shows.
        file_name: What it is called.
    """
    names = ",\n".join(f"  {_quoted(name)}" for name in found.names)
    lines = {value: _line(value, found.names) for value in _HINTS}
    values = "\n".join(line for value, line in lines.items() if line and value not in COUNTS)
    counts = "\n".join(line for value, line in lines.items() if line and value in COUNTS)
    return _TEMPLATE.format(
        file=file_name.replace("\n", " "),
        shape=_shape(found),
        lies=_lies(found),
        names=names,
        values=values,
        counts=counts,
        mark=FILL_IN,
    )


def candidates(value: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that suggest a value: as a known format calls it first, then by words."""
    known = {_words(column) for fmt in formats() for column in fmt.headers.get(value, ())}
    exact = [name for name in names if _words(name) in known]
    alike = [name for name in names if re.search(_HINTS[value], _words(name))]
    return tuple(dict.fromkeys([*exact, *alike]))


def _words(name: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart.casefold()))


def _line(value: str, names: tuple[str, ...]) -> str:
    """Return the line of a value, behind `#`; nothing where none is needed and no name suggests."""
    best, *others = candidates(value, names) or ("",)
    if not best and value not in _NEEDED:
        return ""
    perhaps = f"perhaps; or {', '.join(map(_quoted, others))}" if others else "perhaps"
    said = f"{FILL_IN}: {_NEEDED[value]}" if value in _NEEDED else perhaps
    more = f", {perhaps}" if value in _NEEDED and best else ""
    return f"{f'# {value} = {_quoted(best)}':<33} # {said}{more}"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def _shape(found: Outline) -> str:
    if found.delimiter:
        return f"{many(len(found.names), 'column')} with a name"
    return f"{many(len(found.names), 'name')} in its first records"


def _lies(found: Outline) -> str:
    """Return how records lie in the file, as TOML."""
    if found.delimiter:
        return f"delimiters = [{_quoted(found.delimiter)}]\n"
    of = [f"[{', '.join(map(_quoted, path))}]" for path in found.arrays]
    if found.kind == "lines":
        perhaps = "".join(f"# records = {path}  # if records stand in there\n" for path in of)
        return f'[documents]\nkind = "lines"                   # one document a line\n{perhaps}'
    first, *others = of
    records = f"records = {first}\n" if found.arrays[0] else ""
    perhaps = "".join(f"# records = {path}  # or in there\n" for path in others)
    return (
        f'[documents]\nkind = "document"               # one in the whole file\n{records}{perhaps}'
    )


_TEMPLATE = """\
# Begun by `lockstep mapping new` from {file}: {shape}.
# Each line with {mark} waits for you: complete it and take off the # before it. Take it off other
# lines that are right. docs/guides/own-format.md explains every key. Then try it:
#     lockstep mapping check THIS-FILE.toml {file}

# id = ""                         # {mark}: what you call the format
version = "1"
# platform = ""                   # {mark}: the site, in small letters, digits and hyphens
{lies}
[detect]
required = ["post_id", "account_id_raw", "posted_at_raw"]
ignore = '^$'

[column_sets]
all = [
{names},
]

[[variants]]
id = "all columns"
sets = ["all"]

[subset]
id = "some columns"

[columns]
{values}

[counts]
{counts}

[identity]
post_value = "post_id"
account_value = "account_id_raw"
# kind = ""                       # {mark}: page, profile, channel or user

[time]
# written = [""]                  # {mark}: iso (2022-01-05T08:00:00+01:00), epoch_s (1641366000),
#                                 # epoch_ms (1641366000000); for any other way see the guide
# resolution_us = 1_000_000       # {mark}: how finely, in microseconds: a minute is 60_000_000
# is_utc = true                   # only if the site says that times without an offset are UTC
earliest_s = 946_684_800          # no post is older, in s since 1970 UTC: 2000-01-01
"""

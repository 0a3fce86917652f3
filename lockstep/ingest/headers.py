"""Which format and variant is a file, by its header, and where does each value stand in it?

The order of columns tells nothing. Names count as they stand there or else by their words alone,
since R and pandas change case and signs: `page_name` and `Page.Name` are `Page Name`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lockstep.errors import UnknownExportError
from lockstep.ingest.formats import Checksum, Format, Variant
from lockstep.words import many

_NAMED = 5
"""Missing columns that are named."""
MARGIN = 0.15
"""By how much the share of known columns decides between two formats that fit (FORMATS §6)."""
_TWICE_ENCODED = {"ï»¿": "", "â€”": "—"}
"""A byte-order mark and a dash in UTF-8 that were read as Windows-1252."""
_OF_PANDAS = re.compile(r"(?:Unnamed: [0-9.]+)?")
"""What an index is called that pandas wrote without a name, or read so and wrote again."""
DESCRIBE = (
    "if it holds posts, `lockstep mapping new` begins a description of it "
    "(docs/guides/own-format.md); if not, take it out of the exports"
)
"""What to do with a file that no format knows."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was recognised.

    `fields_n` counts its columns; `positions` says in which of them each named value stands that
    the file has, and `names` what those are called there. `lost` lists columns that the nearest
    variant has and the file has not. `unknown` lists those that the format does not know,
    `score_kind` says what the value `score` is, if the file has one; `has_index` tells of columns
    without a name, such as pandas adds, `is_damaged` of names that were encoded twice, and
    `has_separator_line` of a line before the header in which a spreadsheet named the delimiter.
    """

    format: Format
    variant: str
    nearest: str
    delimiter: str
    fields_n: int
    positions: dict[str, int]
    names: dict[str, str]
    score_kind: str | None
    checksum: Checksum | None
    lost: tuple[str, ...]
    unknown: tuple[str, ...]
    has_index: bool
    is_damaged: bool
    has_separator_line: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    """A header as one format reads it: `known` says where each of its columns stands."""

    format: Format
    delimiter: str
    written: Sequence[str]
    names: Sequence[str]
    words: Sequence[str]
    known: dict[str, int]

    def place(self, column: str) -> int | None:
        """Return where a column stands, if it does."""
        return _place(column, self.names, self.words)

    @property
    def missing(self) -> list[str]:
        """The required values of which no column is there."""
        headers = self.format.headers
        return [v for v in self.format.detect.required if not {*headers[v]} & {*self.known}]

    @property
    def foreign(self) -> str | None:
        """The first column that no file of the format has."""
        absent = self.format.detect.absent
        return next((name for name in absent if self.place(name) is not None), None)

    @property
    def at_odds_n(self) -> int:
        """Columns by which the file is none of the format."""
        return len(self.missing) + (self.foreign is not None)

    @property
    def known_share(self) -> float:
        return len(self.known) / len(self.names)


def recognise(
    headers: Mapping[str, Sequence[str]], allowed: Sequence[Format], where: str
) -> Header:
    """Tell format and variant of a file by its header.

    Args:
        headers: The header record as each delimiter splits it.
        allowed: Formats to choose from.
        where: The file, for messages.

    Raises:
        UnknownExportError: No format has these columns, and the message names what the nearest
            lacks; two fit about equally well; or a column stands there twice.
    """
    if not allowed:
        raise UnknownExportError(
            "no JSON, which the format that is named for it wants",
            where=where,
            expected="an export in JSON",
            fix="name another [[exports]] format, or take the file out of the case's exports",
        )
    tried = [
        min(
            (_columns(fmt, delimiter, headers[delimiter]) for delimiter in fmt.delimiters),
            key=lambda columns: len(columns.missing),
        )
        for fmt in allowed
    ]
    fitting = [columns for columns in tried if not columns.at_odds_n]
    if not fitting:
        nearest = min(tried, key=lambda columns: columns.at_odds_n)
        raise _unknown(nearest, where, is_named=len(allowed) == 1)
    best, *others = sorted(fitting, key=lambda columns: -columns.known_share)
    if others and best.known_share < others[0].known_share + MARGIN:
        raise UnknownExportError(
            f"both {best.format.id} and {others[0].format.id} may be meant",
            where=f"{where}, header of {many(len(best.names), 'column')}",
            expected="the columns of one format",
            fix=f'add to [[exports]]: format = "{best.format.id}", or whichever is meant',
        )
    _refuse_twice(best, where)
    _refuse_never(best, where)
    return _header(best)


def _columns(fmt: Format, delimiter: str, written: Sequence[str]) -> _Columns:
    names = [clean(name) for name in written]
    words = [_words(name) for name in names]
    known = {
        column: at
        for column in _all_columns(fmt)
        if (at := _place(column, names, words)) is not None
    }
    return _Columns(fmt, delimiter, written, names, words, known)


def fits(names: Sequence[str], fmt: Format) -> bool:
    """Return whether columns of these names may be those of a format."""
    return not _columns(fmt, "", names).at_odds_n


def clean(name: str) -> str:
    """Return the name of a column as it is compared: what was encoded twice mended, trimmed."""
    for damaged, meant in _TWICE_ENCODED.items():
        name = name.replace(damaged, meant)
    return unicodedata.normalize("NFC", name).strip()


@lru_cache(maxsize=4_096)  # every format is compared with the same header
def _words(name: str) -> str:
    """Return a name's letters and digits in lower case, with single spaces between words."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _all_columns(fmt: Format) -> dict[str, None]:
    """Return every column that the format knows but scores, each once."""
    of_values = [name for names in fmt.headers.values() for name in names]
    of_sets = [name for names in fmt.column_sets.values() for name in names]
    return dict.fromkeys((*of_values, *of_sets))


def _place(column: str, names: Sequence[str], words: Sequence[str]) -> int | None:
    """Return where a column stands, as it is called or else by its words."""
    if column in names:
        return names.index(column)
    return words.index(_words(column)) if _words(column) in words else None


def _beginning(name: str, columns: _Columns) -> int | None:
    """Return where a column stands that begins with the words of a name and is no other."""
    taken = {*columns.known.values()}
    words = _words(name)
    return next(
        (
            at
            for at, other in enumerate(columns.names)
            if at not in taken and f"{_words(other)} ".startswith(f"{words} ")
        ),
        None,
    )


def lacking(fmt: Format, values: Sequence[str], where: str) -> UnknownExportError:
    """Return that a file lacks required values of the format that is named for it."""
    named = [f"{' or '.join(fmt.headers[value])} ({value})" for value in values]
    return UnknownExportError(
        f"of {fmt.id} it lacks {', '.join(named)}",
        where=where,
        expected=f"all that {fmt.id} requires: {', '.join(fmt.detect.required)}",
        fix="mend [columns] of its description if you wrote it, or read the file by another format",
    )


def _unknown(nearest: _Columns, where: str, *, is_named: bool) -> UnknownExportError:
    missing, required = nearest.missing, nearest.format.detect.required
    header = f"{where}, header of {many(len(nearest.names), 'column')}"
    if is_named and missing:
        return lacking(nearest.format, missing, header)
    if len(missing) == len(required):
        return UnknownExportError(
            "no known format: none of the columns of an export is there",
            where=where,
            expected="an export as docs/reference/formats.md lists it",
            fix=DESCRIBE,
        )
    if not missing:
        return UnknownExportError(
            f"no known format: {nearest.format.id} has no column {nearest.foreign!r}",
            where=header,
            expected="an export as docs/reference/formats.md lists it",
            fix='name another [[exports]] format, or "auto"',
        )
    needed, lacked = (
        ", ".join(" or ".join(nearest.format.headers[value]) for value in values)
        for values in (required, missing)
    )
    return UnknownExportError(
        f"no known format: of {nearest.format.id} it lacks {lacked}",
        where=header,
        expected=f"at least the columns {needed}",
        fix="export it again with all columns, or take it out of the case's exports",
    )


def _refuse_twice(columns: _Columns, where: str) -> None:
    """Refuse a header in which a column stands twice.

    Raises:
        UnknownExportError: As it is called, or else by its words.
    """
    words = [_words(name) for name in columns.names]
    for column, at in columns.known.items():
        is_exact = columns.names[at] == column
        n = columns.names.count(column) if is_exact else words.count(_words(column))
        if n > 1:
            raise UnknownExportError(
                f"column {column!r} stands there {n} times",
                where=f"{where}, header",
                expected="each column once",
                fix="export it again, or rename the column that was added",
            )


def _refuse_never(columns: _Columns, where: str) -> None:
    """Refuse a file that has a column of the format's `never`.

    Raises:
        UnknownExportError: With the reason that the format gives.
    """
    for column, why in columns.format.detect.never.items():
        if columns.place(column) is not None:
            raise UnknownExportError(
                f"{columns.format.id} with a column {column!r}: {why}",
                where=f"{where}, header",
                expected=f"an export as {columns.format.id} describes it",
                fix="take the export from where it was first made",
            )


def _header(columns: _Columns) -> Header:
    fmt, names = columns.format, columns.names
    ignored = {at for at, name in enumerate(names) if re.match(fmt.detect.ignore, name)}
    has_index = any(_OF_PANDAS.fullmatch(names[at]) for at in ignored)
    variant = _nearest(columns, has_index=has_index)
    lost = tuple(_lost(variant, columns))
    score_kind, score_at = _score(columns)
    positions = dict(_positions(columns))
    if score_at is not None:
        positions["score"] = score_at
    scores = {_beginning(name, columns) for names in variant.scores for name in names}
    # Of two columns of one value the other is not read, and told.
    of_sets = {columns.known[c] for c in _columns_of(variant, fmt) if c in columns.known}
    told = {*positions.values(), *of_sets, *scores, *ignored}
    return Header(
        format=fmt,
        variant=fmt.subset.id if lost else variant.id,
        nearest=variant.id,
        delimiter=columns.delimiter,
        fields_n=len(names),
        positions=positions,
        names={value: names[at] for value, at in positions.items()},
        score_kind=score_kind,
        checksum=_checksum(fmt, variant, positions),
        lost=lost,
        unknown=tuple(name for at, name in enumerate(names) if at not in told),
        has_index=has_index,
        is_damaged=any(damaged in name for name in columns.written for damaged in _TWICE_ENCODED),
    )


def _nearest(columns: _Columns, *, has_index: bool) -> Variant:
    """Return the variant that differs in the fewest columns, the first of those that do equally.

    One that has what the format requires in another column comes last: a file with `Post Created`
    is no subset of a variant that has `Created`.
    """
    fmt, known = columns.format, {*columns.known} - {*columns.format.columns.get("name", ())}
    read = {next(n for n in fmt.headers[v] if n in columns.known) for v in fmt.detect.required}

    def differing(variant: Variant) -> tuple[bool, int, bool]:
        own = _columns_of(variant, fmt)
        differing_n = len(list(_lost(variant, columns))) + len(known - own)
        return not (read & known) <= own, differing_n, variant.index != has_index

    return min(fmt.variants, key=differing)


def _columns_of(variant: Variant, fmt: Format) -> set[str]:
    return {name for chosen in variant.sets for name in fmt.column_sets[chosen]}


def _lost(variant: Variant, columns: _Columns) -> Iterator[str]:
    """Yield the columns of a variant that are not there."""
    for chosen in variant.sets:
        for name in columns.format.column_sets[chosen]:
            if name not in columns.known:
                yield name
    for names in variant.scores:
        if all(_beginning(name, columns) is None for name in names):
            yield " or ".join(name.partition(" (")[0] for name in names)


def _positions(columns: _Columns) -> Iterator[tuple[str, int]]:
    """Yield where each value stands that the file has."""
    for value, names in columns.format.headers.items():
        found = [columns.known[name] for name in names if name in columns.known]
        if found:
            yield value, found[0]


def _score(columns: _Columns) -> tuple[str | None, int | None]:
    """Return kind and place of the score, by the order in which the format names its kinds."""
    for kind, names in columns.format.scores.items():
        for name in names:
            at = _beginning(name, columns)
            if at is not None:
                return kind, at
    return None, None


def _checksum(fmt: Format, variant: Variant, positions: Mapping[str, int]) -> Checksum | None:
    """Return the sum, if the format has one, without reactions that the variant never had."""
    if fmt.checksum is None:
        return None
    own = _columns_of(variant, fmt)
    parts = tuple(
        part for part in fmt.checksum.parts if part in positions or {*fmt.counts[part]} & own
    )
    return fmt.checksum.model_copy(update={"parts": parts})


def listed(columns: Sequence[str]) -> str:
    """Return the first columns by name, and how many more there are."""
    more_n = len(columns) - _NAMED
    return ", ".join(columns[:_NAMED]) + (f" and {more_n} more" if more_n > 0 else "")

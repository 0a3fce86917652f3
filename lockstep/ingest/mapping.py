"""What each record of one export says in our columns: identified, dated, typed; not redacted."""

from collections.abc import Collection, Iterable

import polars as pl

from lockstep.ingest.ascii_numbers import in_ascii
from lockstep.ingest.blocks import Block
from lockstep.ingest.column_identity import column_identities
from lockstep.ingest.formats import COUNTS, VALUES, ColumnIdentity, Format, Instant, Time
from lockstep.ingest.headers import Header
from lockstep.ingest.id_times import refined
from lockstep.ingest.identity import identities
from lockstep.ingest.numbers import evidence, read_counts
from lockstep.ingest.outcomes import NOT_A_POST
from lockstep.ingest.posted_at import posted_at
from lockstep.ingest.row_hashes import row_hmacs
from lockstep.ingest.scanner import Ints
from lockstep.ingest.scores import read_scores, signs_shown
from lockstep.ingest.server_time import trusted_times
from lockstep.ingest.stated_times import stated_times
from lockstep.ingest.transforms import transformed
from lockstep.ingest.written_numbers import WrittenNumbers, marks_in
from lockstep.settings import ExportSection

SAID = ("reason", "field", "detail")
"""Why a record cannot be accepted."""

WRITTEN = ("text", "title", "description", "image_text", "sponsor_name")
"""Texts of a post that a person wrote."""
LINKS = ("link", "final_link", "text_links")
OF_ACCOUNT = ("name", "handle", "category", "account_description")

_NUMBERS = ("score", *COUNTS)

BY_A_PERSON = (*WRITTEN, "name", "account_description")
"""What a person wrote, of a post or of its account; missing only where it is empty."""

_COUNTRY = "^[A-Z]{2}$"
_NUMBER = "^[0-9]+$"
_SHARE_STATUSES = ("owned", "original", "share", "crosspost")
_SCHEDULED = "live_video_scheduled"


def written_numbers(block: Block, header: Header) -> WrittenNumbers:
    """Return what a block's records tell of how numbers are written; scores where no sum does."""
    given = _with_columns(block.values, _NUMBERS)
    marks = marks_in(given.select(_NUMBERS))
    values = _without_nulls(given, header.format, marks)
    score, summed = in_ascii(values["score"]), header.checksum
    proof = score.clear() if summed and summed.total in header.positions else score
    counts = evidence(values.select(COUNTS), summed, proof)
    return WrittenNumbers(counts, signs_shown(score), marks)


def map_records(
    block: Block,
    header: Header,
    section: ExportSection,
    *,
    until_s: int | None,
    written: WrittenNumbers,
    key: bytes,
) -> pl.DataFrame:
    """Read every value of some records of an export.

    The first reason against a record counts: its ids, then its time, then its counts.

    Args:
        block: The records.
        header: What their columns are.
        section: What the case says of the export.
        until_s: When it was exported, if known.
        written: How it writes numbers.
        key: The case's key.

    Returns:
        One row per record that can be split: its ids, time, texts, counts and row_hmac; reason,
        field and detail where it cannot be accepted, and in `otherwise` the same but for its ids,
        which another export may tell. What is told by a value is null where that value is missing,
        so that both can be taken from another export.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    fmt = header.format
    values = _without_nulls(_with_all_columns(block.values, fmt), fmt, written.marks)
    ids = _identities(values, fmt)
    stated = _times(values, fmt.time, section, until_s)
    times = refined(stated, ids["post_id"], fmt.time)
    none = _not_posts(values, fmt)
    counts = read_counts(values.select(COUNTS), header.checksum, written.locale)
    return pl.concat(
        [
            values.select("source_row", *WRITTEN, *LINKS, *OF_ACCOUNT),
            ids.drop(SAID),
            times.drop(SAID),
            counts.frame,
            _scores(in_ascii(values["score"]), header, written),
            _kinds(values, header),
            _created(values["created_at_raw"], fmt, section),
            _observed(values["observed_at_raw"], fmt, section, times["posted_at_s"], until_s),
            _first_reason(none, ids, times, counts.said),
            _first_reason(times, counts.said).select(otherwise=pl.struct(SAID)),
            pl.DataFrame({"row_hmac": row_hmacs(block.data, *_places(block), key)}),
        ],
        how="horizontal",
    )


def _identities(values: pl.DataFrame, fmt: Format) -> pl.DataFrame:
    if isinstance(fmt.identity, ColumnIdentity):
        return column_identities(values, fmt.identity, fmt.platform)
    return identities(values, fmt.identity, fmt.platform)


def _times(
    values: pl.DataFrame, rule: Time | Instant, section: ExportSection, until_s: int | None
) -> pl.DataFrame:
    """Return when posts were published, posted_at_raw and is_server_time among it."""
    raw = values["posted_at_raw"]
    if not isinstance(rule, Instant):
        read = posted_at(raw, rule, section, until_s)
    else:
        read = stated_times(raw, rule, section, until_s)
        if rule.server_within_s is not None:
            server = stated_times(values["server_time_raw"], rule, section, until_s)
            return trusted_times(read, server, values, rule.server_within_s)
    return read.with_columns(posted_at_raw=raw, is_server_time=pl.lit(value=False))


def _not_posts(values: pl.DataFrame, fmt: Format) -> pl.DataFrame:
    """Return reason, field and detail: the first for records whose values tell that they are none.

    A value that lists nothing tells it whatever it is.
    """
    told = [
        pl.col(name).is_in(meant) if meant else pl.col(name).is_not_null()
        for name, meant in fmt.not_posts.items()
    ]
    is_none = pl.any_horizontal(pl.lit(value=False), *told)
    nothing = pl.lit(None, dtype=pl.String)
    return values.select(
        reason=pl.when(is_none).then(pl.lit(NOT_A_POST)), field=nothing, detail=nothing
    )


def _observed(
    raw: pl.Series,
    fmt: Format,
    section: ExportSection,
    posted_at_s: pl.Series,
    until_s: int | None,
) -> pl.DataFrame:
    """Return when each record says that its numbers were read: never before the post was there.

    Nor more than a day after the export. Where nobody knows when that was made, no clock tells it:
    any time is believed until the platform was closed, or until 2100.
    """
    rule = fmt.observed or fmt.time
    if "observed_at_raw" not in fmt.headers or not isinstance(rule, Instant):
        nothing = pl.repeat(None, len(raw), dtype=pl.Int64, eager=True)
        return pl.DataFrame({"record_observed_s": nothing}).with_columns(
            is_observed_unread=pl.lit(value=False)
        )
    read = stated_times(raw, rule, section, until_s).with_columns(after_s=posted_at_s)
    is_read = pl.col("reason").is_null() & (pl.col("posted_at_s") >= pl.col("after_s"))
    return read.select(
        record_observed_s=pl.when(is_read).then("posted_at_s"),
        is_observed_unread=~is_read.fill_null(value=False) & pl.lit(raw).is_not_null(),
    )


def _created(raw: pl.Series, fmt: Format, section: ExportSection) -> pl.DataFrame:
    """Return when the account was created: as stated, or else in a zone that is taken for UTC."""
    if isinstance(fmt.time, Instant):
        at_s = stated_times(raw, fmt.created or fmt.time, section, None)["posted_at_s"]
        source = "platform_spec"
    else:
        at_s = raw.str.to_datetime(fmt.time.parse, strict=False, time_unit="us").dt.epoch("s")
        source = "assumed"
    return pl.select(
        created_at_s=at_s,
        created_at_tz_source=pl.when(pl.lit(at_s).is_not_null()).then(pl.lit(source)),
    )


def _scores(raw: pl.Series, header: Header, written: WrittenNumbers) -> pl.DataFrame:
    score = read_scores(raw, written.decimal_sign)
    return pl.select(
        score=score,
        score_kind=pl.when(score.is_not_null()).then(pl.lit(header.score_kind, pl.String)),
        is_score_unread=raw.is_not_null() & score.is_null(),
    )


def _with_all_columns(values: pl.DataFrame, fmt: Format) -> pl.DataFrame:
    """Return the values of a file, null throughout where it has no column."""
    given = _with_columns(values, {"score", *VALUES, *COUNTS, *fmt.headers})
    known = transformed(given, fmt.transforms)
    return known.with_columns(handle="account_id_raw") if fmt.ids_are_handles else known


def _with_columns(values: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    absent = sorted({*names} - {*values.columns})
    return values.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)


def _without_nulls(values: pl.DataFrame, fmt: Format, marks: Collection[str]) -> pl.DataFrame:
    null = dict.fromkeys(values.drop("source_row").columns, fmt.null.machine)
    null |= {**dict.fromkeys(BY_A_PERSON, ("",)), "category": fmt.null.category}
    return values.with_columns(
        pl.when(~pl.col(name).is_in([*null[name], *marks])).then(name).alias(name)
        for name in values.columns
        if name != "source_row"
    )


def _kinds(values: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Return what kind of post and account a record is of, and what of it was cut."""
    fmt, limits = header.format, header.format.text
    raw, status = pl.col("post_type_raw"), pl.col("video_share_status").str.to_lowercase()
    post_type = raw.replace_strict(fmt.post_types, default="other", return_dtype=pl.String)
    about, country, sponsor = (
        pl.col(name) for name in ("account_description", "admin_country", "sponsor_id")
    )
    return values.select(
        raw,
        "created_at_raw",
        kind=_kind(header),
        is_edited=pl.col("edited_at_raw").is_not_null(),
        post_type=pl.when(raw.is_not_null()).then(post_type),
        is_scheduled_announcement=pl.when(raw.is_not_null()).then(post_type == _SCHEDULED),
        video_share_status=pl.when(status.is_in(_SHARE_STATUSES)).then(status),
        is_share=_is_share(fmt, status),
        text_truncated=pl.col("text").str.len_chars() >= pl.lit(limits.truncated_chars, pl.Int64),
        sponsor_id=pl.when(sponsor.str.contains(_NUMBER)).then(sponsor),
        admin_country=pl.when(country.str.contains(_COUNTRY)).then(country),
        description_truncated=about.str.len_bytes()
        == pl.lit(limits.description_truncated_bytes, pl.Int64),
    )


def _is_share(fmt: Format, status: pl.Expr) -> pl.Expr:
    """Return whether a post shares another; null where nothing tells."""
    if fmt.share is None:
        return status == "share"
    told = pl.col(fmt.share.value)
    means = [meant.lower() for meant in fmt.share.means]
    return told.str.to_lowercase().is_in(means) if means else told.is_not_null()


def _kind(header: Header) -> pl.Expr:
    """Return what an account outside groups is: as a value tells it, or else as the format does."""
    kinds = header.format.account_kinds
    told = pl.col("account_kind_raw").replace_strict(kinds, default=None, return_dtype=pl.String)
    return pl.coalesce(told, _kind_otherwise(header)) if kinds else _kind_otherwise(header)


def _kind_otherwise(header: Header) -> pl.Expr:
    """Return what an account is where no value tells it: a page by its creation, read or not."""
    if isinstance(header.format.identity, ColumnIdentity):
        return pl.lit(header.format.identity.kind)
    if "created_at_raw" not in header.positions:
        return pl.lit(None, dtype=pl.String)
    told = pl.col("created_at_raw").is_not_null()
    return pl.when(told).then(pl.lit("page")).otherwise(pl.lit("profile"))


def _first_reason(*said: pl.DataFrame) -> pl.DataFrame:
    """Return reason, field and detail of the first frame that gives a reason, record by record."""
    given = [
        pl.when(frame["reason"].is_not_null()).then(frame.select(SAID).to_struct())
        for frame in said
    ]
    return pl.select(said=pl.coalesce(given)).unnest("said")


def _places(block: Block) -> tuple[Ints, Ints]:
    """Return where each record that can be split starts and ends."""
    whole = block.records.filter(pl.col("reason").is_null())
    start = whole["source_byte_start"].to_numpy()
    return start, start + whole["source_byte_len"].to_numpy()

"""When a post was made by its id, where ids hold that more finely than the export states it."""

import polars as pl

from lockstep.ingest.formats import Instant, Time
from lockstep.ingest.stated_times import resolutions_us

_EPOCH_MS = 1_288_834_974_657
"""From when on snowflake ids count, in ms since 1970 UTC: 2010-11-04T01:42:54.657Z."""
_NOT_TIME_BITS = 22
_FIRST = 30_000_000_000
"""Ids below were given in turn, until November 2010, and hold no time."""
_ID = "^[1-9][0-9]{10,18}$"
_SECOND_US = 1_000_000


def refined(times: pl.DataFrame, post_id: pl.Series, rule: Time | Instant) -> pl.DataFrame:
    """Return times as ids have them, to the second, where those agree with what is stated.

    An id agrees whose time, cut to the resolution of what is stated, is the stated one. One that is
    hashed, or was given before ids held times, tells nothing; one that disagrees is not believed.

    Args:
        times: As `stated_times` returns them, with posted_at_raw.
        post_id: The posts' ids, null where there is none.
        rule: How the format writes times.

    Returns:
        The same, with posted_at_resolution_us, and is_id_time_other: whether the id has another
        time. Of a time from an id posted_at_tz_source is id_embedded.

    References:
        FORMATS §3 (snowflake: milliseconds since its epoch in all but the last 22 bits).
    """
    in_id_s = _of_ids(post_id, rule)
    stated_s = times["posted_at_s"]
    resolution_us = resolutions_us(times["posted_at_raw"], rule)
    agrees = in_id_s * _SECOND_US // resolution_us == stated_s * _SECOND_US // resolution_us
    is_better = agrees.fill_null(value=False)
    return times.with_columns(
        posted_at_s=pl.when(is_better).then(in_id_s).otherwise(stated_s),
        posted_at_tz_source=pl.when(is_better)
        .then(pl.lit("id_embedded"))
        .otherwise("posted_at_tz_source"),
        posted_at_resolution_us=pl.when(is_better)
        .then(pl.lit(min(_SECOND_US, rule.resolution_us), dtype=pl.Int64))
        .otherwise(resolution_us),
        is_id_time_other=(~agrees).fill_null(value=False),
    )


def _of_ids(post_id: pl.Series, rule: Time | Instant) -> pl.Series:
    """Return the times that ids hold, in s since 1970 UTC; null where they hold none."""
    if isinstance(rule, Time) or rule.in_id is None:
        return pl.repeat(None, len(post_id), dtype=pl.Int64, eager=True)
    number = post_id.set(~post_id.str.contains(_ID), None).cast(pl.Int64, strict=False)
    since_ms = number.set(number < _FIRST, None) // (1 << _NOT_TIME_BITS)
    return (since_ms + _EPOCH_MS) // 1_000

"""Which of two times counts: the one that an account claims, or that of the server that took it."""

import polars as pl


def trusted_times(
    claimed: pl.DataFrame, by_server: pl.DataFrame, raw: pl.DataFrame, within_s: int
) -> pl.DataFrame:
    """Return times as claimed where the server's is near, else the server's.

    Where posts are written by programs of their authors these may claim any time. What the server
    does not say, nobody proves: such a record has the reason that its time has there.

    Args:
        claimed: Times as `stated_times` reads them from posted_at_raw.
        by_server: The same, from server_time_raw.
        raw: Both columns as they are written.
        within_s: By how much they may differ.

    Returns:
        As `stated_times`, with posted_at_raw as it is written in the one that counts, and
        is_server_time: whether what was claimed does not count.
    """
    apart_s = (claimed["posted_at_s"] - by_server["posted_at_s"]).abs()
    is_near = claimed["reason"].is_null() & by_server["reason"].is_null() & (apart_s <= within_s)
    near = pl.lit(is_near.fill_null(value=False))
    return pl.select(
        *(
            pl.when(near).then(claimed[name]).otherwise(by_server[name]).alias(name)
            for name in claimed.columns
            if name != "field"
        ),
        field=pl.when(pl.lit(by_server["reason"]).is_not_null()).then(pl.lit("server_time_raw")),
        posted_at_raw=pl.when(near).then(raw["posted_at_raw"]).otherwise(raw["server_time_raw"]),
        is_server_time=~near & pl.lit(by_server["reason"]).is_null(),
    )

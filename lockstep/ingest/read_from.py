"""From which columns of an export of each format a value is read, as the format describes it.

Contracts name values (`export.posted_at_raw`), formats the columns in which they stand.
"""

from lockstep.ingest.formats import ColumnIdentity, Format, Identity, Instant

WHOLE = ("bytes", "header", "file_name")
"""What is read of an export itself, whatever its format."""
TOLD = (
    *("post_identity", "post_address", "account_identity", "account_url", "account_kind"),
    *("surface_identity", "posted_time", "share", "checksum", "score"),
)
"""What several values tell, or others in each format."""


def columns_read(fmt: Format, value: str) -> tuple[str, ...]:
    """Return the columns of a format that a value is read from; none where the format has none.

    Args:
        fmt: The format.
        value: One that the format may name, or one of `TOLD`; columns of a score are given as they
            begin.
    """
    names = _told_by(fmt).get(value, (value,))
    columns = {**fmt.headers, "score": tuple(c for kind in fmt.scores.values() for c in kind)}
    return tuple(dict.fromkeys(c for name in names for c in columns.get(name, ())))


def _told_by(fmt: Format) -> dict[str, tuple[str, ...]]:
    of_ids = (
        _of_columns(fmt.identity)
        if isinstance(fmt.identity, ColumnIdentity)
        else _of_address(fmt.identity)
    )
    kind_told = ("account_kind_raw",) if fmt.account_kinds else ()
    return {
        **of_ids,
        "account_kind": (*kind_told, *of_ids["account_kind"]),
        "handle": ("account_id_raw",) if fmt.ids_are_handles else ("handle",),
        "posted_time": _of_time(fmt, of_ids["post_identity"]),
        "checksum": (fmt.checksum.total, *fmt.checksum.parts) if fmt.checksum else (),
        "share": (fmt.share.value if fmt.share else "video_share_status",),
    }


def _of_time(fmt: Format, post: tuple[str, ...]) -> tuple[str, ...]:
    """Return what tells when a post was published: its server and its id, too, in some formats."""
    if not isinstance(fmt.time, Instant):
        return ("posted_at_raw",)
    by_server = ("server_time_raw",) if fmt.time.server_within_s is not None else ()
    return ("posted_at_raw", *by_server, *(post if fmt.time.in_id else ()))


def _of_columns(rule: ColumnIdentity) -> dict[str, tuple[str, ...]]:
    post = tuple(filter(None, (rule.post_value, rule.post_within)))
    return {
        "post_identity": post,
        "post_address": ("post_url", *(post if rule.post_url else ())),
        "account_identity": (rule.account_value,),
        "account_url": (rule.account_value,) if rule.account_url else (),
        "account_kind": (),
        "surface_identity": (),
    }


def _of_address(rule: Identity) -> dict[str, tuple[str, ...]]:
    """Return what a post's address tells, with the account's own columns beside it."""
    address = ("account_address",) if rule.account_address else ()
    account = ("post_url", *address, "account_id_raw")
    surface = account if rule.group_post else ()
    return {
        "post_identity": ("post_url", *(("post_id",) if rule.post_number else ())),
        "post_address": ("post_url",),
        "account_identity": account,
        "account_url": account,
        "account_kind": (*surface, "created_at_raw"),
        "surface_identity": surface,
    }

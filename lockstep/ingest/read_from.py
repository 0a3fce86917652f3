"""From which columns of an export of each format a value is read, as the format describes it.

Contracts name values (`export.posted_at_raw`), formats the columns in which they stand.
"""

from lockstep.ingest.formats import ColumnIdentity, Format, Identity

WHOLE = ("bytes", "header", "file_name")
"""What is read of an export itself, whatever its format."""


def columns_read(fmt: Format, value: str) -> tuple[str, ...]:
    """Return the columns of a format that a value is read from; none where the format has none.

    Args:
        fmt: The format.
        value: One that the format may name, or what is told by several: the identity of a post,
            account or surface, their addresses, the kind of an account, `share`, `checksum`; or
            `score`, whose columns are given as they begin.
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
    checksum = (fmt.checksum.total, *fmt.checksum.parts) if fmt.checksum else ()
    share = (fmt.share.value if fmt.share else "video_share_status",)
    return {**of_ids, "checksum": checksum, "share": share}


def _of_columns(rule: ColumnIdentity) -> dict[str, tuple[str, ...]]:
    return {
        "post_identity": (rule.post_value,),
        "post_address": ("post_url", *((rule.post_value,) if rule.post_url else ())),
        "account_identity": (rule.account_value,),
        "account_address": (rule.account_value,) if rule.account_url else (),
        "account_kind": (),
        "surface_identity": (),
    }


def _of_address(rule: Identity) -> dict[str, tuple[str, ...]]:
    """Return what a post's address tells, with the account's own column beside it."""
    account = ("post_url", "account_id_raw")
    surface = account if rule.group_post else ()
    return {
        "post_identity": ("post_url",),
        "post_address": ("post_url",),
        "account_identity": account,
        "account_address": account,
        "account_kind": (*surface, "created_at_raw"),
        "surface_identity": surface,
        "handle": ("account_id_raw",) if rule.id_is_handle else ("handle",),
    }

"""The few findings that a run ends with."""

from pathlib import Path

from pipeline.published import open_database

_PAIRS_SHOWN = 10

_NETWORK = """
select ladder_level, wording_en from findings
where subject_kind = 'network' order by claim_type, window_s, finding_id
"""

_PAIRS = """
select ladder_level, wording_en from findings
where subject_kind <> 'network' and ladder_level = 'L1'
order by claim_type, ratio desc nulls last, finding_id limit $shown
"""

_LEVELS = """
select ladder_level, count(*) from findings group by ladder_level order by ladder_level
"""


def headlines(database: Path, *, label: str = "") -> list[str]:
    """Return what a published case says first: the network, the strongest pairs, the counts.

    Args:
        database: The published database.
        label: Put before each line, for example `SYNTHETIC`.
    """
    with open_database(database) as connection:
        network = connection.execute(_NETWORK).fetchall()
        pairs = connection.execute(_PAIRS, {"shown": _PAIRS_SHOWN}).fetchall()
        levels = connection.execute(_LEVELS).fetchall()
    lines = [f"[{level}] {wording}" for level, wording in (*network, *pairs)]
    total = sum(count for _, count in levels)
    by_level = ", ".join(f"{count} {level}" for level, count in levels)
    lines.append(f"{total} findings{f': {by_level}' if levels else ''}")
    return [f"{label} {line}" if label else line for line in lines]

"""The few findings that a run ends with."""

from pathlib import Path

import duckdb

from lockstep.findings.ladder import Level
from pipeline.console import aligned
from pipeline.published import open_database

_PAIRS_SHOWN = 10

_NETWORK = """
select ladder_level, wording_en from findings
where subject_kind = 'network' order by claim_type, window_s, finding_id
"""

_PAIRS = """
select
    findings.ladder_level as level,
    coalesce(a.name, a.account_id) || ' – ' || coalesce(b.name, b.account_id) as pair,
    format('{:,}', findings.observed) as co_timed,
    format('{:,}', findings.observed_tested) as tested,
    format('{:,.1f}', findings.expected::double) as by_chance,
    format('{:.1f}', findings.ratio::double) as times,
    format('{:.4f}', ceil(findings.q_value * 10000) / 10000) as "q ≤",
    findings.finding_id[:8] as finding
from findings
inner join accounts as a on findings.subject_a = a.account_key
inner join accounts as b on findings.subject_b = b.account_key
where findings.claim_type = 'A1' and findings.subject_kind = 'pair' and findings.ratio is not null
order by
    findings.ladder_level = 'L1' desc,
    findings.ratio desc nulls last,
    findings.finding_id
limit $shown
"""

_DISCOVERY = "select note from gates where gate = 'discovery'"

_COUNT = "select count(*) from findings where claim_type = 'A1' and subject_kind = 'pair'"

_LEVELS = "select ladder_level, count(*) from findings group by ladder_level"


def headlines(database: Path, *, label: str = "") -> list[str]:
    """Return what a published case says first: the network, its strongest pairs, the levels.

    Args:
        database: The published database.
        label: Put before each line, for example `SYNTHETIC`.
    """
    with open_database(database) as connection:
        network = connection.execute(_NETWORK).fetchall()
        pairs = _pairs(connection)
        discovery = connection.execute(_DISCOVERY).fetchall()
        levels = dict(connection.execute(_LEVELS).fetchall())
    lines = [f"[{level}] {wording}" for level, wording in network]
    lines += [f"Discovery: {note}" for (note,) in discovery]
    lines += pairs.splitlines()
    told = [f"{levels[level]} {level} ({level.meaning})" for level in Level if level in levels]
    lines.append(f"{sum(levels.values())} findings: {', '.join(told) or 'none'}")
    return [line if not label or label in line else f"{label} {line}" for line in lines]


def _pairs(connection: duckdb.DuckDBPyConnection) -> str:
    (total,) = connection.execute(_COUNT).fetchall()[0]
    rows = connection.execute(_PAIRS, {"shown": _PAIRS_SHOWN}).fetchall()
    names = [column[0] for column in connection.description or []]
    title = f"The pairs with the highest ratios, {len(rows)} of {total}:"
    return f"{title}\n{aligned(names, rows)}" if rows else ""

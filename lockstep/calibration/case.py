"""The error rate that the tests really have on one case: the whole test, on surrogates of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lockstep.calibration.trials import NULLS
from lockstep.findings.ladder import Level, TimingEvidence, timing_level
from lockstep.rounding import STORED, as_stored
from lockstep.settings import Settings
from lockstep.storage import empty
from lockstep.streams import derived_seed, stream
from lockstep.timing.calendar import DAY_S, Calendar, scope_calendar
from lockstep.timing.collection import collection_intervals
from lockstep.timing.exchangeable import exchangeable_posts, shuffled
from lockstep.timing.headline import NETWORK_A1, network_pairs
from lockstep.timing.pairs import pair_timing
from lockstep.timing.scope import Scope, load_scope
from lockstep.timing.statistics import network_statistics

TABLE = "case_calibration"
ALPHAS = (Decimal("0.05"), Decimal("0.01"), Decimal("0.001"))
SURROGATES_N = 99
"""Of N1 and N2 of each surrogate network: enough to tell levels down to .01."""

_P_COLUMNS = dict(zip(NULLS, ("p_value", "p_volume", "p_jitter", "p_robust"), strict=True))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Tests:
    """Tests of one kind, over all surrogate cases: `case`, the p-values, and what is claimed."""

    kind: str
    frame: pl.DataFrame
    surrogates_n: int | None


def case_calibration(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    settings: Settings,
    surrogate_cases_n: int,
) -> pl.DataFrame:
    """Return how often each null rejects surrogates of a case, in which no account knows another.

    Surrogate case: each account's whole living days take a uniformly random order within each
    stratum (the draws of N1); posts on days that N1 does not test stay where they are. On each
    the network and its pairs are tested by the functions that test the case, at its headline
    window. A claim is a test of level L1, every gate taken as passed.

    Args:
        posts: Staged posts.
        accounts: Staged accounts.
        sources: Staged sources.
        settings: The case.
        surrogate_cases_n: Surrogate cases to draw.

    Returns:
        Table `case_calibration` but for what it was measured on: one row per kind, null and level.

    References:
        METHODS §5.1.
    """
    scope = load_scope(posts, accounts, settings)
    calendar = scope_calendar(scope, collection_intervals(sources))
    networks, pairs = [], []
    for number in range(surrogate_cases_n):
        rng = stream(settings.timing.seed, TABLE, "days", str(number))
        drawn = surrogate_posts(scope, calendar, rng).lazy()
        own = _settings(settings, number)
        tested = pair_timing(posts=drawn, accounts=accounts, sources=sources, settings=own)
        network = network_statistics(
            posts=drawn,
            accounts=accounts,
            sources=sources,
            pair_timing=tested.lazy(),
            settings=own,
        )
        of_pairs = tested.filter(network_pairs(own))
        rule, size = pl.col("meets_timing_rule"), pl.col("family_n")
        pairs.append(_tests(of_pairs, number, rule, "hits_tested_n", size))
        of_network = network.filter(NETWORK_A1)
        networks.append(_tests(of_network, number, pl.lit(True), "observed_tested", pl.lit(1)))
    kinds = (
        _Tests("network", pl.concat(networks), SURROGATES_N),
        _Tests("pair", pl.concat(pairs), None),
    )
    return _table([row for kind in kinds for row in _rows(kind, surrogate_cases_n)])


def surrogate_posts(scope: Scope, calendar: Calendar, rng: np.random.Generator) -> pl.DataFrame:
    """Return the event posts of a scope, each account's exchangeable days in a new order.

    The others stay where they are: they decide with the rest where days begin and which are alike,
    and a calendar of other posts than the case's would test other days than were drawn.

    Returns:
        One row per post, in the columns of table `posts` that timing reads.
    """
    posts = exchangeable_posts(scope, calendar)
    days = shuffled(posts.slot_days, posts.starts, rng.random(len(posts.slot_days)))
    time_s = scope.time_s.copy()
    time_s[posts.at] = calendar.first_day_s + days[posts.slot] * DAY_S + posts.second
    keys = np.array(scope.account_keys, dtype=np.str_)
    return pl.DataFrame(
        {
            "post_key": pl.int_range(len(time_s), eager=True).cast(pl.String),
            "account_key": pl.Series(keys[scope.account], dtype=pl.String),
            "posted_at_s": time_s,
        }
    ).with_columns(
        posted_at_resolution_us=pl.lit(1_000_000, dtype=pl.Int64),
        posted_at_uncertainty_s=pl.lit(0, dtype=pl.Int64),
        is_scheduled_announcement=pl.lit(False),
        is_back_dated=pl.lit(False),
    )


def _settings(settings: Settings, number: int) -> Settings:
    """Return the settings of one surrogate case: the headline window alone, and its own draws."""
    timing = settings.timing.model_copy(
        update={
            "windows_s": (settings.timing.headline_window_s,),
            "surrogates": SURROGATES_N,
            "seed": derived_seed(settings.timing.seed, TABLE, "tests", str(number)),
        }
    )
    return settings.model_copy(update={"timing": timing})


def _tests(
    frame: pl.DataFrame, number: int, claimable: pl.Expr, observed: str, family_n: pl.Expr
) -> pl.DataFrame:
    """Return the tests of one surrogate case; what could not be tested is none.

    Of a discovery only pairs that stand out are listed: the rest of its family have p = 1.
    """
    return frame.filter(pl.col("p_robust").is_not_null()).select(
        pl.lit(number).alias("case"),
        *_P_COLUMNS.values(),
        pl.col(observed).alias("observed"),
        "expected",
        "ratio",
        "tested_posts_n",
        claimable.alias("claimable"),
        family_n.cast(pl.Int64).alias("family_n"),
    )


def _rows(tests: _Tests, cases_n: int) -> Iterator[Row]:
    frame = tests.frame
    expected = float(frame["expected"].fill_null(0).sum())
    families = frame.group_by("case", maintain_order=True).agg(pl.col("family_n").first())
    tests_n = int(families["family_n"].sum())
    claims_n = sum(_is_claim(row) for row in frame.iter_rows(named=True))
    for null, column in _P_COLUMNS.items():
        for alpha in ALPHAS:
            if tests.surrogates_n and alpha * (1 + tests.surrogates_n) < 1:
                continue
            rejected = frame.select("case", "family_n", hit=pl.col(column) <= alpha)
            yield {
                "subject_kind": tests.kind,
                "null_id": null,
                "alpha": float(alpha),
                "surrogate_cases_n": cases_n,
                "tests_n": tests_n,
                "surrogates_n": tests.surrogates_n,
                "rejected_n": int(rejected["hit"].sum()),
                "rate": rejected["hit"].sum() / tests_n if tests_n else None,
                "rate_se": _error(rejected),
                "claims_n": claims_n,
                "ratio": float(frame["observed"].sum()) / expected if expected else None,
            }


def _is_claim(row: Row) -> bool:
    posts_n = row["tested_posts_n"]
    evidence = TimingEvidence(
        gates_passed=True,
        expected_share=row["expected"] / posts_n if posts_n else None,
        ratio=row["ratio"],
        p_robust=row["p_robust"],
        claimable=row["claimable"],
    )
    return timing_level(evidence) is Level.L1


def _error(rejected: pl.DataFrame) -> float | None:
    """Return the standard error of the rate; pairs of one surrogate case share its accounts."""
    share = pl.col("hit").sum() / pl.col("family_n").first()
    by_case = rejected.group_by("case", maintain_order=True).agg(share)["hit"]
    if len(by_case) < 2:  # noqa: PLR2004 - no spread
        return None
    return float(np.std(by_case.to_numpy(), ddof=1)) / math.sqrt(len(by_case))


def _table(rows: list[Row]) -> pl.DataFrame:
    schema = empty(TABLE).drop("inputs_sha256").schema
    reals = [name for name, dtype in schema.items() if dtype == STORED]
    floats = {name: pl.Float64 if name in reals else dtype for name, dtype in schema.items()}
    return as_stored(pl.DataFrame(rows, schema=floats), reals=reals)

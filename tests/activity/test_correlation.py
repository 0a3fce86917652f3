"""The table of post-count correlations against series counted post by post."""

from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from lockstep import storage
from lockstep.activity.correlation import post_count_correlation
from lockstep.activity.post_counts import post_counts
from lockstep.false_discovery import benjamini_hochberg
from lockstep.settings import CountsSection, Settings
from lockstep.timing.differences import timing_difference
from tests.activity.tables import broken_rules
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

WEEK_S = 7 * DAY_S
FIRST_MONDAY_S = 4 * DAY_S
DAYS_N = 240
KEYS = ["facebook:0000", "facebook:0001", "facebook:0002"]
CREATED_S = [None, 30 * DAY_S + 1, 40 * DAY_S]


def random_posts(seed: int = 1) -> list[Post]:
    """Return posts of three accounts, busy and idle together; the second posts before its birth."""
    rng = np.random.default_rng(seed)
    rate = 3 + 2 * np.sin(np.arange(DAYS_N) / 5)
    born = [0, 25, 40]
    return [
        (day * DAY_S + int(second), account)
        for account in range(3)
        for day in range(born[account], DAYS_N)
        for second in rng.integers(0, DAY_S, rng.poisson(rate[day]))
    ]


def correlated(
    frames: dict[str, pl.LazyFrame], settings: Settings | None = None, **changes: pl.LazyFrame
) -> pl.DataFrame:
    """Return the table of a case, by way of the tables it is made from."""
    settings = settings or reference.settings()
    posts, accounts = frames["posts"], frames["accounts"]
    counts = post_counts(posts=posts, settings=settings).lazy()
    differences = timing_difference(posts=posts, accounts=accounts, settings=settings).lazy()
    inputs = {**frames, "post_counts": counts, "timing_difference": differences, **changes}
    return post_count_correlation(**inputs, settings=settings)


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.LazyFrame]:
    return reference.frames(random_posts(), 3, days_n=DAYS_N, created_s=CREATED_S)


@pytest.fixture(scope="module")
def table(frames: dict[str, pl.LazyFrame]) -> pl.DataFrame:
    return correlated(frames)


def series(posts: list[Post], account: int, alive_from_s: int, width: str) -> list[int]:
    """Return counts in the whole bins from a birth to the end of the collection."""
    width_s, start_s = (WEEK_S, FIRST_MONDAY_S) if width == "week" else (DAY_S, 0)
    starts = range(start_s, DAYS_N * DAY_S - width_s + 1, width_s)
    return [
        sum(s <= time < s + width_s for time, who in posts if who == account)
        for s in starts
        if s >= alive_from_s
    ]


def without_co_timed(posts: list[Post]) -> list[Post]:
    """Return the posts that have none of another account within 60 s."""
    return [
        (time, who)
        for time, who in posts
        if not any(who != other and abs(time - at) <= 60 for at, other in posts)
    ]


def test_series_are_counted_over_common_lives(table: pl.DataFrame) -> None:
    """Bins, posts and correlation of each pair, post by post; a first post before birth counts."""
    posts = random_posts()
    alive_from_s = [0, min(time for time, who in posts if who == 1), 40 * DAY_S]
    kept = {"in": posts, "out": without_co_timed(posts)}
    assert len(kept["out"]) < len(posts)
    for row in table.iter_rows(named=True):
        a, b = KEYS.index(row["account_a"]), KEYS.index(row["account_b"])
        born_s = max(alive_from_s[a], alive_from_s[b])
        x, y = (series(kept[row["cotimed"]], q, born_s, row["bin"]) for q in (a, b))
        assert (row["bins_n"], row["posts_a_n"], row["posts_b_n"]) == (len(x), sum(x), sum(y))
        t = np.arange(len(x)) / len(x)
        left = [np.log1p(s) - np.polyval(np.polyfit(t, np.log1p(s), 2), t) for s in (x, y)]
        assert float(row["pearson"]) == pytest.approx(np.corrcoef(left)[0, 1], abs=1e-8)
        assert float(row["spearman"]) == pytest.approx(stats.spearmanr(*left).statistic, abs=1e-6)


def test_every_pair_is_told_by_bin_with_co_timed_posts_in_and_out(table: pl.DataFrame) -> None:
    """One row per pair, bin and `cotimed`, and one view."""
    rows = table.select("account_a", "account_b", "bin", "cotimed").rows()
    expected = {
        (*pair, width, cotimed)
        for pair in combinations(KEYS, 2)
        for width in ("week", "day")
        for cotimed in ("in", "out")
    }

    assert len(rows) == len(expected)
    assert set(rows) == expected
    assert set(table["view"]) == {"detrended_log1p"}


def test_q_corrects_over_the_pairs_of_one_bin(table: pl.DataFrame) -> None:
    """Each bin width, in and out, is a family of its own."""
    for _, family in table.group_by("bin", "cotimed"):
        expected = benjamini_hochberg([float(p) for p in family["p_value"]])
        assert [float(q) for q in family["q"]] == pytest.approx(expected, abs=2e-9)


def test_the_table_obeys_its_contract(table: pl.DataFrame, tmp_path: Path) -> None:
    """It can be stored, and every rule of its contract holds."""
    assert broken_rules(tmp_path, post_count_correlation=table) == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (pl.col("p_value") / 2, "larger_p_is_reported"),
        (pl.lit(25, pl.Int64).alias("bins_n"), "few_bins_are_not_tested"),
        (pl.lit(0, pl.Int64).alias("posts_a_n"), "out_has_no_more_posts"),
        (pl.lit(None, pl.Int64).alias("lag_bins"), "tested_has_all_numbers"),
        (pl.col("lag_bins") + 30, "lag_within_reach"),
        (pl.col("pearson") * 0 - 2, "correlations_within_range"),
        (pl.col("n_eff") * 0 + 2, "n_eff_within_range"),
        (pl.col("p_circular") * 0, "p_within_range"),
        (pl.lit("facebook:0000").alias("account_b"), "ordered_pair"),
    ],
)
def test_rules_notice_wrong_numbers(
    table: pl.DataFrame, tmp_path: Path, change: pl.Expr, rule: str
) -> None:
    """Each rule fails on the row that breaks it."""
    name = change.meta.output_name()
    wrong = table.head(1).with_columns(change.cast(table.schema[name]).alias(name))

    assert rule in broken_rules(tmp_path, post_count_correlation=pl.concat([wrong, table[1:]]))


def test_same_inputs_same_bytes(
    frames: dict[str, pl.LazyFrame], table: pl.DataFrame, tmp_path: Path
) -> None:
    """Posts and accounts in another order give the same file."""
    mixed = {
        name: frame.collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
        for name, frame in frames.items()
    }
    files = [
        storage.write(made, "post_count_correlation", tmp_path / "p")
        for made in (table, correlated(mixed))
    ]

    assert files[0] == files[1]


def test_an_account_more_changes_no_pair_but_its_q(frames: dict[str, pl.LazyFrame]) -> None:
    """Intervals come from streams of their own: what is told of a pair stays."""
    pair = {**frames, "accounts": frames["accounts"].filter(pl.col("account_key") != KEYS[2])}
    alone = correlated(pair).filter(pl.col("cotimed") == "in").drop("q")
    beside = correlated(frames).filter(pl.col("cotimed") == "in").drop("q")

    assert alone.equals(beside.filter(pl.col("account_b") == KEYS[1]))


def test_congruence_that_is_only_the_co_timed_posts_vanishes_without_them() -> None:
    """Accounts that post together and else alone correlate with their co-posts, not without."""
    rng = np.random.default_rng(5)
    posts = []
    for day in range(DAYS_N):
        own = [rng.integers(half * 43_200, half * 43_200 + 40_000, 3) for half in (0, 1)]
        joint = rng.integers(0, DAY_S, rng.poisson(4))
        for account in (0, 1):
            posts += [(day * DAY_S + int(s), account) for s in (*own[account], *joint)]
    rows = correlated(reference.frames(posts, 2, days_n=DAYS_N), only("day"))
    seen = {row["cotimed"]: row for row in rows.iter_rows(named=True)}

    assert seen["in"]["pearson"] > 0.95
    assert seen["in"]["q"] < 0.01
    assert abs(seen["out"]["pearson"]) < 0.3
    assert seen["out"]["q"] > 0.05


def only(*bins: str) -> Settings:
    """Return settings with these bins."""
    return reference.settings().model_copy(update={"counts": CountsSection(bins=bins)})


def test_settings_say_which_bins(frames: dict[str, pl.LazyFrame]) -> None:
    """Bins that are not asked for are not told."""
    assert set(correlated(frames, only("week"))["bin"]) == {"week"}
    assert correlated(frames, only()).is_empty()


def test_posts_beside_the_collection_do_not_count(
    frames: dict[str, pl.LazyFrame], table: pl.DataFrame
) -> None:
    """What the exports hold from before or after their stated window lies on no bin."""
    posts = [*random_posts(), (-5 * DAY_S, 0), (-1, 0), (DAYS_N * DAY_S, 1), (DAYS_N * DAY_S, 2)]
    more = reference.frames(posts, 3, days_n=DAYS_N, created_s=CREATED_S)

    assert correlated({**more, "sources": frames["sources"]}).equals(table)


def test_days_that_nobody_collected_are_no_bins(frames: dict[str, pl.LazyFrame]) -> None:
    """What is posted on them does not count, and their silence is no zero."""
    covered = frames["sources"].select(
        pl.lit(pl.Series("collection_start_s", [0, 110 * DAY_S])),
        pl.lit(pl.Series("collection_end_s", [100 * DAY_S, DAYS_N * DAY_S])),
        first_posted_s=None,
        last_posted_s=None,
        is_cut_short=False,
        sort_order=pl.lit("none"),
    )
    whole, gap = (
        correlated({**frames, "sources": sources}, only("day"))
        for sources in (frames["sources"], covered)
    )

    assert (whole["bins_n"] - gap["bins_n"] == 10).all()
    assert (whole["posts_a_n"] > gap["posts_a_n"]).any()


NUMBERS = [
    name
    for name in storage.empty("post_count_correlation").columns
    if name.startswith(("pearson", "spearman", "lag", "n_eff", "p_", "q"))
]


def is_untested(rows: pl.DataFrame) -> bool:
    """Whether no row has a number that a test would give."""
    return rows.select(NUMBERS).null_count().row(0) == (len(rows),) * len(NUMBERS)


def test_a_span_shorter_than_a_bin_is_not_testable(tmp_path: Path) -> None:
    """Three hours hold no bin: every pair has a row, without numbers."""
    small = reference.frames([(s * 60, s % 2) for s in range(180)], 2, days_n=1)
    hours = pl.lit(3 * 3_600).alias("collection_end_s")
    rows = correlated(small, sources=small["sources"].with_columns(hours))

    assert len(rows) == 4
    assert is_untested(rows)
    assert set(rows["bins_n"]) == {0}
    assert broken_rules(tmp_path, post_count_correlation=rows) == {}


def test_a_silent_account_is_not_testable(tmp_path: Path) -> None:
    """An account without a post has rows with its bins and no correlation."""
    posts = [post for post in random_posts() if post[1] == 0]
    rows = correlated(reference.frames(posts, 2, days_n=DAYS_N), only("day"))

    assert is_untested(rows)
    assert set(rows.select("bins_n", "posts_b_n").rows()) == {(DAYS_N, 0)}
    assert broken_rules(tmp_path, post_count_correlation=rows) == {}


@pytest.mark.parametrize(("accounts_n", "rows_n"), [(0, 0), (1, 0), (2, 4), (201, 0)])
def test_pairs_need_two_accounts_and_no_more_than_two_hundred(
    accounts_n: int, rows_n: int, tmp_path: Path
) -> None:
    """Without posts each pair is a row; without a pair, or for a whole platform, there is none."""
    rows = correlated(reference.frames([], accounts_n, days_n=30))

    assert len(rows) == rows_n
    assert broken_rules(tmp_path, post_count_correlation=rows) == {}

"""The gates: what the data allow to be said."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep.settings import AccountsSection
from lockstep.storage import conform
from lockstep.timing.gates.assemble import gates
from lockstep.timing.statistics import timing_statistics
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

NOON_S = 43_200


def table(
    posts: list[Post],
    accounts_n: int,
    *,
    days_n: int,
    resolution_us: dict[str, int] | None = None,
    accounts: AccountsSection | None = None,
    created_s: list[int | None] | None = None,
) -> pl.DataFrame:
    frames = reference.frames(posts, accounts_n, days_n=days_n, created_s=created_s or [])
    declared = pl.coalesce(
        pl.col(key).replace_strict(resolution_us or {}, default=default, return_dtype=pl.Int64)
        for key, default in (("post_key", None), ("account_key", 1_000_000))
    )
    frames["posts"] = frames["posts"].with_columns(posted_at_resolution_us=declared)
    settings = reference.settings(accounts, surrogates=99)
    pairs = reference.pair_timing([])
    statistics = timing_statistics(**frames, pair_timing=pairs, settings=settings)
    return gates(
        **frames, timing_statistics=statistics.lazy(), pair_timing=pairs, settings=settings
    )


def gate(frame: pl.DataFrame, name: str, subject: str = "network") -> dict[str, Any]:
    return frame.row(
        by_predicate=(pl.col("gate") == name) & (pl.col("subject") == subject), named=True
    )


def spread(posts_n: int, account: int, *, on_minute: int) -> list[Post]:
    """Return posts a quarter of an hour apart, so many of them on second 0."""
    return [(i * 900 + (0 if i < on_minute else 7), account) for i in range(posts_n)]


@pytest.mark.parametrize(("days_n", "outcome"), [(6, "fail"), (7, "pass"), (40, "pass")])
def test_span_needs_seven_common_days(days_n: int, outcome: str) -> None:
    """Whole days on which two accounts with event posts live are counted."""
    posts = [(d * DAY_S + NOON_S, a) for d in range(days_n) for a in range(2)]
    span = gate(table(posts, 3, days_n=days_n), "span")

    assert (span["outcome"], span["value"], span["threshold"]) == (outcome, days_n, 7)
    assert span["unit"] == "days"
    assert f"{days_n} whole days" in span["note"]


def test_span_is_counted_from_the_second_account_on() -> None:
    """An account that joins late leaves only the days after."""
    posts = [(d * DAY_S + NOON_S, 0) for d in range(30)] + [(28 * DAY_S, 1)]
    span = gate(table(posts, 2, days_n=30, created_s=[0, 25 * DAY_S + 5]), "span")

    assert (span["outcome"], span["value"]) == ("fail", 4)
    assert span["note"].startswith("Only 4 whole days")


@pytest.mark.parametrize(("moved_s", "outcome", "share"), [(0, "fail", "1"), (900, "pass", "0")])
def test_saturation_fails_where_chance_gives_more_than_half(
    moved_s: int, outcome: str, share: str
) -> None:
    """Two accounts in one slot a day meet whatever their days; in two slots they never do."""
    posts = [(d * DAY_S + NOON_S + a * moved_s, a) for d in range(30) for a in range(2)]
    saturation = gate(table(posts, 2, days_n=30), "saturation")

    assert (saturation["outcome"], saturation["value"]) == (outcome, Decimal(share))
    assert (saturation["threshold"], saturation["unit"]) == (Decimal("0.5"), "share")
    assert f"{Decimal(share) * 100:.1f} % of the tested posts" in saturation["note"]


def test_half_is_not_yet_saturated() -> None:
    """Every other post has chance company: the share is a half, and that passes."""
    posts = [(d * DAY_S + NOON_S, a) for d in range(30) for a in range(2)]
    posts += [(d * DAY_S + NOON_S + 900 * (1 + a), a) for d in range(30) for a in range(2)]
    saturation = gate(table(posts, 2, days_n=30), "saturation")

    assert (saturation["outcome"], saturation["value"]) == ("pass", Decimal("0.5"))


@pytest.mark.parametrize(
    ("posts_n", "on_minute", "outcome"),
    [
        (200, 200, "fail"),
        (200, 199, "fail"),
        (200, 198, "pass"),
        (199, 199, "waived"),
        (199, 197, "pass"),
        (1, 1, "waived"),
        (1, 0, "pass"),
    ],
)
def test_resolution_is_told_by_second_zero(posts_n: int, on_minute: int, outcome: str) -> None:
    """Above 99 % of at least 200 posts times are to the minute; fewer posts do not tell."""
    frame = table(spread(posts_n, 0, on_minute=on_minute), 1, days_n=3)

    for subject in ("network", "facebook:0000"):
        found = gate(frame, "resolution", subject)
        assert found["outcome"] == outcome
        assert float(found["value"]) == pytest.approx(on_minute / posts_n, abs=1e-9)
        assert (found["threshold"], found["unit"]) == (Decimal("0.99"), "share")


def test_one_account_to_the_minute_fails_the_network_and_gives_bounds() -> None:
    """The network's note says between which counts A1 lies; the other account passes."""
    # Accounts 0 and 1 post 0, 50, 110 and 170 s apart in turn; account 1 is on the minute.
    minute = [(i * 1_200, 1) for i in range(200)]
    other = [(i * 1_200 + (1, 50, 110, 170)[i % 4], 0) for i in range(200)]
    frame = table(minute + other, 2, days_n=4)
    network = gate(frame, "resolution")

    assert gate(frame, "resolution", "facebook:0000")["outcome"] == "pass"
    assert gate(frame, "resolution", "facebook:0001")["outcome"] == "fail"
    assert (network["outcome"], network["value"]) == ("fail", 1)
    assert "facebook:0001" in network["note"]
    assert "W - 59 s and within W + 59 s" in network["note"]
    # Within 1 s: a quarter of all posts; within 119 s: three quarters.
    assert "For A1 at 60 s these bounds are 100 and 300." in network["note"]


def test_many_small_accounts_to_the_minute_fail_together() -> None:
    """No account has enough posts to tell; all of them together have."""
    posts = [(i * 900 + a * 60, a) for i in range(10) for a in range(30)]
    frame = table(posts, 30, days_n=3)

    assert gate(frame, "resolution")["outcome"] == "fail"
    assert "of the network" in gate(frame, "resolution")["note"]
    assert gate(frame, "resolution", "facebook:0003")["outcome"] == "waived"


def test_a_declared_resolution_decides() -> None:
    """Exports that give minutes are believed, however few posts; milliseconds are fine seconds."""
    posts = spread(5, 0, on_minute=0) + spread(5, 1, on_minute=0)
    declared = {"facebook:0000": 60_000_000, "facebook:0001": 1_000}
    frame = table(posts, 2, days_n=1, resolution_us=declared)
    found = gate(frame, "resolution", "facebook:0000")

    assert (found["outcome"], found["value"], found["threshold"]) == ("fail", 60, 1)
    assert found["unit"] == "s"
    assert gate(frame, "resolution", "facebook:0001")["outcome"] == "pass"
    assert gate(frame, "resolution")["outcome"] == "fail"
    assert "times of facebook:0000 only to 60 s" in gate(frame, "resolution")["note"]


def test_some_times_to_the_minute_fail_their_account_and_are_counted() -> None:
    """Ids gave the seconds of the others; with one time that is coarse the counts are bounds."""
    posts = spread(5, 0, on_minute=0) + spread(5, 1, on_minute=0)
    (coarse, *_) = reference.frames(posts, 2, days_n=1, created_s=[])["posts"].collect()["post_key"]
    frame = table(posts, 2, days_n=1, resolution_us={coarse: 60_000_000})
    found = gate(frame, "resolution", "facebook:0000")

    assert (found["outcome"], found["value"]) == ("fail", 60)
    assert "give 1 of 5 times of facebook:0000 only to 60 s" in found["note"]
    assert gate(frame, "resolution", "facebook:0001")["outcome"] == "pass"
    assert "give 1 of 5 times of facebook:0000" in gate(frame, "resolution")["note"]
    assert "W - 59 s and within W + 59 s" in gate(frame, "resolution")["note"]


def test_days_leave_no_lower_bound() -> None:
    """With times to the day, no count within a minute is certain to be above 0."""
    posts = [(d * DAY_S, a) for d in range(9) for a in range(2)]
    coarse = dict.fromkeys(("facebook:0000", "facebook:0001"), 86_400_000_000)
    note = gate(table(posts, 2, days_n=9, resolution_us=coarse), "resolution")["note"]

    assert "For A1 at 60 s these bounds are 0 and 18." in note


@pytest.mark.parametrize(
    ("accounts", "outcome", "said"),
    [
        ({}, "waived", "names none and is about all accounts of its exports (2 accounts), and"),
        ({"network": ("0000",)}, "waived", "names 1 account, and does not say"),
        ({"selection": " \n "}, "waived", "does not say how"),
        (
            {"selection": "named by a\n source"},
            "pass",
            'and says how they were selected: "named by a source".',
        ),
        (
            {"network": ("0000", "0001"), "selection": "hint"},
            "pass",
            "names 2 accounts, and says how",
        ),
        ({"selected_by_timing": False}, "waived", "does not say how"),
        ({"selection": "hint", "selected_by_timing": False}, "pass", "hint"),
        ({"selection": "hint", "selected_by_timing": True}, "fail", "no evidence"),
        ({"selected_by_timing": True}, "fail", "because they post together"),
    ],
)
def test_selection_is_what_the_case_says(accounts: dict[str, Any], outcome: str, said: str) -> None:
    """Reasons pass, silence is waived, selection by timing fails; nothing is measured."""
    posts = [(d * DAY_S + NOON_S, a) for d in range(3) for a in range(2)]
    found = gate(table(posts, 2, days_n=3, accounts=AccountsSection(**accounts)), "selection")

    assert found["outcome"] == outcome
    assert said in found["note"]
    assert (found["value"], found["threshold"], found["unit"]) == (None, None, None)


HOSTILE: dict[str, tuple[list[Post], int, int]] = {
    "no posts": ([], 0, 0),
    "accounts without posts": ([], 3, 30),
    "one account": ([(d * DAY_S, 0) for d in range(30)], 1, 30),
    "one second": ([(3 * DAY_S + NOON_S, a) for a in range(40) for _ in range(9)], 40, 30),
    "one post": ([(3 * DAY_S + NOON_S, 0)], 2, 30),
    "years of silence": ([(d * DAY_S, a) for d in (0, 1, 3_000) for a in range(2)], 2, 3_001),
    "nothing within the collection": ([(-DAY_S, 0), (-DAY_S, 1)], 2, 0),
    "thousands of accounts": ([(a * 977 % (14 * DAY_S), a) for a in range(3_000)], 3_000, 14),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cases_keep_the_contract(name: str, tmp_path: Path) -> None:
    """Ten gates of the network, five an account, one a pair or export, each with a sentence.

    Above 200 accounts an eleventh says what became of all their pairs.
    """
    posts, accounts_n, days_n = HOSTILE[name]
    frame = table(posts, accounts_n, days_n=days_n)

    pairs_n = accounts_n * (accounts_n - 1) // 2
    own_n = 10 if accounts_n <= 200 else 11
    assert len(frame) == own_n + 5 * accounts_n + (pairs_n if accounts_n <= 200 else 1)
    assert frame.filter(pl.col("subject") == "network")["gate"].n_unique() == own_n
    assert all(note.endswith(".") for note in frame["note"])
    has_failed = "fail" in frame["outcome"]
    assert reference.broken_rules(frame, "gates", tmp_path) == ["no_gate_fails"] * has_failed


LIVES: dict[str, list[int | None]] = {
    "never at once": [0, 29 * DAY_S + 1],
    "posts before creation": [20 * DAY_S, 25 * DAY_S],
    "born after the last export": [40 * DAY_S, 50 * DAY_S],
    "unknown": [None, None],
}


@pytest.mark.parametrize("name", LIVES)
def test_odd_lives_keep_the_contract(name: str, tmp_path: Path) -> None:
    """Whenever accounts are born, each gate has its row."""
    posts = [(d * DAY_S + NOON_S, a) for d in range(0, 30, 2) for a in range(2)]
    frame = table(posts, 2, days_n=30, created_s=LIVES[name])

    assert len(frame) == 10 + 5 * 2 + 1
    assert reference.broken_rules(frame, "gates", tmp_path) == []


def test_without_tested_posts_saturation_is_waived() -> None:
    """Where nothing is tested, nothing is known of chance."""
    saturation = gate(table([], 0, days_n=0), "saturation")

    assert (saturation["outcome"], saturation["value"]) == ("waived", None)


def test_the_order_of_the_input_does_not_matter() -> None:
    """Posts in any order give the same gates."""
    posts = [(d * DAY_S + NOON_S + a, a) for d in range(20) for a in range(3)]

    assert conform(table(posts, 3, days_n=20), "gates").equals(
        conform(table(posts[::-1], 3, days_n=20), "gates")
    )

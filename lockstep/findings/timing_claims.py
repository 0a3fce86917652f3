"""Claims of timing: of the network (A1) and of each pair."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import comb
from typing import Literal

import polars as pl

from lockstep.findings.ladder import (
    EFFECT_FLOOR,
    Level,
    TimingEvidence,
    same_schedule,
    timing_level,
)
from lockstep.findings.subjects import Row, Subjects, gates_as_json
from lockstep.findings.wording import Language, Numbers, Variant, published, timing_sentence
from lockstep.rounding import real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.timing.calendar import DAY_S
from lockstep.timing.coincidences import MIN_DAYS, MIN_EPISODES
from lockstep.timing.events import NETWORK
from lockstep.timing.headline import CONTROL_A1, NETWORK_A1

_LANGUAGES: tuple[Language, ...] = ("en", "fr")
_REPORTED_Q = Decimal("0.05")
_LIMITS = (
    "Timing alone: content was not compared, and shared scheduling, a common trigger or a common "
    "feed can give the same. p is the probability of the data given independence, never of "
    "independence given the data."
)
_EXPECTED_LOW = (
    " Where other accounts post together the expectation is somewhat low, and the ratio somewhat "
    "high."
)
_NO_VOLUME = " The volume-adjusted null was not computed for a scope of this size."


@dataclass(frozen=True, slots=True)
class Claim:
    """One timing claim: who, what was counted, and whether all but p and ratio allow a claim."""

    kind: Literal["network", "pair"]
    accounts: tuple[str, ...]
    row: Row
    claimable: bool
    family_n: int
    pairs_met: tuple[int, int] | None = None
    """Of a network: pairs that are synchronised on their own, and all pairs; None if not tested."""

    @property
    def is_pair(self) -> bool:
        """Whether the claim is of a pair."""
        return self.kind == "pair"


def network_claims(
    statistics: pl.DataFrame,
    episodes: pl.LazyFrame,
    pairs: pl.DataFrame,
    subjects: Subjects,
    settings: Settings,
) -> Iterator[Row]:
    """Yield the claim of the network at the headline window.

    Days are those of the scope, which begin at its quietest hour, as the pairs' do. One pair may
    carry the claim alone, so it says how many pairs are synchronised on their own.
    """
    window_s = settings.timing.headline_window_s
    found = statistics.filter(NETWORK_A1, pl.col("window_s") == window_s)
    controls = statistics.filter(CONTROL_A1, pl.col("window_s") == window_s)
    chains = episodes.filter(pl.col("window_s") == window_s).collect()
    day = (pl.col("started_s") - subjects.day_boundary_s) // DAY_S
    days_n = chains.select(day.n_unique()).item()
    claimable = len(chains) >= MIN_EPISODES and days_n >= MIN_DAYS
    pairs_n = comb(len(subjects.by_account), 2)
    for row in found.iter_rows(named=True):
        met = (int(pairs["meets_timing_rule"].sum()), pairs_n) if len(pairs) else None
        row["ratios_of_controls"] = controls["ratio"].to_list()
        claim = Claim("network", tuple(subjects.by_account), row, claimable, 1, met)
        yield timing_row(claim, subjects, settings)


def pair_claims(pairs: pl.DataFrame, subjects: Subjects, settings: Settings) -> Iterator[Row]:
    """Yield the claims of the pairs at the headline window.

    Of accounts that the analyst named every pair is told, the negative ones too; of all the
    accounts of an export, and of a discovery, only the pairs of which something is to be said.
    """
    few = len(subjects.by_account) <= MAX_ACCOUNTS_UNDER_STUDY
    tested = pairs.filter(pl.col("window_s") == settings.timing.headline_window_s)
    for row in tested.sort("account_a", "account_b").iter_rows(named=True):
        counted = {**row, "observed": row["hits_n"], "observed_tested": row["hits_tested_n"]}
        claim = Claim(
            "pair",
            (row["account_a"], row["account_b"]),
            counted,
            bool(row["meets_timing_rule"]),
            row["family_n"],
        )
        finding = timing_row(claim, subjects, settings)
        if (few and subjects.named_by_analyst) or _is_telling(finding):
            yield finding


def _is_telling(finding: Row) -> bool:
    q = finding.get("q_value")
    return finding["ladder_level"] in {Level.L1, Level.LX} and q is not None and q <= _REPORTED_Q


def timing_row(claim: Claim, subjects: Subjects, settings: Settings) -> Row:
    """Return the finding of one timing claim, all columns but its id and its hash."""
    row = claim.row
    failed = subjects.failed(claim.accounts, pair=claim.is_pair)
    evidence = TimingEvidence(
        gates_passed=failed is None and bool(row["tested_posts_n"]),
        expected_share=_share(row["expected"], row["tested_posts_n"]),
        ratio=row["ratio"],
        p_robust=row["p_robust"],
        claimable=claim.claimable,
    )
    level = timing_level(evidence)
    tested = level is not Level.NT
    facts = subjects.numbers(claim.accounts, pair=claim.is_pair)
    disclosed_in = subjects.disclosures.source(claim.accounts)
    sentences = {
        language: published(
            timing_sentence(
                level,
                _words(claim, subjects, facts, failed, language),
                language,
                _variant(evidence, row, disclosed=disclosed_in is not None),
            ),
            language,
            who=subjects.who(claim.accounts, language, pair=claim.is_pair),
            level=level,
            descriptive=subjects.descriptive,
            synthetic=settings.case.synthetic,
            disclosed_in=disclosed_in,
        )
        for language in _LANGUAGES
    }
    return {
        **facts,
        **_numbers(claim, tested=tested),
        "claim_type": "A1",
        "definition_id": "pair_hits" if claim.is_pair else "A1",
        "subject_kind": claim.kind,
        "subject_a": claim.accounts[0] if claim.is_pair else NETWORK,
        "subject_b": claim.accounts[1] if claim.is_pair else None,
        "window_s": row["window_s"],
        "null_id": "N1",
        "family_id": f"{claim.kind}/A1/{row['window_s']} s",
        "family_n": claim.family_n,
        "gates": gates_as_json(subjects.gates_of(claim.accounts, pair=claim.is_pair)),
        "ladder_level": level.value,
        "alternative_explanations": _alternatives(row, tested=tested),
        "wording_en": sentences["en"],
        "wording_fr": sentences["fr"],
        "limits": _limits(claim, tested=tested)
        + subjects.limits_of(claim.accounts, pair=claim.is_pair),
    }


def _variant(evidence: TimingEvidence, row: Row, *, disclosed: bool) -> Variant:
    """Return what a sentence has to say besides its level; a level without such a one says its own.

    Saturation and a ratio of nothing bear on LX, a schedule on L0, a disclosed link on L1.
    """
    if evidence.saturated:
        return "saturated"
    if row["ratio"] is None:
        return "unexpected"
    if same_schedule(row["p_value"], row["p_jitter"]):
        return "schedule"
    return "disclosed" if disclosed else "plain"


def _share(part: Decimal | None, whole: int | None) -> Decimal | None:
    return None if part is None or not whole else part / whole


_TESTED = (
    *("expected", "ratio", "ratio_low", "ratio_high", "excess"),
    *("p_value", "p_volume", "p_jitter", "p_robust"),
)


def _numbers(claim: Claim, *, tested: bool) -> Row:
    """Return the statistics; of a claim that cannot be tested only what was counted."""
    row = claim.row
    counted = {
        "observed": row["observed"],
        "observed_tested": row["observed_tested"],
        "tested_posts_n": row["tested_posts_n"],
        "eligible_n": row.get("eligible_n"),
    }
    if not tested:
        return counted
    excess_share = _share(row["excess"], row["tested_posts_n"])
    return {
        **counted,
        **{name: row[name] for name in _TESTED},
        "excess_share": None if excess_share is None else real(float(excess_share)),
        "q_value": row["q"] if claim.is_pair else row["p_robust"],
        "surrogates_n": row.get("surrogates_n"),
        "rng_seed": row.get("seed"),
        "effect_floor_passed": None if row["ratio"] is None else row["ratio"] >= EFFECT_FLOOR,
    }


def _words(
    claim: Claim, subjects: Subjects, facts: Row, failed: Row | None, language: Language
) -> dict[str, str]:
    write, row = Numbers(language), claim.row
    share = _share(row["expected"], row["tested_posts_n"])
    return {
        "who": subjects.who(claim.accounts, language, pair=claim.is_pair),
        "window": write.whole(row["window_s"]),
        "observed": write.whole(row["observed"]),
        "posts": write.whole(facts["event_posts_n"]),
        "tested": write.whole(row["tested_posts_n"]),
        "hits": write.whole(row["observed_tested"]),
        "expected": write.whole(row["expected"]),
        "expected_share": write.whole(None if share is None else share * 100),
        "ratio": write.real(row["ratio"], 1),
        "p": write.bound(row["p_robust"]),
        "pairs": _pairs(claim, language),
        "reason": _reason(failed, row["tested_posts_n"], language),
    }


def _pairs(claim: Claim, language: Language) -> str:
    """Return how many pairs carry a network's claim: it is none about each account."""
    if claim.pairs_met is None:
        return ""
    met, total = (Numbers(language).whole(n) for n in claim.pairs_met)
    if language == "en":
        return (
            f" This is about the group: {met} of its {total} pairs are synchronised on their own."
        )
    return f" Cela vaut pour le groupe : {met} de ses {total} paires sont synchronisées seules."


def _reason(failed: Row | None, tested_posts_n: int | None, language: Language) -> str:
    reasons = {
        "nothing_tested": (
            "no post lies on a whole day that both live and that can change places",
            "aucune publication ne tombe un jour entier vécu par tous et permutable",
        ),
        "span": ("too few whole days in common", "trop peu de jours entiers en commun"),
        "resolution": (
            "times are known only to the minute",
            "les heures ne sont connues qu’à la minute près",
        ),
        "zone": (
            "some times look as if read in a wrong time zone",
            "certaines heures semblent lues dans un mauvais fuseau horaire",
        ),
    }
    # A pair's span is judged by its own test, which then has no p.
    untested = "span" if tested_posts_n else "nothing_tested"
    en, fr = reasons[failed["gate"] if failed else untested]
    return en if language == "en" else fr


def _alternatives(row: Row, *, tested: bool) -> str:
    """Return the three hypotheses of an evaluative report, each with what bears on it."""
    lines = (
        ("common scheduling or common operators", "ratio", row["ratio"]),
        ("independent accounts with these daily habits", "p_value", row["p_value"]),
        ("days that are busy for all of them", "p_volume", row["p_volume"]),
        ("a common trigger slower than 30 minutes", "p_jitter", row["p_jitter"]),
        *(
            ("a trigger that comparable accounts share", "ratio of the controls", ratio)
            for ratio in row.get("ratios_of_controls", ())
        ),
    )
    listed = [
        {
            "hypothesis": hypothesis,
            "evidence": name,
            "value": None if value is None else f"{value:f}",
        }
        for hypothesis, name, value in lines
        if tested
    ]
    listed.append({"hypothesis": "a common feed or copied content", "evidence": "not tested"})
    return json.dumps(listed, ensure_ascii=False)


def _limits(claim: Claim, *, tested: bool) -> str:
    no_volume = tested and not claim.is_pair and claim.row["p_volume"] is None
    return _LIMITS + _EXPECTED_LOW + (_NO_VOLUME if no_volume else "")

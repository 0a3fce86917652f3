"""Claims of congruence: post counts of a pair that rise and fall together."""

from collections.abc import Iterator

import polars as pl

from lockstep.findings.ladder import Level, congruence_level
from lockstep.findings.subjects import Row, Subjects, gates_as_json
from lockstep.findings.wording import Language, Numbers, congruence_sentence, published
from lockstep.settings import Settings

_LANGUAGES: tuple[Language, ...] = ("en", "fr")
_PAIR = ["account_a", "account_b", "bin"]
_REASON = {
    "en": "too few bins in which both accounts live, or no variation",
    "fr": "trop peu de périodes où les deux comptes existent, ou aucune variation",
}
_LIMITS = (
    "Correlation of activity: common events, seasons and growth move unconnected accounts together "
    "as well. The trend is removed; common events are not."
)


def congruence_claims(
    correlation: pl.DataFrame, subjects: Subjects, settings: Settings
) -> Iterator[Row]:
    """Yield one claim a pair and bin, with the correlation without co-timed posts beside it.

    Of accounts that the analyst did not name only the pairs that correlate are told.
    """
    without = correlation.filter(pl.col("cotimed") == "out").select(
        *_PAIR, pl.col("pearson").alias("pearson_without")
    )
    rows = (
        correlation.filter(pl.col("cotimed") == "in")
        .join(without, on=_PAIR, how="left")
        .with_columns(pl.col("q").is_not_null().sum().over("bin").alias("family_n"))
        .sort(_PAIR)
    )
    for row in rows.iter_rows(named=True):
        finding = _finding(row, subjects, settings)
        if subjects.named_by_analyst or finding["ladder_level"] == Level.LX:
            yield finding


def _finding(row: Row, subjects: Subjects, settings: Settings) -> Row:
    accounts = (row["account_a"], row["account_b"])
    # Accounts that move against each other do not rise and fall together, whatever their p.
    opposed = row["q"] is not None and row["pearson"] < 0
    level = Level.L0 if opposed else congruence_level(row["q"])
    against = opposed and congruence_level(row["q"]) is Level.LX
    sentences = {
        language: published(
            congruence_sentence(
                level, _words(row, accounts, subjects, language), language, opposed=against
            ),
            language,
            who=subjects.who(accounts, language, pair=True),
            level=level,
            descriptive=subjects.descriptive,
            synthetic=settings.case.synthetic,
            disclosed_in=subjects.disclosures.source(accounts),
        )
        for language in _LANGUAGES
    }
    return {
        **subjects.numbers(accounts, pair=True),
        "claim_type": "congruence",
        "definition_id": "pearson_detrended_log1p",
        "subject_kind": "pair",
        "subject_a": accounts[0],
        "subject_b": accounts[1],
        "bin": row["bin"],
        "correlation": row["pearson"],
        "correlation_low": row["pearson_low"],
        "correlation_high": row["pearson_high"],
        "correlation_without_cotimed": row["pearson_without"],
        "n_eff": row["n_eff"],
        "null_id": "PP",
        "p_value": row["p_value"],
        "q_value": row["q"],
        "family_id": f"pair/congruence/{row['bin']}",
        "family_n": row["family_n"],
        "gates": gates_as_json(subjects.gates_of(accounts, pair=True)),
        "ladder_level": level.value,
        "alternative_explanations": "[]",
        "wording_en": sentences["en"],
        "wording_fr": sentences["fr"],
        "limits": _LIMITS + subjects.limits_of(accounts, pair=True),
    }


def _words(
    row: Row, accounts: tuple[str, ...], subjects: Subjects, language: Language
) -> dict[str, str]:
    write = Numbers(language)
    return {
        "who": subjects.who(accounts, language, pair=True),
        "bin": row["bin"],
        "r": write.real(row["pearson"], 2),
        "r_out": write.real(row["pearson_without"], 2),
        "n_eff": write.whole(row["n_eff"]),
        "p": write.bound(row["q"]),
        "reason": _REASON[language],
    }

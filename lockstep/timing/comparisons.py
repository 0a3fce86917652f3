"""A1 beside what nulls other than N1 give, for comparison."""

from collections.abc import Iterator

from lockstep.rounding import real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.timing.counts import co_timed
from lockstep.timing.measured import Measured, Row, p_of, tested_values
from lockstep.timing.network_jitter import INTERVAL_S, Surrogates, network_jitter
from lockstep.timing.other_nulls import closed_form, hour_redraw, week_shift

_OTHER_INTERVALS_S = (300, 3_600)


def comparison_rows(measured: Measured, settings: Settings) -> Iterator[Row]:
    """Yield A1 under N0, N2 at 300, 1,800 and 3,600 s, N3 and N1w.

    They are of all event posts. N0 has an expectation and no p. The others need a span that can be
    tested, N2 a window of at most a sixth of its interval. Above 200 accounts only N2 at 1,800 s,
    which is part of p_robust, is drawn, elsewhere (`p_jitter`).

    References:
        METHODS §5.
    """
    scope, windows_s = measured.scope, measured.windows_s
    if scope.accounts_n > MAX_ACCOUNTS_UNDER_STUDY:
        return
    observed = co_timed(scope.time_s, scope.account, scope.accounts_n, windows_s).tolist()
    for w, expected in enumerate(closed_form(scope, measured.months, windows_s).tolist()):
        yield _row("N0", w, observed[w], expected, measured)
    for null_id, found in _drawn(measured, settings):
        for w, (mean, at_least) in enumerate(zip(found.mean, found.at_least, strict=True)):
            yield _row(null_id, w, observed[w], float(mean), measured) | {
                "surrogates_n": measured.surrogates_n,
                "seed": f"{found.seed:032x}",
                "p_value": p_of(int(at_least), measured.surrogates_n),
            }


def _drawn(measured: Measured, settings: Settings) -> Iterator[tuple[str, Surrogates]]:
    if measured.jittered is None:
        return
    scope, windows_s, name = measured.scope, measured.windows_s, measured.name
    n, seed = measured.surrogates_n, settings.timing.seed
    yield f"N2_{INTERVAL_S}", measured.jittered
    for interval_s in _OTHER_INTERVALS_S:
        yield (
            f"N2_{interval_s}",
            network_jitter(
                scope, windows_s, surrogates_n=n, seed=seed, name=name, interval_s=interval_s
            ),
        )
    yield "N3", hour_redraw(scope, windows_s, surrogates_n=n, seed=seed, name=name)
    calendar = measured.calendar
    yield "N1w", week_shift(scope, calendar, windows_s, surrogates_n=n, seed=seed, name=name)


def _row(null_id: str, w: int, observed: int, expected: float, measured: Measured) -> Row:
    posts_n, eligible_n = len(measured.scope.time_s), measured.eligible_n
    values = tested_values(observed, expected, posts_n, of_posts=True)
    shares = {
        "share": real(observed / posts_n) if posts_n else None,
        "eligible_share": real(observed / eligible_n) if eligible_n else None,
    }
    return measured.row("A1", w) | {"null_id": null_id, "observed": observed} | shares | values

"""How long the nulls of a network take: `python -m benchmarks.network_null`.

One thread. Compiling is done before the clock starts. N1 includes its expectation.
"""

import resource
import time
from collections.abc import Callable

import numpy as np

from lockstep.settings import TimingSection
from lockstep.synthetic.parameters import DEFAULTS, PAGES
from lockstep.synthetic.variants import network_times
from lockstep.timing.calendar import Calendar, scope_calendar
from lockstep.timing.network_jitter import network_jitter
from lockstep.timing.network_null import network_null
from lockstep.timing.scope import ALWAYS, Scope

DAY_S = 86_400
SEED = 20_220_217
WINDOWS_S = np.array(TimingSection().all_windows_s, dtype=np.int64)


def network_of_five() -> tuple[Scope, Calendar]:
    """Return the synthetic case: 23,685 posts of 5 accounts in 7 years."""
    account, time_s = network_times(SEED, "seed-shaped")
    created_s = [page.created_s for page in PAGES]
    return scope_of(time_s, account, created_s, (created_s[0], DEFAULTS.end_s - 1))


def at_any_moment(posts_n: int, accounts_n: int, days_n: int) -> tuple[Scope, Calendar]:
    """Return accounts that post equally often, at any second of the days."""
    rng = np.random.default_rng(SEED)
    time_s = rng.integers(0, days_n * DAY_S, posts_n)
    account = rng.integers(0, accounts_n, posts_n)
    return scope_of(time_s, account, [ALWAYS] * accounts_n, (0, days_n * DAY_S - 1))


def scope_of(
    time_s: np.ndarray, account: np.ndarray, alive_from_s: list[int], window: tuple[int, int]
) -> tuple[Scope, Calendar]:
    order = np.lexsort((account, time_s))
    scope = Scope(
        account_keys=tuple(f"facebook:{i:06d}" for i in range(len(alive_from_s))),
        alive_from_s=np.array(alive_from_s, dtype=np.int64),
        created_unknown=np.zeros(len(alive_from_s), dtype=np.bool_),
        time_s=time_s[order].astype(np.int64),
        account=account[order].astype(np.int64),
    )
    return scope, scope_calendar(scope, (window,))


def seconds(run: Callable[[], object]) -> str:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return f"{time.perf_counter() - wall:7.2f} s ({time.process_time() - cpu:.2f} s CPU)"


def measure(name: str, case: tuple[Scope, Calendar], surrogates_n: int) -> None:
    scope, calendar = case

    def day_permutation(draws_n: int) -> object:
        return network_null(scope, calendar, WINDOWS_S, surrogates_n=draws_n, seed=SEED)

    def jitter() -> object:
        return network_jitter(scope, WINDOWS_S, surrogates_n=surrogates_n, seed=SEED)

    print(f"{name}: {len(scope.time_s):,} posts, {scope.accounts_n:,} accounts,")
    print(f"   {calendar.days_n:,} whole days, {surrogates_n} surrogates")
    print("  expectation", seconds(lambda: day_permutation(0)))
    print("  N1         ", seconds(lambda: day_permutation(surrogates_n)))
    print("  N2         ", seconds(jitter))
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  peak memory so far {peak_gb:.2f} GB")


def main() -> None:
    small = at_any_moment(1_000, 5, 60)
    network_null(*small, WINDOWS_S, surrogates_n=1, seed=SEED)
    network_jitter(small[0], WINDOWS_S, surrogates_n=1, seed=SEED)
    measure("a", network_of_five(), 999)
    measure("b", at_any_moment(11_000, 3_000, 7), 999)
    measure("c", at_any_moment(1_000_000, 500, 365), 99)


if __name__ == "__main__":
    main()

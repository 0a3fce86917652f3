"""How often independent networks lie inside the chance band: the figures of decision 5.

    python -m benchmarks.chance_band

Per scenario 200 SYNTHETIC networks of 56 days at 10 posts a day and account, 199 draws a band.
Prints the share inside at 10, 60 and 600 s.
"""

import numpy as np

from lockstep.calibration.scenarios import SCENARIOS, independent_accounts
from lockstep.streams import stream
from lockstep.timing.network_null import network_null

NETWORKS_N = 200
WINDOWS_S = np.array([10, 60, 600], dtype=np.int64)
CASES = (("slots", 2), ("slots", 5), ("bursts", 5), ("rhythm", 3))


def inside(scenario: str, accounts_n: int) -> np.ndarray:
    """Return the share of networks inside their band, one a window."""
    found = np.zeros(len(WINDOWS_S))
    for seed in range(NETWORKS_N):
        scope, calendar = independent_accounts(
            stream(seed, "cov", scenario),
            SCENARIOS[scenario],
            accounts_n=accounts_n,
            span_days=56,
            per_day=10,
        )
        null = network_null(scope, calendar, WINDOWS_S, surrogates_n=199, seed=seed)
        found += (null.band_low <= null.observed[0]) & (null.observed[0] <= null.band_high)
    return found / NETWORKS_N


if __name__ == "__main__":
    for scenario, accounts_n in CASES:
        shares = " / ".join(f"{share:.3f}" for share in inside(scenario, accounts_n))
        print(f"{scenario}, {accounts_n} accounts: {shares}")

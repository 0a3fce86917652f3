"""How often null N1 rejects networks whose accounts know nothing of each other (METHODS §5.1)."""

import numpy as np

from lockstep.timing.network_null import TESTED, network_null
from tests.timing import habits, reference

NETWORKS_N = 100
ACCOUNTS_N = 5
DAYS_N = 56
ALPHA = 0.05


def test_independent_networks_are_rejected_no_more_often_than_stated() -> None:
    """With shared slots, round minutes and albums p ≤ .05 in at most alpha + 2 s.e., and R is 1."""
    windows_s = np.array([60], dtype=np.int64)
    rng = np.random.default_rng(20_220_217)
    p, ratio = [], []
    for network in range(NETWORKS_N):
        posts = [
            (int(t), a) for a in range(ACCOUNTS_N) for t in habits.account(rng, DAYS_N, per_day=8)
        ]
        scope = reference.make_scope(posts, ACCOUNTS_N)
        calendar = reference.make_calendar(scope, DAYS_N)
        null = network_null(scope, calendar, windows_s, surrogates_n=99, seed=network)
        assert null.at_least is not None
        p.append((1 + null.at_least[:, 0]) / 100)
        ratio.append(null.observed[:, 0] / null.expected[:, 0])
    rejected = (np.array(p) <= ALPHA).mean(axis=0)

    assert (rejected <= ALPHA + 2 * (ALPHA * (1 - ALPHA) / NETWORKS_N) ** 0.5).all()
    for name, mean in zip(TESTED, np.mean(ratio, axis=0), strict=True):
        assert 0.97 <= mean <= 1.03, name

"""When does everybody publish at once? What happens in the world is no mark of a pair."""

import numpy as np

from lockstep.timing.calendar import DAY_S
from lockstep.timing.scope import Scope
from lockstep.timing.variants import Mask

SLOT_S = 600
"""A crowd is looked for within so many seconds of the UTC day."""
CROWD_N = 20
"""A crowd are more accounts than so many,"""
CROWD_SHARE = 0.1
"""more than this share of the accounts that live then,"""
CROWD_TIMES = 3
"""and more than so many times as many as publish at that time of the mean day."""
_SLOTS_A_DAY = DAY_S // SLOT_S


def in_crowds(scope: Scope) -> Mask:
    """Return which event posts lie in a crowd: a slot of 10 minutes, or one beside it.

    A slot is a crowd where more than 20 accounts publish, more than 10 % of those that live by its
    end, and more than 3 times as many as in the same slot of the mean day from the first post's to
    the last's.
    Accounts that react to one event within minutes meet by the thousand pairs, on the few days of
    such events, and no permutation of days explains it.
    """
    if not len(scope.time_s):
        return np.zeros(0, dtype=np.bool_)
    slot = scope.time_s // SLOT_S
    publishing = np.unique(slot * scope.accounts_n + scope.account) // scope.accounts_n
    used, accounts = np.unique(publishing, return_counts=True)
    days_n = used[-1] // _SLOTS_A_DAY - used[0] // _SLOTS_A_DAY + 1
    usual = np.bincount(used % _SLOTS_A_DAY, accounts, _SLOTS_A_DAY)[used % _SLOTS_A_DAY] / days_n
    living = np.searchsorted(np.sort(scope.alive_from_s), (used + 1) * SLOT_S)
    most = np.maximum(np.maximum(CROWD_SHARE * living, CROWD_TIMES * usual), CROWD_N)
    crowds = used[accounts > most]
    beside = np.concatenate([crowds - 1, crowds, crowds + 1])
    return np.asarray(np.isin(slot, beside), dtype=np.bool_)

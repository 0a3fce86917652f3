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
    first_s = scope.time_s[0] // DAY_S * DAY_S
    slot = (scope.time_s - first_s) // SLOT_S
    slots_n = (int(slot[-1]) // _SLOTS_A_DAY + 1) * _SLOTS_A_DAY
    publishing = np.unique(slot * scope.accounts_n + scope.account) // scope.accounts_n
    accounts = np.bincount(publishing, minlength=slots_n)
    ends_s = first_s + SLOT_S * np.arange(1, slots_n + 1)
    living = np.searchsorted(np.sort(scope.alive_from_s), ends_s)
    mean_day = accounts.reshape(-1, _SLOTS_A_DAY).mean(axis=0)
    usual = np.tile(mean_day, slots_n // _SLOTS_A_DAY)
    most = np.maximum(np.maximum(CROWD_SHARE * living, CROWD_TIMES * usual), CROWD_N)
    crowd = accounts > most
    beside = np.pad(crowd, 1)
    return np.asarray((crowd | beside[:-2] | beside[2:])[slot], dtype=np.bool_)

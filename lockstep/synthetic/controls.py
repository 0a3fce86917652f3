"""Pages of nobody's network: independent ones, and two that openly belong together."""

import numpy as np

from lockstep.streams import stream
from lockstep.synthetic.events import Events
from lockstep.synthetic.parameters import Page, Parameters, utc_s
from lockstep.synthetic.rhythm import habitual_posts, log_uniform

VOLUMES = (500, 9_000)
"""Posts of a page, between."""
_FIRST_NUMBER = 11
_CONTROLS_N = 10
_IN_SLOTS_N = 3
_SLOT_SHARE = 0.3
_CREATED_S = (utc_s("2018-01-01"), utc_s("2021-06-01"))


def control_pages(seed: int) -> tuple[Page, ...]:
    """Return ten pages, SYN-K01 to SYN-K10, with volumes spread evenly on a logarithmic scale.

    The first three share the slots of `Parameters.slot_hours`; the last two are disclosed.
    """
    rng = stream(seed, "controls")
    volume = log_uniform(rng, VOLUMES, _CONTROLS_N).astype(np.int64).tolist()
    created = rng.integers(*_CREATED_S, _CONTROLS_N).tolist()
    followers = rng.lognormal(np.log(12_000), 0.8, _CONTROLS_N).astype(np.int64).tolist()
    return tuple(
        Page(
            code=f"K{i + 1:02d}",
            number=_FIRST_NUMBER + i,
            created_s=created[i],
            posts_n=volume[i],
            followers_n=followers[i],
            slot_share=_SLOT_SHARE if i < _IN_SLOTS_N else 0.0,
        )
        for i in range(_CONTROLS_N)
    )


def disclosed_pages(parameters: Parameters) -> tuple[int, ...]:
    """Return the places of the disclosed pair among all pages, the one that leads first."""
    last = len(parameters.all_pages)
    are_there = parameters.controls and parameters.disclosed_share
    return (last - 2, last - 1) if are_there else ()


def disclosed_events(seed: int, parameters: Parameters) -> Events:
    """Return the cross-posts of the disclosed pair: the same content within seconds, openly."""
    pair = disclosed_pages(parameters)
    starts = np.empty(0, dtype=np.int64)
    lag = starts
    if pair:
        rng = stream(seed, "disclosed")
        younger = max((parameters.all_pages[p] for p in pair), key=lambda page: page.created_s)
        smaller_n = min(parameters.all_pages[p].posts_n for p in pair)
        times_s, _ = habitual_posts(rng, younger, parameters)
        starts = times_s[: int(smaller_n * parameters.disclosed_share)]
        starts = np.minimum(starts, parameters.end_s - 1 - parameters.disclosed_lag_s)
        lag = rng.integers(1, parameters.disclosed_lag_s, len(starts), endpoint=True)
    behind = np.stack([np.zeros_like(lag), lag], axis=1).ravel()
    return Events(
        kinds=("disclosed",) * len(starts),
        starts_s=starts,
        event=np.repeat(np.arange(len(starts)), 2),
        page=np.tile(np.array(pair, dtype=np.int64), len(starts)),
        lag_s=behind,
        time_s=np.repeat(starts, 2) + behind,
        planted_n=0,
    )

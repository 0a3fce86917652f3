"""The variants of the synthetic case: which of its numbers each of them changes."""

from dataclasses import replace
from typing import Any

from lockstep.synthetic.controls import control_pages
from lockstep.synthetic.events import Counts
from lockstep.synthetic.news import draw_news
from lockstep.synthetic.parameters import DEFAULTS, PAGES, Parameters, Variant
from lockstep.synthetic.rhythm import Seconds
from lockstep.synthetic.timeline import make_timeline

_INDEPENDENT = {"event_posts_share": 0.0, "news_n": 0, "flash_n": 0}
_CHANGES: dict[Variant, dict[str, Any]] = {
    "seed-shaped": {},
    "null": {"event_posts_share": 0.0},
    "weak": {"event_posts_share": 0.01},
    "news": {
        "event_posts_share": 0.0,
        "news_n": 600,
        "flash_n": 200,
        "news_reaction_share": 0.9,
    },
    "slots": {
        **_INDEPENDENT,
        "pages": tuple(replace(page, slot_share=0.3) for page in PAGES),
    },
    "weekend": {**_INDEPENDENT, "weekend_factor": 0.5},
}


def variant_parameters(seed: int, variant: Variant, *, controls: bool = True) -> Parameters:
    """Return the numbers of a variant, with its ten control pages or without.

    `seed-shaped` has planted events; `null` is the same without them; in `weak` one post in a
    hundred is planted. Without any event, the pages of `news` all hurry after the same news, those
    of `slots` share four publishing slots a day, and those of `weekend` rest at weekends.
    """
    pages = control_pages(seed) if controls else ()
    return replace(DEFAULTS, controls=pages, **_CHANGES[variant])


def network_times(seed: int, variant: Variant) -> tuple[Counts, Seconds]:
    """Return account (0 to 4) and time in s of the network's posts, in order of time; no texts."""
    parameters = variant_parameters(seed, variant, controls=False)
    timeline = make_timeline(seed, draw_news(seed, parameters), parameters)
    return timeline.page, timeline.time_s

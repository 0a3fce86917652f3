"""What happens in the world: moments to which many pages react, each by itself (a confounder)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.streams import stream
from lockstep.synthetic.parameters import DAY_S, Page, Parameters
from lockstep.synthetic.rhythm import Seconds, day_levels, minute_weights, moments


@dataclass(frozen=True, slots=True)
class News:
    """Moments in s since 1970 UTC; pages hurry after a flash."""

    time_s: Seconds
    is_flash: NDArray[np.bool_]


def draw_news(seed: int, parameters: Parameters) -> News:
    """Draw the moments of the years in which the network exists, in no order of time."""
    rng = stream(seed, "news")
    days_n = (parameters.end_s - parameters.network_start_s) // DAY_S
    time_s = moments(
        rng,
        parameters.news_n,
        first_day_s=parameters.network_start_s,
        days=day_levels(rng, days_n, rho=parameters.level_rho, sd=parameters.level_sd),
        minutes=minute_weights(parameters),
    )
    return News(time_s, np.arange(parameters.news_n) < parameters.flash_n)


def reactions(rng: np.random.Generator, news: News, page: Page, parameters: Parameters) -> Seconds:
    """Return when a page posts about the news: of those it lived to see, a share, with a lag."""
    median_s = np.where(news.is_flash, parameters.flash_lag_median_s, parameters.news_lag_median_s)
    lag = rng.lognormal(np.log(median_s), parameters.news_lag_sigma).astype(np.int64)
    reacts = rng.random(len(news.time_s)) < parameters.news_reaction_share
    at = news.time_s + lag
    posts = at[reacts & (news.time_s > page.created_s) & (at < parameters.end_s)]
    return np.asarray(posts[: int(page.posts_n * parameters.max_news_share)])

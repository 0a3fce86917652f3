"""Synthetic cases of any size: thousands of accounts, millions of posts, block by block.

A block is a case of its own, of fifty accounts and one export; all blocks live through the same
news. In every fourth block the first five accounts coordinate. Memory does not grow with the case.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from lockstep.errors import MethodError
from lockstep.streams import derived_seed, stream
from lockstep.synthetic.case import SEED, write_case
from lockstep.synthetic.controls import VOLUMES
from lockstep.synthetic.crowdtangle import Export
from lockstep.synthetic.news import draw_news
from lockstep.synthetic.parameters import Page, Parameters, Variant, utc_s
from lockstep.synthetic.rhythm import log_uniform
from lockstep.synthetic.variants import variant_parameters

_BLOCK_N = 50
_NETWORK_N = 5
_FOUNDERS_N = 2
_NETWORK_EVERY = 4
_EVENT_POSTS_SHARE = 0.35
_MIN_POSTS_PER_ACCOUNT = 100
_FIRST_NUMBER = 1_001
_EVEN = 0.5
_FIRST_PAGES_S = (utc_s("2015-02-20"), utc_s("2020-01-08"))
_LATER_PAGES_S = (utc_s("2020-03-01"), utc_s("2021-11-15"))


def write_population(
    exports: Path,
    truth: Path,
    *,
    variant: Variant = "seed-shaped",
    accounts_n: int,
    posts_n: int,
    seed: int = SEED,
) -> tuple[Path, ...]:
    """Write a case of `accounts_n` accounts and exactly `posts_n` posts, and return its exports.

    Args:
        exports: Where the exports go, one for fifty accounts.
        truth: Where the truth tables go.
        variant: Which habits; `seed-shaped` plants 35 % of the posts of the accounts that
            coordinate, `weak` 1 %, the others none.
        accounts_n: At least five.
        posts_n: At least 100 an account.
        seed: Any whole number ≥ 0.

    Raises:
        MethodError: Too few accounts, or too few posts for them.
    """
    if accounts_n < _NETWORK_N or posts_n < accounts_n * _MIN_POSTS_PER_ACCOUNT:
        raise MethodError(
            f"{posts_n} posts of {accounts_n} accounts are too few to be a case",
            expected=f"at least {_NETWORK_N} accounts, {_MIN_POSTS_PER_ACCOUNT} posts each",
        )
    base = _base(seed, variant)
    news = draw_news(seed, base)
    paths: list[Path] = []
    for number, pages in enumerate(_blocks(_pages(seed, accounts_n, posts_n, base))):
        case = write_case(
            exports,
            derived_seed(seed, "block", str(number)),
            news,
            _block_parameters(number, pages, base),
            (_export(number, len(pages), base),),
        )
        case.write_truth(truth, append=number > 0)
        paths.extend(case.paths)
    return tuple(paths)


def _base(seed: int, variant: Variant) -> Parameters:
    """Return the numbers of a variant, in which no page has a contact or declares an owner."""
    parameters = variant_parameters(seed, variant, controls=False)
    share = parameters.event_posts_share
    return replace(
        parameters,
        event_posts_share=_EVENT_POSTS_SHARE if share is None else share,
        contact_share=0.0,
        disclosed_share=0.0,
        memorial_pages=(),
        early_rate=1.0,
        back_dated_n=0,
    )


def _pages(seed: int, accounts_n: int, posts_n: int, base: Parameters) -> list[Page]:
    """Draw all accounts; volumes lie evenly on a logarithmic scale and add up to `posts_n`."""
    rng = stream(seed, "population")
    weight = log_uniform(rng, VOLUMES, accounts_n)
    cuts = np.floor(np.cumsum(weight) / weight.sum() * posts_n).astype(np.int64)
    volume = np.diff(np.r_[0, cuts[:-1], posts_n]).tolist()
    early = rng.integers(*_FIRST_PAGES_S, accounts_n)
    late = rng.integers(*_LATER_PAGES_S, accounts_n)
    # A network is founded by the first two of its block; its other pages join later.
    place = np.arange(accounts_n) % _BLOCK_N
    is_early = np.where(place < _NETWORK_N, place < _FOUNDERS_N, rng.random(accounts_n) < _EVEN)
    created = np.where(is_early, early, late).tolist()
    followers = rng.lognormal(np.log(12_000), 0.8, accounts_n).astype(np.int64).tolist()
    return [
        Page(
            code=f"P{i + 1:05d}",
            number=_FIRST_NUMBER + i,
            created_s=created[i],
            posts_n=volume[i],
            followers_n=followers[i],
            slot_share=base.pages[0].slot_share,
        )
        for i in range(accounts_n)
    ]


def _blocks(pages: list[Page]) -> Iterator[tuple[Page, ...]]:
    """Cut the accounts into blocks; what would be too small for one stays with the last."""
    starts = list(range(0, max(len(pages) - _NETWORK_N, 0) + 1, _BLOCK_N))
    for start, end in pairwise([*starts, len(pages)]):
        yield tuple(pages[start:end])


def _block_parameters(number: int, pages: tuple[Page, ...], base: Parameters) -> Parameters:
    share = base.event_posts_share if number % _NETWORK_EVERY == 0 else 0.0
    network = pages[:_NETWORK_N]
    planted_n = int((share or 0.0) * sum(page.posts_n for page in network))
    return replace(
        base,
        event_prefix=f"event-{number:03d}",
        pages=network,
        controls=pages[_NETWORK_N:],
        event_posts_share=share,
        max_events_n=planted_n + 1,
    )


def _export(number: int, accounts_n: int, base: Parameters) -> Export:
    first = number * _BLOCK_N + 1
    name = f"synthetic_2022-02-11-08-00-00-GMT-SYN-P{first:05d}-P{first + accounts_n - 1:05d}.csv"
    return Export(name, "FB-5", "Etc/GMT", tuple(range(accounts_n)), 0, base.end_s)

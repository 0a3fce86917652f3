"""A whole synthetic case: raw exports in a folder, and the truth in memory."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lockstep.synthetic import truth
from lockstep.synthetic.content import make_posts
from lockstep.synthetic.controls import disclosed_pages
from lockstep.synthetic.crowdtangle import Export, export_rows, write_export
from lockstep.synthetic.dirt import with_back_dated, with_dirt
from lockstep.synthetic.exports import exports
from lockstep.synthetic.news import News, draw_news
from lockstep.synthetic.parameters import Parameters, Variant
from lockstep.synthetic.raw_rows import raw_rows
from lockstep.synthetic.timeline import make_timeline
from lockstep.synthetic.variants import variant_parameters

SEED = 20_220_217
"""The seed whose outputs the tests know."""

TRUTHS = ("event", "post", "pair", "account", "contact", "narrative")


@dataclass(frozen=True, slots=True)
class SyntheticCase:
    """A written case: its exports, its accounts, its span, and what is true of it.

    `start_s` is the creation of the oldest page of the network and `end_s` the end of collection
    (exclusive), in s since 1970 UTC. The grain of each truth frame is described in
    `lockstep.synthetic.truth`.
    """

    seed: int
    paths: tuple[Path, ...]
    account_ids: tuple[str, ...]
    control_ids: tuple[str, ...]
    disclosed_ids: tuple[str, ...]
    start_s: int
    end_s: int
    truth_event: pl.DataFrame
    truth_post: pl.DataFrame
    truth_pair: pl.DataFrame
    truth_account: pl.DataFrame
    truth_contact: pl.DataFrame
    truth_narrative: pl.DataFrame

    def write_truth(self, folder: Path, *, append: bool = False) -> tuple[Path, ...]:
        """Write each truth frame to `synthetic_truth_<name>.csv`, or append to it."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = tuple(folder / f"synthetic_truth_{name}.csv" for name in TRUTHS)
        for name, path in zip(TRUTHS, paths, strict=True):
            frame: pl.DataFrame = getattr(self, f"truth_{name}")
            with path.open("ab" if append else "wb") as file:
                frame.write_csv(file, include_header=not append, line_terminator="\n")
        return paths


def write_exports(
    folder: Path, *, variant: Variant = "seed-shaped", seed: int = SEED, controls: bool = True
) -> SyntheticCase:
    """Write the CrowdTangle exports of a synthetic case, the same bytes for the same seed.

    `seed-shaped` has the published case study's size: 23,685 posts of five pages, 8,850 ± 25 of
    them within 60 s of another page's post. The other variants are described in
    `lockstep.synthetic.variants`. Pages, texts and contacts are fictional (METHODS §11).

    Args:
        folder: Where the files go; made when it does not exist.
        variant: Which case.
        seed: Any whole number ≥ 0.
        controls: With the ten control pages.

    Raises:
        MethodError: The seed cannot be tuned to the target.
    """
    parameters = variant_parameters(seed, variant, controls=controls)
    news = draw_news(seed, parameters)
    return write_case(folder, seed, news, parameters, exports(parameters))


def write_case(
    folder: Path, seed: int, news: News, parameters: Parameters, files: tuple[Export, ...]
) -> SyntheticCase:
    """Write the files of a case of any numbers, and return what is true of it."""
    timeline = make_timeline(seed, news, parameters)
    posts = with_back_dated(seed, make_posts(seed, timeline, parameters), parameters)
    rows = raw_rows(seed, posts, parameters)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for export in files:
        dirty = with_dirt(seed, export.file_name, export_rows(export, rows), parameters)
        paths.append(write_export(export, dirty, folder))
    return SyntheticCase(
        seed=seed,
        paths=tuple(paths),
        account_ids=tuple(page.account_id for page in parameters.pages),
        control_ids=tuple(page.account_id for page in parameters.controls),
        disclosed_ids=tuple(
            parameters.all_pages[page].account_id for page in disclosed_pages(parameters)
        ),
        start_s=min(page.created_s for page in parameters.pages),
        end_s=parameters.end_s,
        truth_event=truth.truth_event(seed, timeline, parameters),
        truth_post=truth.truth_post(posts, parameters),
        truth_pair=truth.truth_pair(timeline, parameters),
        truth_account=truth.truth_account(timeline, parameters),
        truth_contact=truth.truth_contact(posts, parameters),
        truth_narrative=truth.truth_narrative(posts),
    )

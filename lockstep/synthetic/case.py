"""A whole synthetic case: raw exports in a folder, and the truth in memory."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lockstep.synthetic import truth
from lockstep.synthetic.content import make_posts
from lockstep.synthetic.crowdtangle import Export, write_export
from lockstep.synthetic.parameters import DEFAULTS, Parameters, Variant, utc_s
from lockstep.synthetic.raw_rows import raw_rows
from lockstep.synthetic.timeline import make_timeline

SEED = 20_220_217
"""The seed whose outputs the tests know."""

_NAME = "synthetic_{exported}-Historical-Report-{pages}-{dates}.csv"


@dataclass(frozen=True, slots=True)
class SyntheticCase:
    """A written case: its exports, its five accounts, its span, and what is true of it.

    `start_s` is the creation of the oldest page and `end_s` the end of collection (exclusive), in
    s since 1970 UTC. The grain of each truth frame is described in `lockstep.synthetic.truth`.
    """

    variant: Variant
    seed: int
    paths: tuple[Path, ...]
    account_ids: tuple[str, ...]
    start_s: int
    end_s: int
    truth_event: pl.DataFrame
    truth_post: pl.DataFrame
    truth_pair: pl.DataFrame
    truth_account: pl.DataFrame
    truth_contact: pl.DataFrame

    def write_truth(self, folder: Path) -> tuple[Path, ...]:
        """Write each truth frame as `synthetic_truth_<name>.csv` and return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name in ("event", "post", "pair", "account", "contact"):
            path = folder / f"synthetic_truth_{name}.csv"
            frame: pl.DataFrame = getattr(self, f"truth_{name}")
            frame.write_csv(path, line_terminator="\n")
            paths.append(path)
        return tuple(paths)


def write_exports(
    folder: Path, *, variant: Variant = "seed-shaped", seed: int = SEED
) -> SyntheticCase:
    """Write the CrowdTangle exports of a synthetic case, the same bytes for the same seed.

    `seed-shaped` has the published case study's size: 23,685 posts of five pages, 8,850 ± 25 of
    them within 60 s of another page's post. `null` has the same volumes and habits and no planted
    event. Pages, texts and contacts are fictional (METHODS §11).

    Args:
        folder: Where the files go; made when it does not exist.
        variant: Which case.
        seed: Any whole number ≥ 0.

    Raises:
        MethodError: The seed cannot be tuned to the target.
    """
    parameters = DEFAULTS
    timeline = make_timeline(seed, variant, parameters)
    posts = make_posts(seed, variant, timeline, parameters)
    rows = raw_rows(seed, posts, parameters)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(write_export(export, rows, folder) for export in exports(parameters))
    return SyntheticCase(
        variant=variant,
        seed=seed,
        paths=paths,
        account_ids=tuple(page.account_id for page in parameters.pages),
        start_s=min(page.created_s for page in parameters.pages),
        end_s=parameters.end_s,
        truth_event=truth.truth_event(seed, timeline, parameters),
        truth_post=truth.truth_post(posts, parameters),
        truth_pair=truth.truth_pair(timeline, parameters),
        truth_account=truth.truth_account(timeline, parameters),
        truth_contact=truth.truth_contact(posts, parameters),
    )


def exports(parameters: Parameters) -> tuple[Export, ...]:
    """Return the files of a case: every post at least once, some of them in two or three.

    Two headers, two zones, an older export that crosses the end of daylight-saving time, and a
    last one in which interactions have grown.
    """
    start, end = parameters.pages[0].created_s, parameters.end_s
    gmt, new_york = "Etc/GMT", "America/New_York"
    final = "2022-02-11-08-00-00-GMT"

    def name(exported: str, pages: str, dates: str) -> str:
        return _NAME.format(exported=exported, pages=pages, dates=dates)

    return (
        Export(name(final, "SYN-A-B", "2015-02-20--2022-02-10"), "FB-5", gmt, (0, 1), start, end),
        Export(name(final, "SYN-C", "2020-09-14--2022-02-10"), "FB-5", gmt, (2,), start, end),
        Export(
            name("2022-02-11-03-10-00-EST", "SYN-D", "2021-01-25--2022-02-10"),
            "FB-4",
            new_york,
            (3,),
            start,
            end,
        ),
        Export(name(final, "SYN-E", "2021-11-15--2022-02-10"), "FB-5", gmt, (4,), start, end),
        Export(
            name("2021-12-01-09-00-00-EST", "SYN-B", "2021-10-15--2021-11-30"),
            "FB-5",
            new_york,
            (1,),
            utc_s("2021-10-15 04:00:00"),
            utc_s("2021-12-01 05:00:00"),
            growth=0.97,
        ),
        Export(
            name("2022-02-11-09-30-00-GMT", "SYN-ALL", "2022-01-01--2022-02-10"),
            "FB-4",
            gmt,
            (0, 1, 2, 3, 4),
            utc_s("2022-01-01"),
            end,
            growth=1.02,
        ),
    )

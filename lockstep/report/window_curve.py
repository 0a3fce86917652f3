"""A chart of co-timed posts by window, observed beside what chance gives, as self-contained SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

import polars as pl

from lockstep.timing.headline import NETWORK_A1

_WIDTH, _HEIGHT = 380, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 16, 64, 46
_TICKS_S = ((1, "1 s"), (5, "5 s"), (20, "20 s"), (60, "60 s"), (300, "5 min"), (1800, "30 min"))
# Okabe and Ito: told apart by colour-blind readers; shape and dash tell them apart in grey.
_OBSERVED, _CHANCE, _GRID, _INK = "#0072B2", "#D55E00", "#DDDDDD", "#222222"


@dataclass(frozen=True, slots=True)
class Panel:
    """One case: its title, and its `timing_statistics`."""

    title: str
    statistics: pl.DataFrame
    headline_window_s: int

    @property
    def rows(self) -> list[tuple[int, float, float]]:
        """Window in s, share of tested posts observed, share expected; windows of 1 s and more."""
        kept = self.statistics.filter(
            NETWORK_A1, pl.col("window_s") > 0, pl.col("expected").is_not_null()
        ).sort("window_s")
        shares = kept.select(
            "window_s", pl.col("tested_share").cast(float), pl.col("expected_share").cast(float)
        )
        return list(shares.iter_rows())


def window_curves(panels: Sequence[Panel], *, title: str, description: str) -> str:
    """Return the chart: one panel a case, all on the same axes.

    Args:
        panels: The cases, from left to right.
        title: What the chart shows, in a sentence.
        description: The same for readers who do not see it.
    """
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH * len(panels)} '
            f'{_HEIGHT + 34}" font-family="system-ui, sans-serif" fill="{_INK}" role="img">'
        ),
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
        '<rect width="100%" height="100%" fill="#FFFFFF"/>',
        _text(_LEFT, 26, title, size=16, weight="600"),
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * _WIDTH} 34)">')
        parts += _panel(panel, labelled=number == 0)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, *, labelled: bool) -> Iterator[str]:
    yield _text(_LEFT, 22, panel.title, size=13, weight="600")
    yield from _axes()
    rows = panel.rows
    yield from _line([(w, expected) for w, _, expected in rows], _CHANCE, dashed=True)
    yield from _line([(w, observed) for w, observed, _ in rows], _OBSERVED, dashed=False)
    yield from _headline(panel)
    if labelled:
        yield _text(_x(3), _y(0.42), "observed", size=13, fill=_OBSERVED, weight="600")
        yield _text(_x(330), _y(0.05), "by chance", size=13, fill=_CHANCE, weight="600")


def _axes() -> Iterator[str]:
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        y = _y(share)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 8, y + 4, f"{share:.0%}".replace("%", " %"), size=12, anchor="end")
    for window_s, label in _TICKS_S:
        yield _text(_x(window_s), _HEIGHT - _BOTTOM + 20, label, size=12, anchor="middle")
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield _text(middle, _HEIGHT - 6, "window", size=12, anchor="middle")
    yield _text(_LEFT, 44, "share of posts with another page’s post within the window", size=11)


def _line(points: Sequence[tuple[int, float]], colour: str, *, dashed: bool) -> Iterator[str]:
    at = [(_x(window_s), _y(share)) for window_s, share in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in at)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    for x, y in at:
        if dashed:
            yield f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}"/>'
        else:
            yield f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>'


def _headline(panel: Panel) -> Iterator[str]:
    """Mark the headline window and write the ratio beside it."""
    x = _x(panel.headline_window_s)
    yield f'<path d="M{x} {_y(1)}V{_y(0)}" stroke="{_INK}" stroke-dasharray="2 3"/>'
    found = panel.statistics.filter(NETWORK_A1, pl.col("window_s") == panel.headline_window_s)
    for ratio in found["ratio"].drop_nulls().to_list():
        yield _text(x - 8, _y(0.9), f"{ratio:.1f} × chance", size=13, anchor="end")


def _x(window_s: int) -> float:
    width = _WIDTH - _LEFT - _RIGHT
    return round(_LEFT + 10 + (width - 30) * log10(window_s) / log10(1800), 1)


def _y(share: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * share, 1)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int,
    anchor: str = "start",
    fill: str = _INK,
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )

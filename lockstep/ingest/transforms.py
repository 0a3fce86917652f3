"""How a value is had from what stands in its column, where that is not the value itself."""

from collections.abc import Callable, Mapping
from typing import Literal

import polars as pl

from lockstep.ingest.html_text import html_text

Transform = Literal["first_of_list", "each_of_list", "first_url", "line_ends", "strip_html"]
"""All that a format may ask for."""

_URLS = ("unwound_url", "expanded_url", "url")
"""How the address of a link is called in JSON, the fullest first."""


def transformed(values: pl.DataFrame, asked: Mapping[str, Transform]) -> pl.DataFrame:
    r"""Return values as a format asks for them.

    Args:
        values: Values as they stand, as text; null where there is none.
        asked: What is done with which of them. `first_of_list` takes what stands before the first
            vertical bar, `each_of_list` all between bars, a line each; `first_url` the first
            address of an array of links in JSON, null where it is none; `line_ends` reads \n as a
            line end; `strip_html` keeps the text of HTML.
    """
    return values.with_columns(_DONE[how](values[name]).alias(name) for name, how in asked.items())


def _first_url(text: pl.Series) -> pl.Series:
    named = [text.str.json_path_match(f"$[0].{name}") for name in _URLS]
    alone = text.str.json_path_match("$[0]")
    is_text = ~alone.str.contains(r"^[\[{]").fill_null(value=True)
    return pl.select(pl.coalesce(*named, pl.when(is_text).then(alone))).to_series()


_DONE: dict[Transform, Callable[[pl.Series], pl.Series]] = {
    "first_of_list": lambda text: text.str.split("|").list.first(),
    "each_of_list": lambda text: text.str.replace_all("|", "\n", literal=True),
    "first_url": _first_url,
    "line_ends": lambda text: text.str.replace_all("\\n", "\n", literal=True),
    "strip_html": lambda text: text.map_elements(html_text, return_dtype=pl.String),
}

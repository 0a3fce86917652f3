"""Text in Arrow's layout: checked, taken over where it lies, and parted from what lies there."""

import numpy as np
import polars as pl
import pyarrow as pa

from lockstep.ingest.scanner import WINDOW_BITS, Bytes, Ints

_WINDOW_BYTES = (1 << WINDOW_BITS + 1) - 1
"""Windows overlap, so that a field lies in the one in which it starts; Arrow allows 2^31 - 1."""


def is_utf8(content: Bytes) -> bool:
    """Whether bytes are UTF-8."""
    bounds = np.array([0, len(content)], dtype=np.int64)
    text = pa.LargeStringArray.from_buffers(1, pa.py_buffer(bounds), pa.py_buffer(content))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def texts(data: Bytes, views: Ints, *, doubled: bool) -> pl.Series:
    """Return the texts that views show of a file in UTF-8, doubled quotes made single.

    Args:
        data: The file.
        views: One row per text, as the scanner gives them.
        doubled: Whether quotes in them may be doubled.
    """
    starts = range(0, len(data), 1 << WINDOW_BITS)
    windows = [pa.py_buffer(data[start : start + _WINDOW_BYTES]) for start in starts]
    shown = pa.Array.from_buffers(
        pa.string_view(), len(views), [None, pa.py_buffer(np.ascontiguousarray(views)), *windows]
    )
    series = pl.Series(pl.from_arrow(shown))
    return series.str.replace_all('""', '"', literal=True) if doubled else series


def compact(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame that keeps no more in memory than its rows.

    A few texts of a larger frame, as Polars shows them, keep all texts of that frame.
    """
    return pl.DataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))

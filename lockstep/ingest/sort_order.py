"""In which order a file lists its records, and whether the end of the list was cut off."""

import numpy as np
import polars as pl

_COLUMNS = {"interactions": "total_interactions", "time": "posted_at_s"}
_FEWEST_RECORDS = 100
_FEWEST_INTERACTIONS = 10
_FEWEST_OCTAVES = 4


def sort_order(rows: pl.DataFrame) -> str:
    """Return what a file is sorted by, and in which direction.

    Args:
        rows: Its records in order, with total_interactions and posted_at_s.

    Returns:
        Such as `interactions_descending` or `time_ascending`; `unknown` where more than one fits,
        as in a file of two records, or nothing can be compared; `none` where none does.
    """
    known = {name: rows[column].drop_nulls() for name, column in _COLUMNS.items()}
    told = {name: values for name, values in known.items() if values.n_unique() > 1}
    fitting = [
        f"{name}_{'descending' if descending else 'ascending'}"
        for name, values in told.items()
        for descending in (True, False)
        if values.is_sorted(descending=descending)
    ]
    if told and not fitting:
        return "none"
    return fitting[0] if len(fitting) == 1 else "unknown"


def least_of_a_cut_list(total_interactions: pl.Series) -> int | None:
    """Return the fewest interactions in a list that seems to lack those with fewer, or else None.

    A list of the posts with most interactions breaks off where posts are dense; a whole one thins
    out towards its end. Records are counted by octaves above the fewest interactions (once to
    twice, twice to four times as many, and so on): at least 10 interactions, 100 records and 4
    octaves, and no octave with more records than the lowest.

    That the fewest are above 0 is no sign by itself: of 100 accounts with 20 posts or more in real
    exports, all complete, 32 have none at 0. The rule names none of the 100 (even from 20 records
    on), and none of the 16 exports; of these, cut to the half with most interactions, it tells 5 of
    14, to a quarter 9 of 10. Errors: a cut below the most frequent octave is not seen.

    Example:
        >>> least_of_a_cut_list(pl.Series([900, 300, 150, 70, 60, *range(10, 30)] * 5))
        10
        >>> least_of_a_cut_list(pl.Series([900, 300, 150, 70, 60, *range(0, 30)] * 5))
    """
    known = total_interactions.drop_nulls()
    if len(known) < _FEWEST_RECORDS:
        return None
    values = known.to_numpy()
    least = int(values.min())
    if least < _FEWEST_INTERACTIONS:
        return None
    octaves = np.bincount(np.frexp(values // least)[1])[1:]  # exact: the exponent of a whole number
    is_cut = len(octaves) >= _FEWEST_OCTAVES and octaves[0] == octaves.max()
    return least if is_cut else None

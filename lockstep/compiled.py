"""Compile the inner loops: cached on disk, no fast-math, one thread, so results never differ."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Return the function compiled by numba at its first call, its type unchanged.

    While it runs, other threads may run Python.
    """
    return cast("F", njit(cache=True, nogil=True)(function))

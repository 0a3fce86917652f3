"""What a run is about: one investigation, one folder, one partition."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

CASES = dg.DynamicPartitionsDefinition(name="case")
"""The cases known to this workspace; a case's key is the name of its folder."""


@contextmanager
def checks_of_a_case() -> Iterator[None]:
    """Let checks be of one case: Dagster warns that this may change, and its version is locked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        yield

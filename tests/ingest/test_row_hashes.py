"""Hashes of many records at once are those of one at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest.keys import keyed_hash
from lockstep.ingest.row_hashes import row_hmacs


@given(st.lists(st.binary(max_size=100), max_size=20), st.binary(min_size=1, max_size=80))
@settings(max_examples=100, deadline=None)
def test_hashes_are_those_of_one_record_at_a_time(contents: list[bytes], key: bytes) -> None:
    """Each is the keyed hash of its bytes."""
    ends = np.cumsum([len(content) for content in contents], dtype=np.int64)
    starts = ends - np.array([len(content) for content in contents], dtype=np.int64)
    data = np.frombuffer(b"".join(contents), dtype=np.uint8)

    assert row_hmacs(data, starts, ends, key).to_list() == [keyed_hash(c, key) for c in contents]

"""What a run is about: one investigation, one folder, one partition."""

import dagster as dg

CASES = dg.DynamicPartitionsDefinition(name="case")
"""The cases known to this workspace; a case's key is the name of its folder."""

"""Labelled synthetic cases: raw exports of fictional pages, and the truth about them."""

from lockstep.synthetic.case import SyntheticCase, write_exports
from lockstep.synthetic.population import write_population
from lockstep.synthetic.variants import network_times

__all__ = ["SyntheticCase", "network_times", "write_exports", "write_population"]

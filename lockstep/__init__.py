"""Find coordinated posting, with a chance baseline for every count.

Pure functions: frames in, frames out. No orchestrator, no clock, no unseeded randomness.
"""

__version__ = "0.1.0"

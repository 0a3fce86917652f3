"""What every table is: one ODCS v3.1 contract a table, one TOML a source format."""

from data_contracts.loader import load, names
from data_contracts.model import Column, Contract, Rule

__all__ = ["Column", "Contract", "Rule", "load", "names"]

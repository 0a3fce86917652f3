"""A labelled synthetic case: raw exports of fictional pages, and the truth about them."""

from lockstep.synthetic.case import SyntheticCase, write_exports

__all__ = ["SyntheticCase", "write_exports"]

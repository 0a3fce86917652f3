"""How far staging is, told to whoever asks for it: nothing depends on it."""

from collections.abc import Callable

Told = Callable[[str, int, int], None]
"""Takes what is under way, and of how many bytes of exports in all how many it has behind it."""


def nobody(_doing: str, _done_bytes: int, _all_bytes: int) -> None:
    """Tell nobody."""

"""Numbers with what they count, as a sentence has them."""


def many(n: int, what: str) -> str:
    """Return how many there are of something: 1 file, 2 files."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"

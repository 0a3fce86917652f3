"""Numbers with what they count, as a sentence has them."""


def many(n: int, what: str) -> str:
    """Return how many there are of something: 1 file, 2 files."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def that_are_no(n: int, what: str) -> str:
    """Return how many are not something: 1 that is no post, 2 that are no posts."""
    return f"{n:,} that is no {what}" if n == 1 else f"{n:,} that are no {what}s"

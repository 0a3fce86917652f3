"""Which digits of a text are telephone numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lockstep.ingest.contacts.chains import CHAIN, Chain, Window
from lockstep.ingest.contacts.contact import Found
from lockstep.ingest.contacts.cues import LEFT, RIGHT, Cue, cue_before, cue_behind
from lockstep.ingest.contacts.judging import Judged, judge, with_calling_code
from lockstep.ingest.contacts.opaque import NUMBER, OPAQUE, cover

_PLUS = re.compile(r"\+[ (]{0,2}$")
_O_FOR_ZERO = re.compile(r"[Oo](?:(?<=\d.)(?![^\W\d_])|(?<![^\W\d_].)(?=\d))")
_COVERED = re.compile(f"{OPAQUE}+|{NUMBER}+")
SURER = 1000
"""One rank more outweighs the squares of the digits of those few windows that overlap one."""


def find(covered: str, regions: tuple[str, ...]) -> list[Found]:
    """Return the telephone numbers of a text whose addresses are covered, in order.

    A letter O in the place of a zero (text recognition on images) is read as one.
    """
    text = _O_FOR_ZERO.sub("0", covered)
    abroad = [one for match in CHAIN.finditer(text) for one in _behind_plus(text, match)]
    text = cover(text, ((one.start, one.end, NUMBER) for one in abroad))
    return sorted([*abroad, *_others(text, regions)], key=lambda one: one.start)


def _plus_before(text: str, start: int) -> int:
    """Return where the plus directly before a number is; -1 where there is none."""
    plus = _PLUS.search(text, max(start - 3, 0), start)
    return plus.start() if plus else -1


def _behind_plus(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Yield the number that begins with a plus and a calling code: the longest valid reading."""
    plus = _plus_before(text, match.start())
    if plus < 0:
        return
    windows = Chain(text, *match.span(), plus=plus).windows(0)
    read = [(window, with_calling_code(window.shape)) for window in windows]
    numbers = [
        (bool(contact.is_valid), not window.shape.is_torn, window.end, window.start, contact)
        for window, contact in read
        if contact is not None
    ]
    if numbers:
        *_, end, start, contact = max(numbers, key=lambda number: number[:3])
        yield Found(start, end, contact)


def _others(text: str, regions: tuple[str, ...]) -> Iterator[Found]:
    """Yield the numbers without a plus, left to right: one that is found is a cue for the next."""
    left, done = "", 0
    for match in CHAIN.finditer(text):
        left = _context(left, text[done : match.start()])
        done = match.start()
        plus = _plus_before(text, done)
        chain = Chain(text, *match.span(), plus=plus)
        behind = cue_behind(text[match.end() : match.end() + RIGHT])
        for one in _best(chain, cue_before(left), behind, regions):
            left = left[: min(one.start - done, 0) or None]  # what opens it was read before
            left = _context(left, text[done : one.start] + NUMBER)
            done = one.end
            yield one


def _context(left: str, more: str) -> str:
    """Return the end of what was read, in which a covered part is as long as any other: one."""
    return _COVERED.sub(lambda match: match.group()[0], left + more)[-LEFT:]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Numbers read up to some group of a chain: their total score and the last of them."""

    score: int = 0
    earlier: "_Reading | None" = None
    found: Found | None = None


def _best(chain: Chain, before: Cue, behind: Cue, regions: tuple[str, ...]) -> list[Found]:
    """Return the disjoint windows of the highest total score (dynamic programming), in order.

    Behind the first of them every other is listed. Nothing that is left over could be read as
    well, so that a second pass finds nothing new; of equal scores the leftmost counts.
    """
    best: list[list[_Reading | None]] = [[None, None] for _ in range(len(chain) + 1)]
    best[0][False] = _Reading()
    soft_counts = before is not Cue.TIGHT
    for first in range(len(chain)):
        reached = [(listed, one) for listed, one in enumerate(best[first]) if one is not None]
        for listed, one in reached:
            later = best[first + 1][listed]
            best[first + 1][listed] = later if later and later.score > one.score else one
        if before is Cue.NONE and best[first][True] is None and chain.in_table(first):
            continue
        for window in chain.windows(first):
            cue = _cue_of(window, len(chain), before, behind)
            for listed, one in reached:
                here = max(cue, Cue.LISTED) if listed else cue
                judged = judge(window, here, regions, soft_counts=soft_counts)
                if judged is not None:
                    _prefer(best[window.until], _extended(one, window, judged))
    fresh, listed_too = best[-1]
    return _numbers(listed_too or fresh)


def _extended(reading: _Reading, window: Window, judged: Judged) -> _Reading:
    score = reading.score + SURER**judged.rank + len(window.shape.digits) ** 2
    return _Reading(score, reading, Found(window.start, window.end, judged.contact))


def _prefer(best: list[_Reading | None], reading: _Reading) -> None:
    """Let a reading that has a number take its place when it has the higher score."""
    other = best[True]
    best[True] = other if other and other.score >= reading.score else reading


def _numbers(last: _Reading | None) -> list[Found]:
    found: list[Found] = []
    while last is not None and last.found is not None:
        found.append(last.found)
        last = last.earlier
    return found[::-1]


def _cue_of(window: Window, groups_n: int, before: Cue, behind: Cue) -> Cue:
    """Return the cue that counts for a window: what is tight is so for the first group alone."""
    here = before if window.first == 0 else min(before, Cue.STRONG)
    if window.until == groups_n and not window.in_table and here is not Cue.OTHER:
        return max(here, behind)
    return here

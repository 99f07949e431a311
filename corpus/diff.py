"""What changed from one version of a document to another, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Lines that stay the same and are shown around a change.
AROUND = 3


@dataclass(frozen=True)
class Line:
    """A heading, paragraph, list item or table row; ``page`` is None where the format has no pages, ``heading`` the
    path of headings that it stands below."""

    text: str
    page: int | None = None
    heading: str = ""


class Sign(StrEnum):
    """Whether a line stands in both versions, in the older only or in the newer only, as in a unified diff."""

    SAME = " "
    OLD = "-"
    NEW = "+"


@dataclass(frozen=True)
class SignedLine:
    """A line of one of the versions, or of both; then its place is that in the newer."""

    sign: Sign
    line: Line


@dataclass(frozen=True)
class Hunk:
    """Changed lines close to each other, with those around them. The hunk begins after ``old_before`` lines of the
    older version and ``new_before`` of the newer."""

    old_before: int
    new_before: int
    lines: tuple[SignedLine, ...]

    @property
    def place(self) -> Line:
        """The first line that changed: its page and heading say where this is."""
        return next(each.line for each in self.lines if each.sign is not Sign.SAME)


def diff(old: Sequence[Line], new: Sequence[Line]) -> list[Hunk]:
    """The changes that make the text of ``new`` out of ``old``; a line that moves to another page hasn't changed."""
    matcher = SequenceMatcher(None, [line.text for line in old], [line.text for line in new], autojunk=False)
    return [
        Hunk(group[0][1], group[0][3], tuple(_lines(old, new, group))) for group in matcher.get_grouped_opcodes(AROUND)
    ]


def _lines(
    old: Sequence[Line], new: Sequence[Line], group: Iterable[tuple[str, int, int, int, int]]
) -> Iterator[SignedLine]:
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from (SignedLine(Sign.SAME, line) for line in new[new_from:new_to])
        else:
            yield from (SignedLine(Sign.OLD, line) for line in old[old_from:old_to])
            yield from (SignedLine(Sign.NEW, line) for line in new[new_from:new_to])


def unified(hunks: Iterable[Hunk], old_name: str, new_name: str) -> Iterator[str]:
    """The lines of a unified diff; each hunk's header says where it is. none where nothing changed."""
    for number, hunk in enumerate(hunks):
        if number == 0:
            yield f"--- {old_name}"
            yield f"+++ {new_name}"
        yield header(hunk)
        for each in hunk.lines:
            yield f"{each.sign}{each.line.text}"


def header(hunk: Hunk) -> str:
    """``@@ -12,3 +12,4 @@`` and where that is: the page and heading of what changed first."""
    old = sum(each.sign is not Sign.NEW for each in hunk.lines)
    new = sum(each.sign is not Sign.OLD for each in hunk.lines)
    place = hunk.place
    where = ", ".join(filter(None, (f"page {place.page}" if place.page else "", place.heading)))
    return f"@@ -{_range(hunk.old_before, old)} +{_range(hunk.new_before, new)} @@ {where}".rstrip()


def _range(before: int, count: int) -> str:
    # An empty range is given by the line before it.
    return f"{before + (1 if count else 0)},{count}"

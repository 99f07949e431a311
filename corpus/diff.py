"""What changed from one version of a document to another: line by line, and cell by cell in tables."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.table_diff import TableChange, TableText, table_changes

# Lines that stay the same and are shown around a change.
AROUND = 3


@dataclass(frozen=True)
class Line:
    """A heading, paragraph, list item or table row; ``page`` is None where the format has no pages, ``heading`` the
    path of headings that it stands below."""

    text: str
    page: int | None = None
    heading: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in words; "" where nothing says so."""
        return ", ".join(filter(None, (f"page {self.page}" if self.page else "", self.heading)))


@dataclass(frozen=True)
class VersionText:
    """The text of a version: its lines, of which some are the rows of its ``tables``."""

    lines: tuple[Line, ...]
    tables: tuple[TableText, ...] = ()


class Sign(StrEnum):
    """Whether a line stands in both versions, in the older only or in the newer only, as in a unified diff."""

    SAME = " "
    OLD = "-"
    NEW = "+"


@dataclass(frozen=True)
class SignedLine:
    """A line of one of the versions, or of both; then its place is that in the newer. ``changes`` are those of the
    table that it is a row of."""

    sign: Sign
    line: Line
    changes: tuple[TableChange, ...] = ()


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


# Neighbouring opcodes of `SequenceMatcher`.
_Group = Sequence[tuple[str, int, int, int, int]]
_Beside = dict[int, list[TableChange]]


def diff(old: VersionText, new: VersionText) -> list[Hunk]:
    """The changes that make the text of ``new`` out of ``old``; a line that moves to another page hasn't changed."""
    old_texts, new_texts = ([line.text for line in version.lines] for version in (old, new))
    matcher = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
    groups = list(matcher.get_grouped_opcodes(AROUND))
    same = {first + at: other + at for first, other, size in matcher.get_matching_blocks() for at in range(size)}
    beside = _beside(groups, table_changes(old.tables, new.tables, same))
    return [Hunk(group[0][1], group[0][3], tuple(_lines(old, new, group, beside))) for group in groups]


def _beside(groups: Sequence[_Group], changes: Iterable[TableChange]) -> tuple[_Beside, _Beside]:
    """The changes in tables by the line of the older and of the newer version beside which each is shown: its own, or
    the nearest one of a hunk."""
    opcodes = [opcode for group in groups for opcode in group]
    old = [at for tag, start, end, _, _ in opcodes if tag != "equal" for at in range(start, end)]
    new = [at for _, _, _, start, end in opcodes for at in range(start, end)]
    found: tuple[_Beside, _Beside] = {}, {}
    for change in changes if opcodes else ():
        is_old = bool(old) and (change.is_of_old or not new)
        shown = old if is_old else new
        after = bisect_left(shown, change.line)
        line = min(shown[max(after - 1, 0) : after + 1], key=lambda at: abs(at - change.line))
        found[not is_old].setdefault(line, []).append(change)
    return found


def _lines(old: VersionText, new: VersionText, group: _Group, beside: tuple[_Beside, _Beside]) -> Iterator[SignedLine]:
    of_old, of_new = beside
    for tag, old_from, old_to, new_from, new_to in group:
        if tag != "equal":
            for at in range(old_from, old_to):
                yield SignedLine(Sign.OLD, old.lines[at], tuple(of_old.get(at, ())))
        for at in range(new_from, new_to):
            sign = Sign.SAME if tag == "equal" else Sign.NEW
            yield SignedLine(sign, new.lines[at], tuple(of_new.get(at, ())))


def unified(hunks: Sequence[Hunk], old_name: str, new_name: str, remarks_beside: bool = False) -> Iterator[str]:
    """The lines of a unified diff; each hunk's header says where it is. None where nothing changed.

    What changed in tables, cell by cell, stands above the diff, where programs that read one expect remarks. With
    ``remarks_beside`` it stands below the row instead, where a person looks for it and no program does.
    """
    if not remarks_beside:
        yield from (remark(change, each.line.place) for hunk in hunks for each in hunk.lines for change in each.changes)
    for number, hunk in enumerate(hunks):
        if number == 0:
            yield f"--- {old_name}"
            yield f"+++ {new_name}"
        yield header(hunk)
        for each in hunk.lines:
            yield f"{each.sign}{each.line.text}"
            yield from (remark(change) for change in each.changes if remarks_beside)


def remark(change: TableChange, place: str = "") -> str:
    """``# page 2, Fees > Cards: Platinum credit card, Annual fee: EUR 40 -> EUR 45``."""
    return f"# {': '.join(filter(None, (place, change.text)))}"


def header(hunk: Hunk) -> str:
    """``@@ -12,3 +12,4 @@`` and where that is: the page and heading of what changed first."""
    old = sum(each.sign is not Sign.NEW for each in hunk.lines)
    new = sum(each.sign is not Sign.OLD for each in hunk.lines)
    return f"@@ -{_range(hunk.old_before, old)} +{_range(hunk.new_before, new)} @@ {hunk.place.place}".rstrip()


def _range(before: int, count: int) -> str:
    # An empty range is given by the line before it.
    return f"{before + (1 if count else 0)},{count}"

"""What changed in the tables of a document: which cells, rows and columns.

Rows belong together that have the same labels, and columns that have the same name. Where that can't be told, a row was
removed and another added: no pair is made up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from corpus.table_header import names_of_columns

# A label that so many tables of a version have doesn't tell which of them belong together.
_MOST_ALIKE = 50
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST_NAME = 100  # characters of a row's or column's name that are shown


@dataclass(frozen=True)
class TableRow:
    """The cells of a row that is line ``line`` of its version, and the label of the ``group`` of rows it is in."""

    line: int
    cells: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True)
class TableText:
    """A table of a version. ``header`` are the texts of its header by row and column; the first ``header_lines`` of its
    ``rows`` print it. The first ``labels`` columns name the rows. ``heading`` is the path of headings that it stands
    below."""

    rows: tuple[TableRow, ...]
    header: tuple[tuple[str, ...], ...] = ()
    header_lines: int = 0
    labels: int = 1
    heading: str = ""

    @property
    def body(self) -> tuple[TableRow, ...]:
        """The rows below the header."""
        return self.rows[self.header_lines :]


class ChangeKind(StrEnum):
    """What happened to a part of a table."""

    CELL = "cell changed"
    ROW_ADDED = "row added"
    ROW_REMOVED = "row removed"
    COLUMN_ADDED = "column added"
    COLUMN_REMOVED = "column removed"


@dataclass(frozen=True)
class TableChange:
    """A change of a table. ``row`` are the labels of the row and ``column`` is the name of the column, "" where a whole
    column or row changed or where there is none; ``old`` and ``new`` are the texts of a cell. It belongs to line
    ``line``: of the older version if it says what was removed, else of the newer."""

    kind: ChangeKind
    line: int
    row: str = ""
    column: str = ""
    old: str = ""
    new: str = ""

    @property
    def is_of_old(self) -> bool:
        """Whether its line is one of the older version."""
        return self.kind in (ChangeKind.ROW_REMOVED, ChangeKind.COLUMN_REMOVED)

    @property
    def text(self) -> str:
        """The change in words: "Platinum credit card, Annual fee: EUR 40 -> EUR 45"."""
        name = ", ".join(_shortened(part) for part in (self.row, self.column) if part)
        if self.kind is ChangeKind.CELL:
            return f"{name}: {self.old or 'nothing'} -> {self.new or 'nothing'}"
        return f"{self.kind}: {name}"


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rstrip()}…"


def table_changes(old: Sequence[TableText], new: Sequence[TableText], same: Mapping[int, int]) -> list[TableChange]:
    """What changed from the tables of one version to those of another. ``same`` are the lines that stand in both: the
    number of each in the older version, with that in the newer."""
    paired = _pairs(old, new, same)
    changes = [change for at, other in paired.items() for change in _compared(old[at], new[other], same)]
    for kind, tables, compared in (
        (ChangeKind.ROW_REMOVED, old, paired.keys()),
        (ChangeKind.ROW_ADDED, new, set(paired.values())),
    ):
        for at, table in enumerate(tables):
            if at not in compared:
                changes += (TableChange(kind, row.line, _name(row, table.labels)) for row in table.body)
    # Nothing happened to a row that prints the same in both, whatever was made of it.
    unchanged = {ChangeKind.ROW_REMOVED: same.keys(), ChangeKind.ROW_ADDED: set(same.values())}
    return [change for change in changes if change.line not in unchanged.get(change.kind, ())]


def _name(row: TableRow, labels: int) -> str:
    """The labels of a row, or all of its cells where it has none."""
    named = ", ".join(filter(None, row.cells[:labels]))
    return ", ".join(filter(None, (row.group, named or " | ".join(row.cells))))


def _key(row: TableRow, labels: int) -> tuple[str, ...]:
    """What tells a row from the others: its labels and its group's; () where it has none of its own."""
    own = row.cells[:labels]
    return (row.group, *own, *[""] * (labels - len(own))) if any(own) else ()


class _Likeness(NamedTuple):
    """How like two tables are: the more lines of one stand in the other, the more; then by headings and labels."""

    same_lines: int
    same_heading: bool
    same_labels: int


def _pairs(old: Sequence[TableText], new: Sequence[TableText], same: Mapping[int, int]) -> dict[int, int]:
    """The tables of two versions that belong together, by their numbers: each is more like the other than like any
    else, and at least half of the rows of the smaller one stand in the other unchanged. Below the same heading, rows
    with the same labels will do: below others, they may say something else."""
    table_of = {row.line: at for at, table in enumerate(new) for row in table.body}
    lines: Counter[tuple[int, int]] = Counter()
    labels: Counter[tuple[int, int]] = Counter()
    having = defaultdict[Hashable, list[int]](list)
    for at, table in enumerate(new):
        for key in _keys(table):
            having[key].append(at)
    for at, table in enumerate(old):
        lines.update((at, table_of[same[row.line]]) for row in table.body if same.get(row.line) in table_of)
        for key in _keys(table):
            if len(having[key]) <= _MOST_ALIKE:
                labels.update((at, other) for other in having[key])
    are_alike = _alike_headings(old, new)
    likeness = {
        (at, other): _Likeness(lines[at, other], old[at].heading == new[other].heading, labels[at, other])
        for at, other in lines.keys() | labels.keys()
        if 2 * max(lines[at, other], labels[at, other] if are_alike(old[at].heading, new[other].heading) else 0)
        >= min(len(old[at].body), len(new[other].body))
    }
    of_old = _best((at, other, found) for (at, other), found in likeness.items())
    of_new = _best((other, at, found) for (at, other), found in likeness.items())
    return {at: other for at, other in sorted(of_old.items()) if of_new.get(other) == at}


def _alike_headings(old: Sequence[TableText], new: Sequence[TableText]) -> Callable[[str, str], bool]:
    """Whether two headings are the same, but for the years in them where each version has one such heading only."""
    of_years: list[dict[str, set[str]]] = []
    for tables in (old, new):
        found = defaultdict[str, set[str]](set)
        for table in tables:
            found[_YEAR.sub("", table.heading)].add(table.heading)
        of_years.append(found)

    def are_alike(heading: str, other: str) -> bool:
        bare = _YEAR.sub("", heading)
        is_only = all(len(found[bare]) == 1 for found in of_years)
        return heading == other or (bare == _YEAR.sub("", other) and is_only)

    return are_alike


def _keys(table: TableText) -> set[tuple[str, ...]]:
    return {_key(row, table.labels) for row in table.body} - {()}


def _best(choices: Iterable[tuple[int, int, _Likeness]]) -> dict[int, int]:
    """For each first number the second one that is most like it; none where several are."""
    found = defaultdict[int, list[tuple[_Likeness, int]]](list)
    for one, other, likeness in choices:
        found[one].append((likeness, other))
    best = {}
    for one, others in found.items():
        others.sort(reverse=True)
        if len(others) == 1 or others[0][0] > others[1][0]:
            best[one] = others[0][1]
    return best


def _compared(old: TableText, new: TableText, same: Mapping[int, int]) -> Iterator[TableChange]:
    """What changed from one table to another that belongs to it, column by column and then row by row."""
    old = _read_alike(old, new, same)
    labels = max(old.labels, new.labels)
    columns = _columns(old, new, labels)
    yield from (TableChange(ChangeKind.COLUMN_REMOVED, _header_line(old), column=name) for name in columns.removed)
    yield from (TableChange(ChangeKind.COLUMN_ADDED, _header_line(new), column=name) for name in columns.added)
    old_rows, new_rows = _without_doubtful_groups(old, new, labels), _without_doubtful_groups(new, old, labels)
    paired = dict(_paired_rows(old_rows, new_rows, labels if columns.are_known else None, same))
    for row in old_rows:
        if row not in paired:
            yield TableChange(ChangeKind.ROW_REMOVED, row.line, _name(row, labels))
    for older, newer in paired.items():
        for name, at, other in columns.both:
            before, after = _cell(older, at), _cell(newer, other)
            if before != after:
                yield TableChange(ChangeKind.CELL, newer.line, _name(newer, labels), name, before, after)
    has_pair = set(paired.values())
    for row in new_rows:
        if row not in has_pair:
            yield TableChange(ChangeKind.ROW_ADDED, row.line, _name(row, labels))


def _without_doubtful_groups(table: TableText, other: TableText, labels: int) -> list[TableRow]:
    """The rows of a table, of no group where only the other table shows that they are of none: where a total is the
    first row of a group, nothing says which row is the last."""
    first = {row.group: row for row in reversed(table.body)}
    doubtful = {group for group, row in first.items() if group and row.cells[0].lower().startswith("total")}
    of_none = {row.cells[:labels] for row in other.body if not row.group and len(row.cells) > labels}
    counts = [Counter(row.cells[:labels] for row in each.body) for each in (table, other)]

    def is_of_none(row: TableRow) -> bool:
        own = row.cells[:labels]
        return row.group in doubtful and own in of_none and all(count[own] == 1 for count in counts)

    return [replace(row, group="") if is_of_none(row) else row for row in table.body]


def _read_alike(old: TableText, new: TableText, same: Mapping[int, int]) -> TableText:
    """The older table, with the header of the newer where both print the same lines there: it may have been read by
    other rules, and its reader sees no change."""
    count = max(old.header_lines, new.header_lines)
    lines = list(zip(old.rows[:count], new.rows[:count], strict=False))
    if old.header == new.header or not lines or any(same.get(row.line) != other.line for row, other in lines):
        return old
    return replace(old, header=new.header, header_lines=new.header_lines, labels=new.labels)


def _header_line(table: TableText) -> int:
    """The last line of the header, or the first of the table where it prints none."""
    return table.rows[max(table.header_lines - 1, 0)].line


def _cell(row: TableRow, at: int) -> str:
    return row.cells[at] if at < len(row.cells) else ""


@dataclass(frozen=True)
class _Columns:
    """The columns of values of two tables: ``both`` with their place in each, those ``removed`` and those ``added``, by
    name. ``are_known`` is whether that can be told."""

    both: tuple[tuple[str, int, int], ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    are_known: bool = True


def _columns(old: TableText, new: TableText, labels: int) -> _Columns:
    """The columns that belong together by their names, or by their places where no column has a name."""
    names, others = _names(old), _names(new)
    if names[1:labels] != others[1:labels] or any(names) != any(others):
        return _Columns(are_known=False)
    if not any(names) and len(names) != len(others):
        return _Columns(are_known=False)
    both, removed, added = list[tuple[str, int, int]](), list[str](), list[str]()
    for name in dict.fromkeys([*names[labels:], *others[labels:]]):
        places = [at for at in range(labels, len(names)) if names[at] == name]
        new_places = [at for at in range(labels, len(others)) if others[at] == name]
        if len(places) == len(new_places):
            shown = [name or _unnamed(other, len(others)) for other in new_places]
            both += zip(shown, places, new_places, strict=True)
        else:
            removed += [name or _unnamed(at, len(names)) for at in places]
            added += [name or _unnamed(at, len(others)) for at in new_places]
    return _Columns(tuple(both), tuple(removed), tuple(added))


def _names(table: TableText) -> list[str]:
    """The name of each column; "" for that of a column without one."""
    names = names_of_columns(table.header)
    width = max((at for row in table.body for at, text in enumerate(row.cells, start=1) if text), default=1)
    return names + [""] * (width - len(names))


def _unnamed(at: int, width: int) -> str:
    """What a column without a name is called: nothing where it is the only one beside the labels."""
    return f"column {at + 1}" if width > 2 else ""


def _paired_rows(
    old: Sequence[TableRow], new: Sequence[TableRow], labels: int | None, same: Mapping[int, int]
) -> Iterator[tuple[TableRow, TableRow]]:
    """The rows that belong together: by ``labels``, if they are known, which no other row of either table has, and else
    by an unchanged line."""
    by_labels = _by_labels(old, new, labels) if labels else {}
    yield from by_labels.items()
    left = set(new) - set(by_labels.values())
    at_line = {row.line: row for row in left}
    waiting = defaultdict[Hashable, list[TableRow]](list)
    for row in old:
        if row in by_labels:
            continue
        if (unchanged := at_line.get(same.get(row.line, -1))) in left:
            left.remove(unchanged)
            yield row, unchanged
        else:
            waiting[row.group, row.cells].append(row)
    for row in new:  # a row that only moved
        if row in left and waiting[row.group, row.cells]:
            yield waiting[row.group, row.cells].pop(0), row


def _by_labels(old: Sequence[TableRow], new: Sequence[TableRow], labels: int) -> dict[TableRow, TableRow]:
    known = []
    for rows in (old, new):
        keys = [_key(row, labels) for row in rows]
        count = Counter(keys)
        known.append({key: row for key, row in zip(keys, rows, strict=True) if key and count[key] == 1})
    return {row: known[1][key] for key, row in known[0].items() if key in known[1]}

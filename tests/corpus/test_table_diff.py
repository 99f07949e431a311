"""Two versions of a table are compared cell by cell, and no rows or columns are paired that may not belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.content import PageBuilder
from corpus.diff import Line, Sign, VersionText, diff
from corpus.table import cells_of
from corpus.table_diff import TableRow, TableText

Rows = list[list[str]]


def text_of(*tables: Rows, headings: tuple[str, ...] = (), headed: bool = True) -> VersionText:
    """Tables as they are read and stored, each after the other, below ``headings`` if there are any."""
    lines, read = list[Line](), list[TableText]()
    for number, rows in enumerate(tables):
        builder = PageBuilder()
        builder.table(rows, headed=headed)
        page = builder.page(1)
        [table] = page.tables
        texts = [span.of(page.text) for span in table.lines()]
        placed = tuple(
            TableRow(len(lines) + at, tuple(cell for cell, _ in cells_of(text))) for at, text in enumerate(texts)
        )
        heading = headings[number] if headings else ""
        lines += [Line(text, heading=heading) for text in texts]
        read.append(TableText(placed, table.header, table.header_lines, table.labels, heading))
    return VersionText(tuple(lines), tuple(read))


def changes(old: VersionText, new: VersionText) -> list[str]:
    return [change.text for hunk in diff(old, new) for each in hunk.lines for change in each.changes]


HEADER = ["Card", "Annual fee", "Cash"]
GOLD, BASIC = ["Gold", "EUR 20", "3%"], ["Basic", "EUR 5", "4%"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([HEADER, GOLD, BASIC], [HEADER, ["Gold", "EUR 25", ""], BASIC],
         ["Gold, Annual fee: EUR 20 -> EUR 25", "Gold, Cash: 3% -> nothing"]),
        ([HEADER, GOLD, BASIC], [HEADER, GOLD, ["Black", "EUR 90", "0%"], BASIC], ["row added: Black"]),
        ([HEADER, GOLD, BASIC], [HEADER, BASIC], ["row removed: Gold"]),
        # A row with other labels may be another one.
        ([HEADER, GOLD, BASIC], [HEADER, ["Golden", "EUR 20", "3%"], BASIC],
         ["row removed: Gold", "row added: Golden"]),
        # A row that moved says the same as before.
        ([HEADER, GOLD, BASIC], [HEADER, BASIC, GOLD], []),
    ],
)  # fmt: skip
def test_rows_are_compared_by_their_labels(old: Rows, new: Rows, said: list[str]) -> None:
    assert changes(text_of(old), text_of(new)) == said


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (["Card", "Annual fee"], [row[:2] for row in (GOLD, BASIC)], ["column removed: Cash"]),
        ([*HEADER, "Limit"], [[*GOLD, "5"], [*BASIC, "6"]], ["column added: Limit"]),
        # Another name may be another thing, whatever stands below it.
        (["Card", "Yearly fee", "Cash"], [GOLD, BASIC], ["column removed: Annual fee", "column added: Yearly fee"]),
        # Columns that changed places are the same.
        (["Card", "Cash", "Annual fee"], [[each[0], each[2], each[1]] for each in (GOLD, BASIC)], []),
        # Two columns of one name can't be told from one.
        (["Card", "Annual fee", "Annual fee"], [GOLD, BASIC],
         ["column removed: Annual fee", "column removed: Cash", "column added: Annual fee",
          "column added: Annual fee"]),
    ],
)  # fmt: skip
def test_columns_are_compared_by_their_names(header: list[str], rows: Rows, said: list[str]) -> None:
    assert changes(text_of([HEADER, GOLD, BASIC]), text_of([header, *rows])) == said


def test_a_cell_that_came_under_another_name_has_changed_though_its_row_has_not() -> None:
    new = text_of([["Card", "Cash", "Annual fee"], GOLD, BASIC])
    assert changes(text_of([HEADER, GOLD, BASIC]), new) == [
        "Gold, Annual fee: EUR 20 -> 3%",
        "Gold, Cash: 3% -> EUR 20",
        "Basic, Annual fee: EUR 5 -> 4%",
        "Basic, Cash: 4% -> EUR 5",
    ]


def test_no_row_is_taken_for_another_of_the_same_labels() -> None:
    old = [["Fee", "Amount"], ["Transfer", "EUR 1"], ["Transfer", "EUR 2"], ["Card", "EUR 5"]]
    new = [["Fee", "Amount"], ["Transfer", "EUR 1"], ["Transfer", "EUR 3"], ["Card", "EUR 5"]]
    assert changes(text_of(old), text_of(new)) == ["row removed: Transfer", "row added: Transfer"]
    moved = [old[0], old[2], old[1], old[3]]
    assert changes(text_of(old), text_of(moved)) == []


def test_a_row_that_several_labels_name_is_compared_by_all_of_them() -> None:
    old = [["Region", "Speed", "Fee"], ["SEPA", "Normal", "1"], ["SEPA", "Instant", "2"]]
    new = [["Region", "Speed", "Fee"], ["SEPA", "Normal", "1"], ["SEPA", "Instant", "3"]]
    assert changes(text_of(old), text_of(new)) == ["SEPA, Instant, Fee: 2 -> 3"]


def test_tables_without_names_of_columns_are_compared_by_place() -> None:
    old, new = [["Annual fee", "EUR 60"], ["Late fee", "EUR 15"]], [["Annual fee", "EUR 65"], ["Late fee", "EUR 15"]]
    assert changes(text_of(old, headed=False), text_of(new, headed=False)) == ["Annual fee: EUR 60 -> EUR 65"]
    wide = [["Annual fee", "EUR 60", "x"], ["Late fee", "EUR 20", "y"]]
    assert changes(text_of(old, headed=False), text_of(wide, headed=False)) == [
        "row removed: Annual fee", "row removed: Late fee", "row added: Annual fee", "row added: Late fee",
    ]  # fmt: skip


def test_tables_with_the_same_labels_are_told_apart_by_what_stands_around_them() -> None:
    def fees(annual: str) -> Rows:
        return [["Fee", "Amount"], ["Annual", annual], ["Late", f"{annual}0"]]

    headings = ("Gold", "Basic")
    old, new = text_of(fees("1"), fees("2"), headings=headings), text_of(fees("3"), fees("4"), headings=headings)
    assert changes(old, new) == [
        "Annual, Amount: 1 -> 3", "Late, Amount: 10 -> 30", "Annual, Amount: 2 -> 4", "Late, Amount: 20 -> 40",
    ]  # fmt: skip
    removed = ["row removed: Annual", "row removed: Late"] * 2
    added = ["row added: Annual", "row added: Late"] * 2
    found = changes(text_of(fees("1"), fees("2")), text_of(fees("3"), fees("4")))
    assert sorted(found) == sorted(removed + added)


def test_tables_that_share_few_labels_are_not_compared() -> None:
    def text(*labels: str, total: str) -> VersionText:
        return text_of([["Item", "Amount"], *([label, "1"] for label in labels), ["Total", total]])

    said = changes(text("A", "B", "C", total="3"), text("X", "Y", "Z", total="9"))
    assert [change for change in said if "Total" in change] == ["row removed: Total", "row added: Total"]


def with_total(*rows: str) -> VersionText:
    """A table whose second line begins a group, which a total ends unless it is the first row of it."""
    lines, placed, group = ["Item | Amount", "Income", *rows], list[TableRow](), "Income"
    for at, line in enumerate(lines):
        cells = tuple(line.split(" | "))
        placed.append(TableRow(at, cells, group if at > 1 else ""))
        if at > 2 and cells[0] == "Total":
            group = ""
    return VersionText(tuple(map(Line, lines)), (TableText(tuple(placed), (("Item", "Amount"),), 1),))


def test_a_total_that_moves_to_the_top_of_its_group_moves_no_other_row_into_it() -> None:
    last = with_total("Sales | 5", "Total | 5", "Costs | 3", "Tax | 1")
    first = with_total("Total | 6", "Sales | 6", "Costs | 4", "Tax | 1")
    assert sorted(changes(last, first)) == [
        "Costs, Amount: 3 -> 4", "Income, Sales, Amount: 5 -> 6", "Income, Total, Amount: 5 -> 6",
    ]  # fmt: skip
    assert "Costs, Amount: 4 -> 3" in changes(first, last)
    # A row that another of the group has the name of isn't taken for it.
    doubtful = with_total("Total | 6", "Sales | 6", "Costs | 4", "Costs | 7", "Tax | 1")
    assert not [change for change in changes(last, doubtful) if "Costs, Amount" in change]


FEES = [["Service", "EUR"], ["Cash", "4"], ["Card", "5"], ["Transfer", "1"], ["Cheque", "9"]]
LIMITS = [["Service", "EUR"], ["Cash", "500"], ["Card", "700"], ["Transfer", "900"], ["Cheque", "100"]]
RAISED = [*FEES[:3], ["Transfer", "2"], ["Cheque", "10"]]
SAID = ["Transfer, EUR: 1 -> 2", "Cheque, EUR: 9 -> 10"]


@pytest.mark.parametrize(
    ("heading", "new_heading", "table", "said"),
    [
        ("Prices > Fees", "Prices > Fees", RAISED, SAID),
        # Half of the rows stand in both.
        ("Prices > Fees", "Prices > Charges", RAISED, SAID),
        ("Prices > Fees", "Prices > Charges", [*FEES[:2], *LIMITS[2:]], None),
        ("Prices > Fees", "Prices > Limits", LIMITS, None),
        ("Gold > Fees", "Platinum > Fees", LIMITS, None),
        ("Class 1 > Fees", "Class 2 > Fees", LIMITS, None),
    ],
)
def test_tables_below_different_headings_are_compared_only_where_rows_stand_in_both(
    heading: str, new_heading: str, table: Rows, said: list[str] | None
) -> None:
    found = changes(text_of(FEES, headings=(heading,)), text_of(table, headings=(new_heading,)))
    if said is None:
        assert not [change for change in found if " -> " in change]
    else:
        assert found == said


def test_tables_below_the_heading_of_another_year_are_compared_where_only_one_can_be_meant() -> None:
    def text(*headings: str, more: int) -> VersionText:
        table = [FEES[0], *([label, f"{amount}{more}"] for label, amount in FEES[1:])]
        return text_of(*[table] * len(headings), headings=headings)

    found = changes(text("Fees 2025", more=1), text("Fees 2026", more=2))
    assert found[0] == "Cash, EUR: 41 -> 42"
    found = changes(text("Fees 2024", "Fees 2025", more=1), text("Fees 2026", more=2))
    assert not [change for change in found if " -> " in change]


def test_rows_of_one_name_are_compared_within_their_group() -> None:
    def text(cards: str, loans: str) -> VersionText:
        lines = ["Fee | Amount", "Cards", f"Annual | {cards}", "Loans", f"Annual | {loans}"]
        groups = ["", "", "Cards", "", "Loans"]
        rows = tuple(
            TableRow(at, tuple(line.split(" | ")), group)
            for at, (line, group) in enumerate(zip(lines, groups, strict=True))
        )
        return VersionText(tuple(map(Line, lines)), (TableText(rows, (("Fee", "Amount"),), 1),))

    assert changes(text("1", "2"), text("1", "3")) == ["Loans, Annual, Amount: 2 -> 3"]


def test_a_header_that_prints_the_same_is_read_the_same() -> None:
    old, new = text_of([HEADER, GOLD, BASIC]), text_of([HEADER, ["Gold", "EUR 25", "3%"], BASIC])
    [table] = old.tables
    before = VersionText(old.lines, (TableText(table.rows),))
    assert changes(before, new) == ["Gold, Annual fee: EUR 20 -> EUR 25"]


tables = st.lists(
    st.lists(st.sampled_from(["", "a", "b", "1", "2"]), min_size=2, max_size=4).filter(any), min_size=1, max_size=5
)


@given(tables, tables)
def test_whatever_is_said_is_so(old: Rows, new: Rows) -> None:
    before, after = text_of(old), text_of(new)
    for hunk in diff(before, after):
        for each in hunk.lines:
            for change in each.changes:
                if change.kind == "cell changed":
                    assert change.old != change.new
                    assert not change.old or any(change.old in row.cells for row in before.tables[0].rows)
                    assert not change.new or any(change.new in row.cells for row in after.tables[0].rows)
                elif change.kind.startswith("row"):
                    assert each.sign is (Sign.OLD if change.is_of_old else Sign.NEW)
    assert not changes(before, before)

"""A table's cells stand in the rows and columns that they cover, and no table grows without bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.content import Kind, PageBuilder
from corpus.errors import Unreadable
from corpus.grid import LONGEST_REPEATED, Grid, GridCell


def cell(text: str, rows: int = 1, columns: int = 1) -> GridCell:
    return GridCell(text, rows=rows, columns=columns)


def test_a_cell_over_several_columns_or_rows_stands_in_each() -> None:
    grid = Grid.flowing(
        [
            [cell("Region"), cell("Speed"), cell("Online"), cell("Branch")],
            [cell("SEPA", rows=2), cell("Standard"), cell("EUR 1", columns=2)],
            [cell("Instant"), cell("EUR 2"), cell("EUR 7")],
        ]
    )
    assert list(grid.rows()) == [
        ("Region", "Speed", "Online", "Branch"),
        ("SEPA", "Standard", "EUR 1", "EUR 1"),
        ("SEPA", "Instant", "EUR 2", "EUR 7"),
    ]


def test_a_header_of_two_rows_is_whole_and_names_no_row() -> None:
    rows = [
        [cell("Term", rows=2), cell("Fixed", columns=2), cell("Variable", columns=2)],
        [cell("New"), cell("Existing"), cell("New"), cell("Existing")],
        [cell("5 years"), *map(cell, ("3.10%", "3.05%", "4.10%", "4.05%"))],
    ]
    grid = Grid.flowing(rows).with_whole_header()
    assert grid.header_rows == 2
    assert list(grid.rows())[:2] == [
        ("Term", "Fixed", "Fixed", "Variable", "Variable"),
        ("", "New", "Existing", "New", "Existing"),
    ]
    rows[0][0], rows[1] = cell("Term"), [cell(""), *rows[1]]
    assert Grid.flowing(rows).with_whole_header().header_rows == 2


def test_a_value_under_two_headings_makes_no_header_of_the_row_below() -> None:
    rows = [[cell("Service"), cell("Price", columns=2)], [cell("Card"), cell("EUR 5"), cell("EUR 6")]]
    assert Grid.flowing(rows).with_whole_header().header_rows == 1


def test_what_covers_all_columns_or_is_long_is_written_once() -> None:
    long = "x" * (LONGEST_REPEATED + 1)
    grid = Grid.flowing(
        [[cell("A"), cell("B")], [cell("Europe", columns=2)], [cell(long, rows=2), cell("1")], [cell("2")]]
    )
    assert list(grid.rows()) == [("A", "B"), ("Europe", ""), (long, "1"), ("", "2")]


def test_a_bar_in_a_cell_makes_no_column() -> None:
    builder = PageBuilder()
    builder.table([["Code", "Fee"], ["ACH|SEPA", "EUR 1"]])
    page = builder.page(1)
    assert page.text == "Code | Fee\nACH¦SEPA | EUR 1"
    assert [block.kind for block in page.blocks] == [Kind.HEADER, Kind.ROW]


@pytest.mark.parametrize("rows", [[[cell("x", 65534, 1000)], *[[]] * 65533], [[cell("x")] * 1001]])
def test_cells_beyond_reason_are_refused(rows: list[list[GridCell]]) -> None:
    with pytest.raises(Unreadable, match="columns or"):
        Grid.flowing(rows)


def test_a_span_beyond_the_table_ends_with_it() -> None:
    grid = Grid.flowing([[cell("Fees", 9, 2), cell("of", 1, 100_000)], [cell("EUR 5")]]).compact()
    assert [(c.text, c.end_row, c.end_column) for c in grid.cells] == [("Fees", 2, 1), ("of", 1, 2), ("EUR 5", 2, 2)]


def test_rows_and_columns_in_which_no_cell_begins_are_left_out() -> None:
    wide = [[cell("A", columns=2), cell("B", columns=3)], [cell("a", 2, 2), cell("b", 2, 3)], [], [cell("c")]]
    grid = Grid.flowing(wide, header_rows=1).compact()
    assert list(grid.rows()) == [("A", "B"), ("a", "b"), ("c",)]
    assert grid.header_rows == 1


def test_what_cells_repeat_has_a_bound() -> None:
    grid = Grid((*(GridCell("x" * 200, row, 0, 200 - row, 100) for row in range(1)), GridCell("y", 0, 100)))
    with pytest.raises(Unreadable, match="repeat more than"):
        list(grid.rows())


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=4), max_size=6))
def test_no_cell_covers_another_and_each_stands_where_it_is_said_to(spans: list[list[tuple[int, int]]]) -> None:
    numbered = iter(range(10_000))
    rows = [[cell(str(next(numbered)), *span) for span in line] for line in spans]
    grid = Grid.flowing(rows, header_rows=0)
    covered = [
        (r, c)
        for each in grid.cells
        for r in range(each.row, each.end_row)
        for c in range(each.column, each.end_column)
    ]
    assert len(covered) == len(set(covered))
    assert [each.text for each in grid.cells] == [each.text for line in rows for each in line]
    lines = list(grid.rows())
    for each in grid.cells:
        assert lines[each.row][each.column] == each.text
        if each.columns < grid.width:
            assert lines[each.end_row - 1][each.end_column - 1] == each.text

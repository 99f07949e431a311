"""A stored table says which lines are its rows, what names its columns, and how many columns name its rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.answering.tables.cells import cells
from corpus import ingest, passage_store
from corpus.content import PageBuilder
from corpus.database import Database
from corpus.grid import Grid, GridCell
from corpus.loaders import Limits
from corpus.schema import Page, Passage
from corpus.table import Table, cells_of, read_from_text
from corpus.table_header import header_rows, label_columns, names_of_columns


@given(
    st.lists(st.lists(st.sampled_from(["", "Fee", "a|b", "EUR 5", "2025", "x y"]), min_size=1, max_size=5), max_size=6),
    st.sampled_from([True, False, None]),
)
def test_the_cells_that_a_table_names_are_those_that_were_written(rows: list[list[str]], headed: bool | None) -> None:
    builder = PageBuilder()
    builder.table([["above", "the", "table"]])
    builder.table(rows, headed)
    page = builder.page(1)
    filled = [[text.replace("|", "¦") for text in row] for row in rows if any(row)]
    assert len(page.tables) == 1 + bool(filled)
    for table in page.tables[1:]:
        read = [[text for text, _ in cells_of(line.of(page.text), line.start)] for line in table.lines()]
        labels = [[row[0]] if at >= table.header_lines and not any(row[1:]) else row for at, row in enumerate(filled)]
        assert [_without_end(row) for row in read] == [_without_end(row) for row in labels]
        for line in table.lines():
            for text, span in cells_of(line.of(page.text), line.start):
                assert span.of(page.text) == text
        assert Table.of_json(json.loads(json.dumps(table.json()))) == table
        assert headed is None or bool(table.header) is headed
        beginning = table.starts[0]
        assert table.moved(-beginning).lines()[0].of(page.text[beginning:]) == table.lines()[0].of(page.text)


def _without_end(row: list[str]) -> list[str]:
    """A row without the empty cells at its end, which no reader sees."""
    return row[: max((at + 1 for at, text in enumerate(row) if text), default=0)]


def test_merged_cells_are_known_by_the_rows_that_are_written() -> None:
    grid = Grid(
        (
            GridCell("Region", 0, 0),
            GridCell("Price", 0, 1, columns=2),
            GridCell("", 1, 0, columns=3),
            GridCell("SEPA", 2, 0, rows=2),
            GridCell("Online", 2, 1),
            GridCell("EUR 1", 2, 2),
            GridCell("Branch", 3, 1),
            GridCell("EUR 2", 3, 2),
        )
    )
    builder = PageBuilder()
    builder.grid(grid)
    [table] = builder.page(1).tables
    assert table.merged == ((0, 1, 1, 2), (1, 0, 2, 1))
    assert table.header == (("Region", "Price", "Price"),)


@pytest.mark.parametrize(
    ("rows", "header_lines", "labels"),
    [
        ([["Annual fee", "EUR 60"], ["Late fee", "EUR 15"]], 0, 1),
        ([["Fee", "2025"], ["Annual", "60"]], 1, 1),
        ([["Fee", "Amount"], ["Annual", "60"]], 1, 1),
        ([["", "2025", "2024"], ["", "EUR m", "EUR m"], ["Sales", "7", "8"]], 2, 1),
        ([["Region", "Speed", "Fee"], ["SEPA", "Normal", "1"], ["SEPA", "Instant", "2"]], 1, 2),
    ],
)
def test_the_header_is_what_looks_like_one(rows: list[list[str]], header_lines: int, labels: int) -> None:
    builder = PageBuilder()
    builder.table(rows, headed=None)
    [table] = builder.page(1).tables
    assert (table.header_lines, table.labels) == (header_lines, labels)


def test_an_empty_cell_of_an_upper_row_goes_on_only_where_cells_cant_be_merged() -> None:
    plain, merged = PageBuilder(), PageBuilder()
    plain.table([["", "At home", "", "Abroad"], ["", "2025", "2024", "2025"], ["Fee", "1", "2", "3"]])
    upper = (GridCell("", 0, 0), GridCell("At home", 0, 1, columns=2), GridCell("", 0, 3))
    lower = Grid.of_texts([["", "2025", "2024", "2025"], ["Fee", "1", "2", "3"]]).cells
    merged.grid(Grid((*upper, *(GridCell(cell.text, cell.row + 1, cell.column) for cell in lower))))
    names = [names_of_columns(builder.page(1).tables[0].header) for builder in (plain, merged)]
    assert names == [
        ["", "At home 2025", "At home 2024", "Abroad 2025"],
        ["", "At home 2025", "At home 2024", "2025"],
    ]


def _named(rows: list[list[str]]) -> list[tuple[str, str, str]]:
    """The group, label and text of each cell of a table whose first row is its header."""
    builder = PageBuilder()
    builder.table(rows)
    page = builder.page(1)
    record = passage_store.PassageRecord(1, "d", "t", 1, None, None, 1, "h", 0, len(page.text), "", page.text)
    return [(cell.group, cell.label, cell.text) for cell in cells(record, page.tables)]


def test_rows_of_one_label_are_told_apart_by_the_words_beside_it() -> None:
    rows = [["Peak", "Trough", "Severity", "Quarters"], ["1957Q3", "1958Q2", "Severe", "4"], ["Mean", "", "Mild", "3"]]
    assert _named([*rows, ["Mean", "", "Severe", "6"]]) == [
        ("", "1957Q3", "1958Q2"),
        ("", "1957Q3", "Severe"),
        ("", "1957Q3", "4"),
        ("", "Mean Mild", "3"),
        ("", "Mean Severe", "6"),
    ]
    assert [label for _, label, _ in _named([*rows, ["Mean", "2", "Severe", "6"]])][-3:] == ["Mean"] * 3
    assert [label for _, label, _ in _named([*rows, ["Mean", "-", "Severe", "6"]])][-3:] == ["Mean"] * 3
    assert [label for _, label, _ in _named([*rows[:2], ["", "", "Mild", "3"], ["", "", "Severe", "6"]])][-1] == ""


def test_a_total_ends_a_group_but_not_as_its_first_row() -> None:
    rows = [["Loans", ""], ["Total loans", "7"], ["Past due", "2"], ["Total", "9"], ["Staff", "4"]]
    assert _named([["", "2025"], *rows]) == [
        ("Loans", "Total loans", "7"),
        ("Loans", "Past due", "2"),
        ("Loans", "Total", "9"),
        ("", "Staff", "4"),
    ]


@pytest.fixture
def prices(tmp_path: Path) -> Database:
    """A price list so long that no passage holds all of it."""
    rows = "".join(
        f"<tr><td>{region}</td><td>{speed}, {'as our terms say, ' * 20}</td><td>EUR {number}</td></tr>"
        for number, (region, speed) in enumerate(
            (r, s) for r in ("SEPA", "World") for s in ("normal", "instant", "slow")
        )
    )
    head = "<tr><th>Region</th><th>Speed</th><th>Price</th></tr>"
    (tmp_path / "prices.html").write_text(f"<h1>Prices</h1><table>{head}{rows}</table>")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.migrate()
    [report] = ingest.carry_out(database, ingest.plan(database, [tmp_path / "prices.html"], "default"), Limits())
    assert report.passages > 1
    return database


def test_rows_in_a_later_passage_have_the_header_and_labels_of_the_whole_table(prices: Database) -> None:
    with prices.reading() as session:
        ids = list(session.scalars(select(Passage.id).order_by(Passage.start)))
        *_, last = passage_store.passages(session, ids)
        found = cells(last, passage_store.tables(session, last))
    assert found[-1].text == "EUR 5"
    assert found[-1].heading == "Price"
    assert found[-1].label.startswith("World slow")
    assert found[-1].header == ()
    prices.close()


def test_tables_of_pages_that_were_read_before_are_read_off_their_text(prices: Database) -> None:
    with prices.writing() as session:
        session.execute(update(Page).values(tables=None))
    with prices.reading() as session:
        ids = list(session.scalars(select(Passage.id).order_by(Passage.start)))
        for passage in passage_store.passages(session, ids):
            tables = passage_store.tables(session, passage)
            assert tables == read_from_text(passage.text, passage.context) != []
            assert {cell.heading for cell in cells(passage, tables)} >= {"Price"}
    prices.close()


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["", "Fees", "Fees"], ["Service", "Online", "Branch"], ["Card", "1", "2"]], 2),
        ([["", "Principal", "Interest"], ["Maturity", "due", "due"], ["May", "5", "6"], ["June", "7", "8"]], 1),
        ([["", "Basic", "Best"], ["Abroad", "yes", "no"], ["Limit", "5", "6"]], 1),
    ],
)
def test_words_below_a_header_without_a_label_go_on_with_it_above_columns_of_numbers(
    rows: list[list[str]], count: int
) -> None:
    assert header_rows(rows) == count


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["", "Basic", "Best"], ["Keeping", "free", "free"], ["Cash", "2", "1"], ["Card", "5", "6"]], 1),
        ([["Bond", "Maturity"], ["Bond A", "2027"], ["Bond B", "2031"], ["Perpetual", "none"]], 1),
        ([["Sum insured", "EUR 50,000", "EUR 100,000"], ["Premium", "EUR 90", "EUR 120"]], 1),
        ([["Annual fee", "EUR 60"], ["Late fee", "EUR 15"]], 0),
        ([["(in EUR m)", "At home", "At home"], ["Kind", "2025", "2024"], ["Cards", "5", "6"]], 2),
    ],
)
def test_only_a_row_that_brings_names_goes_on_with_a_header(rows: list[list[str]], count: int) -> None:
    assert header_rows(rows) == count


def test_rows_of_different_groups_may_have_one_name() -> None:
    rows = [["Cards"], ["Annual fee", "none", "waived"], ["Loans"], ["Annual fee", "agreed", "waived"]]
    assert label_columns(rows) == 1
    assert label_columns([rows[1], rows[3]]) == 2

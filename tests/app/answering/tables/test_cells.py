"""Tables are read cell by cell, where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.tables.cells import Cell, cells
from corpus.passage_store import PassageRecord
from corpus.table import read_from_text

SALES = """Sales are as follows (in millions):

| Years ended June 30, |
| 2025 | 2024
Europe:
Cards | $ 1,200 | $1,000
Loans | (38) | 2.5%
Total | $1,162 | — |
Elsewhere | 7 |

No table."""


def passage(text: str, context: str = "", heading: str = "Report > Sales") -> PassageRecord:
    return PassageRecord(1, "r.md", "Report", 1, None, None, None, heading, 0, len(text), context, text)


def cells_in(passage: PassageRecord, beside: Sequence[str] = ()) -> list[Cell]:
    """The cells of the tables that the lines of a passage show."""
    return cells(passage, read_from_text(passage.text, passage.context), beside)


def told(cell: Cell) -> tuple[str, str, str, str]:
    return cell.group, cell.label, cell.heading, cell.text


def test_cells_have_the_names_of_their_rows_and_columns() -> None:
    found = cells_in(passage(SALES))
    assert [told(cell) for cell in found] == [
        ("Europe:", "Cards", "Years ended June 30, 2025", "$ 1,200"),
        ("Europe:", "Cards", "Years ended June 30, 2024", "$1,000"),
        ("Europe:", "Loans", "Years ended June 30, 2025", "(38)"),
        ("Europe:", "Loans", "Years ended June 30, 2024", "2.5%"),
        ("Europe:", "Total", "Years ended June 30, 2025", "$1,162"),
        ("Europe:", "Total", "Years ended June 30, 2024", "—"),
        ("", "Elsewhere", "Years ended June 30, 2025", "7"),
    ]
    assert [cell.value for cell in found] == [1200, 1000, -38, Decimal("2.5"), 1162, None, 7]
    assert [cell.unit for cell in found] == ["$", "$", "", "%", "$", "", ""]
    assert {cell.scale for cell in found} == {"million"}
    assert [span.of(SALES) for span in found[0].header] == ["| Years ended June 30, |", "| 2025 | 2024"]
    assert found[2].row.of(SALES) == "Loans | (38) | 2.5%"


def test_the_header_may_stand_in_the_context() -> None:
    [cell] = cells_in(passage("Gold | 60", context="Card | EUR a year"))
    assert told(cell) == ("", "Gold", "EUR a year", "60")
    assert (cell.unit, cell.header) == ("€", ())


def test_what_was_recognised_from_a_picture_has_no_value_to_compute_with() -> None:
    [cell] = cells_in(replace(passage("Card | EUR a year\nGold | 60"), recognised=0.99))
    assert (cell.text, cell.is_recognised, cell.value) == ("60", True, None)


def test_columns_below_a_common_heading_share_it() -> None:
    found = cells_in(passage("| At home | | Abroad |\n| 2025 | 2024 | 2025 | 2024\nRate | 4% | 3% | 2% | 1%"))
    assert [cell.heading for cell in found] == ["At home 2025", "At home 2024", "Abroad 2025", "Abroad 2024"]


@pytest.mark.parametrize(
    ("beside", "scale"), [([], ""), (["in thousands"], "thousand"), (["in thousands", "in millions"], "")]
)
def test_what_numbers_are_counted_in_may_be_said_beside_the_table(beside: list[str], scale: str) -> None:
    assert {cell.scale for cell in cells_in(passage("| 2025\nCards | 5"), beside)} == {scale}


@pytest.mark.parametrize(
    ("said", "scale"),
    [
        ("(In thousands of Canadian dollars)", "thousand"),
        ("All amounts are in millions of US$.", "million"),
        ("Lent in millions of small loans.", ""),
    ],
)
def test_millions_of_other_things_than_money_are_no_scale(said: str, scale: str) -> None:
    assert {cell.scale for cell in cells_in(passage(f"{said}\n\n| 2025\nCards | 5"))} == {scale}


@given(st.lists(st.text(alphabet="a1 |-.,()$%", max_size=20), max_size=8).map("\n".join))
def test_every_cell_stands_where_it_says(text: str) -> None:
    for cell in cells_in(passage(text)):
        assert cell.span.of(text) == cell.text != ""
        assert cell.row.start <= cell.span.start <= cell.span.end <= cell.row.end
        assert "\n" not in cell.row.of(text)


def test_rows_are_known_by_all_labels_that_tell_them_apart() -> None:
    text = "Region | Speed | Online\nSEPA | Standard | EUR 0\nSEPA | Instant | EUR 1\nWorld | Standard | EUR 12"
    assert [(cell.label, cell.heading, cell.text) for cell in cells_in(passage(text))] == [
        ("SEPA Standard", "Online", "EUR 0"),
        ("SEPA Instant", "Online", "EUR 1"),
        ("World Standard", "Online", "EUR 12"),
    ]
    unlike = "Region | Speed | Online\nSEPA | Standard | EUR 0\nWorld | Standard | EUR 12"
    assert {cell.label for cell in cells_in(passage(unlike))} == {"SEPA", "World"}


def test_a_notes_mark_is_no_part_of_a_name_or_number() -> None:
    [cell] = cells_in(passage("Fee | 2025 (note 1)\nLate fee (note 2) | 8.50 (note 3)"))
    assert (cell.label, cell.heading, cell.text, cell.value) == ("Late fee", "2025", "8.50 (note 3)", Decimal("8.5"))

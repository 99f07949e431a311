"""Which figure a question asks for, and when it takes the place of a passage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.answering.answer import Answer, Status
from app.answering.tables.figure import Figure
from app.answering.tables.lookup import figure, takes_precedence
from app.batch.answer_spreadsheet import _in_full
from app.cli.answers import as_text
from app.config import load_settings
from app.errors import BadQuestion
from app.mode import Mode
from app.service import Citewell
from app.settings import AnsweringSettings
from retrieval.embedder import Embedder
from tests.app.answering.tables.test_cells import cells_in, passage
from tests.conftest import settings_of

FEES = """Service | Fee | Note
Paper statement | EUR 2.00 | See the price list
Standing order | free | Change it in the app
Cheque | | Not offered
Late payment | EUR 12 | Once per statement"""
CARDS = """Card | Main card (EUR a year) | Additional card (EUR a year)
Gold debit card | 24 | 14
Classic credit card | 30 | 15"""
AGES = """Age of the child | Cash per day (EUR) | Purchases per day (EUR)
12 to 14 | 40 | 80
15 to 17 | 120 | 250"""
MONEY = """In EUR million.

Item | 2025 | 2024
Revenue | 1,200 | 1,000
Operating free cash flow | 90 | 80
Internal transfers | 12 | 13
Headcount | 987 | 900"""
BODY = {
    "id": "1",
    "status": "answered",
    "question": "What is left?",
    "collection": "default",
    "as_of": "2026-01-01",
    "answer": "Revenue | 1,200\n\n1,200 − 700 = 500 million",
    "citations": [],
    "sources": [],
    "model": None,
    "stats": {},
}
SHARES = "| 2024 | 2025 margin in %\nCards | 45 | 12%"


def read(question: str, text: str, heading: str = "Fees > Fees") -> Figure | None:
    return figure(question, cells_in(passage(text, heading=heading)), may_compute=False)


@pytest.mark.parametrize(
    ("question", "table", "text"),
    [
        ("What is the fee for a paper statement?", FEES, "EUR 2.00"),
        ("What is the note on the paper statement?", FEES, "See the price list"),
        ("How much is the fee for a standing order?", FEES, "free"),
        ("What is the fee for late payment?", FEES, "EUR 12"),
        ("How much is the additional card for a gold debit card?", CARDS, "€14"),
        ("What is the cash limit per day for 12 to 14?", AGES.replace("Cash", "Cash limit"), "€40"),
        ("What was the revenue in 2025?", MONEY, "1,200 million"),
        ("What was the headcount in 2024?", MONEY, "900"),
        ("What were the internal transfers in 2024?", MONEY, "13 million"),
        ("What was the margin of cards in 2025?", SHARES, "12%"),
    ],
)
def test_a_cell_is_read_off_with_its_unit_and_scale(question: str, table: str, text: str) -> None:
    found = read(question, table)
    assert found is not None
    assert (found.text, found.formula) == (text, None)


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("What is the late fee on my credit card?", CARDS),
        ("What is the fee for a cheque?", FEES),  # its note is no fee
        ("How much is the note on the paper statement?", FEES),
        ("What is a standing order?", "| Price\nStanding order | 2.50"),
        ("What is the annual fee of the gold credit card?", CARDS),  # there is none of that name
        ("How much cash per day may a 13 year old withdraw?", AGES),
        ("How much cash per week at 12 to 14?", AGES),
        ("How much cash per day for those over 14?", AGES),
        ("What was the free cash flow in 2025?", MONEY),  # the operating one is another
        ("What was the interest in 2025?", MONEY),
        ("What were the international transfers in 2025?", MONEY),
        ("What was the revenue in 2023?", MONEY),
        ("What was the largest revenue in 2025?", MONEY),
        ("What was the average revenue in 2025?", MONEY),
        ("What was the total headcount in 2025?", MONEY),
        ("What were the staff costs of revenue in 2025?", "| 2024 | 2025 % of revenue\nStaff costs | 45 | 12%"),
        ("What is the difference between revenue in 2025 and 2024?", MONEY),
    ],
)
def test_a_cell_that_is_not_the_one_asked_for_is_not_read_off(question: str, table: str) -> None:
    found = read(question, table)
    assert found is None or not found.text


def test_a_row_is_given_where_the_question_names_none_of_its_columns() -> None:
    found = read("What does the gold debit card cost?", CARDS)
    assert found is not None
    assert (found.text, [cell.text for cell in found.cells]) == ("", ["24", "14"])


def test_what_is_counted_in_millions_is_quoted_with_the_line_that_says_so() -> None:
    found = read("What was the revenue in 2025?", MONEY)
    assert found is not None
    assert [span.of(MONEY) for span in found.cells[0].caption] == ["In EUR million."]


@pytest.mark.parametrize(
    "text", ["We serve customers in three million households.", "Lent in millions of small parts."]
)
def test_a_sentence_with_a_million_in_it_is_no_caption(text: str) -> None:
    assert {cell.scale for cell in cells_in(passage(f"{text}\n\n{CARDS}"))} == {""}


@pytest.mark.parametrize(
    ("text", "unit"), [("HK$15", "HK$"), ("CHF 3", "CHF"), ("US$5", "$"), ("£1", "£"), ("5 EUR or 3 %", "")]
)
def test_a_currency_is_never_taken_for_another(text: str, unit: str) -> None:
    [cell] = cells_in(passage(f"| Fee\nWire | {text}"))
    assert cell.unit == unit


def test_a_figure_of_another_passage_needs_its_row_and_column_named() -> None:
    question = "What is the fee for a paper statement?"
    found = read(question, FEES)
    assert found is not None
    assert takes_precedence(question, found, 0)
    assert takes_precedence(question, found, 3)
    assert takes_precedence("How much is the statement?", found, 0)
    assert not takes_precedence("What is the fee for a statement?", found, 3)  # its row isn't
    assert not takes_precedence("What is a paper statement?", found, 1)  # its column isn't
    row = read("What does the gold debit card cost?", CARDS)
    assert row is not None
    assert takes_precedence("What does the gold debit card cost?", row, 0)
    assert not takes_precedence("What does the gold debit card cost?", row, 1)


@pytest.mark.parametrize("mode", [Mode.QUOTE, Mode.CALCULATED])
def test_a_calculation_is_shown_as_one_also_if_version_0_1_0_called_it_a_quote(mode: Mode) -> None:
    stored = {"text": "500 million", "what": "Revenue less Cost of sales", "formula": "1,200 − 700"}
    given = Answer.model_validate(BODY | {"mode": mode.value, "value": stored})
    assert given.is_calculated
    assert given.mode is mode  # read back as it was stored
    assert "calculated from the cells quoted" in as_text(given)
    assert "quoted without a model" not in as_text(given)
    assert _in_full(given).endswith("Calculated from the cells quoted.")
    quote = Answer.model_validate(BODY | {"mode": "quote", "value": stored | {"formula": None}})
    assert not quote.is_calculated
    assert "quoted without a model" in as_text(quote)


def test_the_operands_of_a_calculation_are_shown_with_it() -> None:
    value = {
        "text": "500",
        "what": "…",
        "formula": "1,200 − 700",
        "operands": [{"name": "Costs, 2025", "text": "(700)"}],
    }
    given = Answer.model_validate(BODY | {"mode": "calculated", "value": value})
    assert "Costs, 2025: (700)" in as_text(given)
    assert _in_full(given).endswith("Calculated from the cells quoted.\nCosts, 2025: (700)")


def test_a_calculation_cannot_be_asked_for(service: Citewell) -> None:
    with pytest.raises(BadQuestion, match="quote, write or auto"):
        service.question("What was the revenue?", mode=Mode.CALCULATED)


STATEMENT = """# Statement of the bank

## Income statement

In EUR million.

| Item | 2025 | 2024 |
| --- | --- | --- |
| Revenue | 1,200 | 1,000 |
| Cost of sales | (700) | (650) |
"""
DIFFERENCE = "What is the difference between revenue and cost of sales in 2025?"


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory, generator_path: Path, embedder: Embedder) -> Iterator[Citewell]:
    folder = tmp_path_factory.mktemp("statement")
    (folder / "statement.md").write_text(STATEMENT)
    service = Citewell(load_settings(overrides=settings_of(folder / "var", generator_path)))
    service.models.embedder = embedder
    service.ingest([folder / "statement.md"], "default")
    yield service
    service.database.close()


def answer(service: Citewell, question: str, monkeypatch: pytest.MonkeyPatch, figures: str) -> Answer:
    settings = AnsweringSettings.model_validate({"figures": figures, "min_confidence": 0})
    monkeypatch.setattr(service.answerer, "_settings", settings)
    return service.answer(service.question(question, mode=Mode.QUOTE))


@pytest.mark.parametrize(
    ("figures", "text"), [("off", None), ("cells", "1,200 million"), ("computed", "1,200 million")]
)
def test_cells_are_read_unless_figures_are_off(
    statement: Citewell, monkeypatch: pytest.MonkeyPatch, figures: str, text: str | None
) -> None:
    given = answer(statement, "What was the revenue in 2025?", monkeypatch, figures)
    assert given.status is Status.ANSWERED
    assert (given.value and given.value.text) == text
    assert given.mode is Mode.QUOTE
    assert not given.is_calculated
    if text:
        assert given.answer == "In EUR million.\nItem | 2025 | 2024\nRevenue | 1,200 | 1,000"


@pytest.mark.parametrize("figures", ["off", "cells"])
def test_nothing_is_computed_by_default(statement: Citewell, monkeypatch: pytest.MonkeyPatch, figures: str) -> None:
    assert AnsweringSettings().figures == "cells"
    given = answer(statement, DIFFERENCE, monkeypatch, figures)
    assert given.value is None
    assert "500" not in given.answer
    assert given.mode is Mode.QUOTE


def test_a_calculation_is_a_mode_of_its_own_with_its_operands(
    statement: Citewell, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = answer(statement, DIFFERENCE, monkeypatch, "computed")
    assert given.value is not None
    assert (given.mode, given.model, given.is_calculated) == (Mode.CALCULATED, None, True)
    assert (given.value.text, given.value.formula) == ("500 million", "1,200 − 700")
    operands = {operand.name: operand.text for operand in given.value.operands}
    assert operands == {"Revenue, 2025": "1,200", "Cost of sales, 2025": "(700)"}
    assert given.answer.endswith("\n\n1,200 − 700 = 500 million")
    rows = ["In EUR million.", "Item | 2025 | 2024", "Revenue | 1,200 | 1,000", "Cost of sales | (700) | (650)"]
    assert [citation.quote for citation in given.citations] == rows


def test_a_late_fee_is_no_annual_fee(service: Citewell) -> None:
    question = replace(service.question("What is the late fee on my credit card?"), mode=Mode.QUOTE)
    given = service.answer(question)
    assert given.value is None
    assert "EUR 12" in given.answer

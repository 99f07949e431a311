"""Figures are those of the cells that were asked for, computed as was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.answer import Status
from app.answering.tables.figure import Figure
from app.answering.tables.lookup import figure
from app.mode import Mode
from app.service import Citewell
from tests.app.answering.tables.test_cells import cells_in, passage

REPORT = """(in thousands)

| 2025 | 2024 | 2023
Card revenue | $1,200 | $1,000 | $900
Loan revenue | 300 | 400 | (100)
Total revenue | 1,500 | 1,400 | 800
Gross margin | 42.5% | 40.0% | 39%"""


def asked(question: str, text: str = REPORT) -> Figure | None:
    return figure(question, cells_in(passage(text)), may_compute=True)


@pytest.mark.parametrize(
    ("question", "text", "formula"),
    [
        ("What was the card revenue in 2024?", "$1,000 thousand", None),
        ("What is the gross margin for FY25?", "42.5%", None),
        ("What was the change in loan revenue from 2024 to 2025?", "−100 thousand", "300 − 400"),
        ("What was the change in loan revenue between 2023 and 2024?", "500 thousand", "400 − (100)"),
        ("What was the increase in card revenue in 2025 from 2024?", "$200 thousand", "$1,200 − $1,000"),
        ("What is the percentage change in card revenue from 2023 to 2025?", "33.33 %", "($1,200 − $900) / $900"),
        (
            "What was the percent increase in total revenue from 2024 to 2025?",
            "7.14 %",
            "(1,500 − 1,400) / 1,400",
        ),
        ("What is the difference between card revenue and loan revenue in 2025?", "$900 thousand", "$1,200 − 300"),
        ("What is the ratio of card revenue to loan revenue in 2025?", "4", "$1,200 / 300"),
        ("What is loan revenue as a percentage of total revenue in 2024?", "28.57 %", "400 / 1,400"),
        ("What percentage of total revenue was card revenue in 2025?", "80 %", "$1,200 / 1,500"),
        ("What is the sum of card revenue and loan revenue in 2024?", "$1,400 thousand", "$1,000 + 400"),
        ("What was the average card revenue for 2024 and 2025?", "$1,100 thousand", "($1,000 + $1,200) / 2"),
        ("What was the average loan revenue from 2023 to 2025?", "200 thousand", "((100) + 400 + 300) / 3"),
        ("What was the change in gross margin from 2024 to 2025?", "2.5 percentage points", "42.5% − 40.0%"),
        ("What was the card revenue in 2025 and 2023 respectively?", "$1,200 thousand; $900 thousand", None),
        ("In which year was the card revenue the largest?", "2025", "$1,200 > $1,000 > $900"),
        ("Which year had the lowest loan revenue?", "2023", "(100) < 300 < 400"),
    ],
)
def test_what_is_asked_of_a_table_is_computed(question: str, text: str, formula: str | None) -> None:
    found = asked(question)
    assert found is not None
    assert (found.text, found.formula) == (text, formula)


@pytest.mark.parametrize(
    "question",
    [
        "Why did card revenue change from 2024 to 2025?",
        "What was the card revenue in 2019?",
        "What was the change in card revenue from 2019 to 2025?",
        "What was the card revenue of the branch in Lisbon from transfers in 2025?",
        "What were the respective card revenue and loan revenue in 2025?",
        "What is the weather?",
        "In which year was card revenue calculated?",
        "What is the ratio of card revenue to gross margin in 2025?",
    ],
)
def test_no_figure_is_given_where_none_is_asked_for_or_the_table_has_none(question: str) -> None:
    assert asked(question) is None


WORDS = """Two million customers trust us.

Card | Cost at home (EUR) | Cost abroad (EUR)
Debit card | 2 | free
Credit card | 3 | 4
Student card | none | 5"""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the debit card cost abroad?", "free"),
        ("What does the credit card cost abroad?", "€4"),
        ("What does the student card cost at home?", "none"),
    ],
)
def test_a_cell_of_words_is_a_cell(question: str, text: str) -> None:
    found = asked(question, WORDS)
    assert found is not None
    assert found.text == text


def test_one_year_is_held_against_the_year_before_it() -> None:
    found = asked("What was the change in card revenue in 2024?")
    assert found is not None
    assert found.formula == "$1,000 − $900"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was the increase in card revenue in 2019?", REPORT),
        ("What was the change in card revenue from 2023, 2024 and 2025?", REPORT),
        ("What does card revenue mean?", REPORT),
        ("What is the average card revenue from 2021 to 2025?", REPORT),
        ("In which year was card revenue at least $1,000?", REPORT),
        ("What is the percentage change in gross margin from 2024 to 2025?", REPORT),
        ("What is the average balance of the student account?", "| Balance needed | Fee\nStudent account | 100 | 2"),
        ("What is the difference between card fee and loan fee?", "| Fee\nCard fee | €5\nLoan fee | $3"),
    ],
)
def test_what_cannot_be_computed_is_not(question: str, text: str) -> None:
    found = asked(question, text)
    assert found is None or not found.text


def test_a_minus_may_stand_before_the_currency() -> None:
    found = asked(
        "What was the change in loan revenue from 2023 to 2024?", "| 2024 | 2023\nLoan revenue | $400 | -$100"
    )
    assert found is not None
    assert found.text == "$500"


def test_white_space_without_end_takes_no_time() -> None:
    assert asked(f"What is loan revenue{' ' * 1900}as a share of total revenue in 2024?") is not None


def test_a_question_that_names_no_column_is_given_the_row() -> None:
    found = asked(
        "What does the gold card cost?", "Card | EUR a year | EUR for another\nGold card cost | 60 | 30\nRed | 1 | 2"
    )
    assert found is not None
    assert (found.text, [cell.text for cell in found.cells]) == ("", ["60", "30"])


def test_a_small_number_is_not_divided_by_nothing() -> None:
    assert asked("What is the percentage change in fees from 2024 to 2025?", "| 2025 | 2024\nFees | 5 | 0") is None


def written(number: int) -> str:
    return f"({-number:,})" if number < 0 else f"{number:,}"


def change(row: str, new: str, old: str) -> Figure | None:
    return asked(f"What was the change in the {row} from 2024 to 2025?", f"| 2025 | 2024\n{row} | {new} | {old}")


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_any_two_results_differ_by_their_difference(new: int, old: int) -> None:
    found = change("Operating result", written(new), written(old))
    assert found is not None
    assert int(found.text.replace(",", "").replace("−", "-")) == new - old


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.booleans())
def test_any_two_costs_differ_by_their_amounts_bracketed_or_not(new: int, old: int, bracketed: bool) -> None:
    sign = -1 if bracketed else 1
    found = change("Staff costs", written(sign * new), written(sign * old))
    assert found is not None
    assert int(found.text.replace(",", "").replace("−", "-")) == new - old
    assert "(" not in (found.formula or "")


@given(st.integers(-(10**6), -1), st.integers(-(10**6), 10**6))
def test_nothing_is_computed_where_brackets_may_mean_either(new: int, old: int) -> None:
    assert change("Fees", written(new), written(old)) is None
    assert change("Staff costs", written(new), written(abs(old) + 1)) is None


@pytest.mark.parametrize("mode", [Mode.QUOTE, Mode.WRITE])
def test_a_cell_is_answered_with_its_header_and_row_in_every_mode(service: Citewell, mode: Mode) -> None:
    answer = service.answer(service.question("How much is the additional card for a classic credit card?", mode=mode))
    assert answer.status is Status.ANSWERED
    assert answer.value is not None
    assert (answer.value.text, answer.value.formula, answer.model) == ("€15", None, None)
    header, row = answer.answer.split("\n")
    assert header == "Card | Main card (EUR a year) | Additional card (EUR a year)"
    assert row == "Classic credit card | 30 | 15"
    assert [citation.quote for citation in answer.citations] == [header, row]
    for citation in answer.citations:
        source = next(s for s in answer.sources if s.heading == citation.heading and s.start <= citation.start)
        assert source.text[citation.start - source.start : citation.end - source.start] == citation.quote

"""Bracketed costs are amounts, losses stay negative, and where neither can be told nothing is computed."""

from __future__ import annotations

import pytest

from app.answering.tables.figure import Figure
from app.answering.tables.lookup import figure
from app.answering.tables.signs import Kind, _kind
from tests.app.answering.tables.test_cells import cells_in, passage

STATEMENT = """(in millions)

| 2019 | 2018
Revenue | 1,200 | 1,000
Cost of sales | (700) | (650)
Tax on profit | (100) | (90)
Operating profit | 120 | (80)
Net loss | (50) | (40)
Net cash used in investing | (200) | (150)
Sundry items | (7) | (5)
Income tax expense (benefit) | (12) | 30"""


def asked(question: str, text: str = STATEMENT) -> Figure | None:
    return figure(question, cells_in(passage(text)), may_compute=True)


@pytest.mark.parametrize(
    ("question", "text", "formula"),
    [
        ("What is the difference between revenue and cost of sales in 2019?", "500 million", "1,200 − 700"),
        ("Which year had the largest cost of sales?", "2019", "700 > 650"),
        ("Which year had the lowest cost of sales?", "2018", "650 < 700"),
        ("What is cost of sales as a percentage of revenue in 2019?", "58.33 %", "700 / 1,200"),
        ("By how much did cost of sales increase from 2018 to 2019?", "50 million", "700 − 650"),
        ("What was the percentage change in cost of sales from 2018 to 2019?", "7.69 %", "(700 − 650) / 650"),
        ("What is the sum of cost of sales and tax on profit in 2019?", "800 million", "700 + 100"),
        ("What was the average cost of sales for 2018 and 2019?", "675 million", "(650 + 700) / 2"),
        ("What was the change in operating profit from 2018 to 2019?", "200 million", "120 − (80)"),
        ("Which year had the lowest operating profit?", "2018", "(80) < 120"),
        ("What is the sum of net loss in 2018 and 2019?", "−90 million", "(40) + (50)"),
    ],
)
def test_costs_count_by_amount_and_results_by_sign(question: str, text: str, formula: str) -> None:
    found = asked(question)
    assert found is not None
    assert (found.text, found.formula) == (text, formula)


@pytest.mark.parametrize(
    "question",
    [
        "What was the percentage change in operating profit from 2018 to 2019?",  # over a change of sign
        "What is operating profit as a percentage of revenue in 2018?",
        "What is the ratio of operating profit to revenue in 2018?",
        "Which year had the largest net loss?",
        "What was the change in net loss from 2018 to 2019?",
        "Which year had the largest operating profit or loss?",
        "What is the difference between revenue and net loss in 2019?",
        "What is the sum of revenue and cost of sales in 2019?",
        "What was the change in sundry items from 2018 to 2019?",
        "What was the change in income tax expense (benefit) from 2018 to 2019?",
        "What is the difference between cost of sales and operating profit in 2018?",
    ],
)
def test_what_its_sign_leaves_open_is_not_computed(question: str) -> None:
    assert asked(question) is None


def test_a_table_with_costs_of_both_signs_says_of_neither_what_it_means() -> None:
    table = "| 2019 | 2018\nStaff costs | 300 | 280\nProvisions | (20) | (5)"
    assert asked("What was the change in provisions from 2018 to 2019?", table) is None
    assert asked("What was the change in staff costs from 2018 to 2019?", table) is None


@pytest.mark.parametrize(
    "question",
    [
        "What was the average increase in revenue from 2018 to 2019?",
        "In which year was the increase in revenue the largest?",
        "What was the compound growth of revenue from 2018 to 2019?",
        "What is the difference between the average revenue and the average cost of sales?",
    ],
)
def test_two_operations_at_once_are_not_computed(question: str) -> None:
    assert asked(question) is None


def test_the_largest_is_not_told_while_a_year_is_unreadable() -> None:
    assert asked("Which year had the largest revenue?", "| 2020 | 2019 | 2018\nRevenue | n/a | 1,200 | 1,000") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Cost of sales", Kind.COST),
        ("Tax on profit", Kind.COST),
        ("Income tax expense", Kind.COST),
        ("Depreciation and amortisation", Kind.COST),
        ("Dividends paid", Kind.COST),
        ("Purchases of property", Kind.COST),
        ("Revenue", Kind.RESULT),
        ("Profit before tax", Kind.RESULT),
        ("Profit/(loss) for the year", Kind.RESULT),
        ("Net cash from operating activities", Kind.RESULT),
        ("Net cash used in investing activities", Kind.LOSS),
        ("Net loss", Kind.LOSS),
        ("Income tax expense (benefit)", Kind.UNKNOWN),
        ("Net interest expense", Kind.UNKNOWN),
        ("Deferred tax liabilities", Kind.UNKNOWN),
        ("Loan book", None),
    ],
)
def test_a_name_tells_what_its_row_counts(name: str, kind: Kind | None) -> None:
    assert _kind(name) is kind


GERMAN = "Posten | 2025 | 2024\nNet interest income | 1.234 | 987\nFee income | {fees}"


@pytest.mark.parametrize(("fees", "text"), [("12 | 11", None), ("1.100,25 | 7,5", "247")])
def test_a_dot_before_three_digits_is_computed_only_if_the_table_says_what_it_is(fees: str, text: str | None) -> None:
    found = asked("What is the change in net interest income between 2024 and 2025?", GERMAN.format(fees=fees))
    assert (found and found.text) == text


def test_what_is_not_computed_is_read_all_the_same() -> None:
    found = asked("What was the net interest income in 2025?", GERMAN.format(fees="12 | 11"))
    assert found is not None
    assert found.text == "1.234"


def test_a_result_with_a_decimal_point_is_not_put_beside_decimal_commas() -> None:
    table = "Posten | 2025 | 2024\nFee income | 1.234,50 | 1.100,25"
    assert asked("What is the difference in fee income between 2025 and 2024?", table) is None


def test_percentage_points_are_asked_for_by_that_name() -> None:
    found = asked(
        "By how many percentage points did the margin change from 2024 to 2025?",
        "| 2025 | 2024\nMargin | 2.25 % | 1.75 %",
    )
    assert found is not None
    assert found.text == "0.5 percentage points"

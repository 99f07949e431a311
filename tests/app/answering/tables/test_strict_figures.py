"""No figure is read off or computed where question and cell differ in a period, a condition, a scale or a unit."""

from __future__ import annotations

import pytest

from app.answering.tables.figure import Figure
from app.answering.tables.lookup import figure
from corpus.language.scales import UNCLEAR
from tests.app.answering.tables.test_cells import cells_in, passage

ROW = ""  # the whole row is given, no figure


def asked(question: str, table: str, *, may_compute: bool = False) -> Figure | None:
    return figure(question, cells_in(passage(table, heading="Prices > Prices")), may_compute=may_compute)


def check(question: str, table: str, expected: str | None) -> None:
    found = asked(question, table)
    assert (found and found.text) == expected


MONTHLY = "Account | Monthly fee\nCurrent account | EUR 4.90\nSavings account | free"
ANNUAL = MONTHLY.replace("Monthly", "Annual")
LIMIT = "Card | Daily limit\nGold | EUR 500\nClassic | EUR 300"
RATES = "Account | Monthly interest rate\nSavings | 0.2%\nCurrent | 0%"


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What is the annual fee of the current account?", MONTHLY, None),
        ("What is the fee of the current account per year?", MONTHLY, None),
        ("What is the yearly fee of the current account?", MONTHLY, None),
        ("What is the fee p.a. of the current account?", MONTHLY, None),
        ("What is the weekly fee of the current account?", MONTHLY, None),
        ("What is the quarterly fee of the current account?", MONTHLY, None),
        ("What is the monthly fee of the current account?", MONTHLY, "EUR 4.90"),
        ("What is the fee per month of the current account?", MONTHLY, "EUR 4.90"),
        ("What is the annual fee of the current account?", ANNUAL, "EUR 4.90"),
        ("What is the fee of the current account a year?", ANNUAL, "EUR 4.90"),
        ("What is the yearly limit of Gold?", LIMIT, None),
        ("What is the limit of Gold per day?", LIMIT, "EUR 500"),
        ("What is the annual interest rate for savings?", RATES, None),
        ("What is the annual fee of Gold?", "Card | Fee\nGold | EUR 5 a month\nRed | EUR 3 a month", None),
        ("What is the annual fee of Gold?", "Card | Fee (EUR per month)\nGold | 5\nRed | 3", None),
        ("How many free withdrawals a year with Gold?", "Card | Free withdrawals a month\nGold | 5\nRed | 3", None),
    ],
)
def test_the_period_asked_for_is_that_of_the_cell(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


WIRE = "What is the fee for a wire?"
YEAR = "What was the revenue in 2025?"


def columns(names: str, label: str = "Wire") -> str:
    return f"Item | {names}\n{label} | 10 | 9\nOther things | 4 | 3"


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        (WIRE, columns("Fee online | Fee in the main branch"), ROW),
        ("What is the online fee for a wire?", columns("Fee online | Fee in the main branch"), "10"),
        (WIRE, columns("Fee until 2025 | Fee from 1 January 2026"), ROW),
        (WIRE, columns("Fee for students | Fee for all other customers"), ROW),
        (WIRE, columns("Fee (students) | Fee (all other customers)"), ROW),
        (WIRE, columns("Replacement fee | Limit"), ROW),
        ("How much is the Gold card?", "Card | Credit limit\nGold | EUR 5,000\nRed | EUR 1,000", ROW),
        (YEAR, columns("Budget 2025 | 2024", "Revenue"), ROW),
        (YEAR, columns("2025 forecast | 2024", "Revenue"), ROW),
        (YEAR, columns("First half 2025 | 2024", "Revenue"), ROW),
        (YEAR, columns("H1 2025 | 2024", "Revenue"), ROW),
        (YEAR, columns("31 March 2025 | 31 December 2024", "Revenue"), ROW),
        (YEAR, columns("2025 restated | 2024", "Revenue"), ROW),
        (YEAR, columns("Change 2025 | 2024", "Revenue"), ROW),
        (YEAR, columns("31 December 2025 | 31 December 2024", "Revenue"), "10"),
        (YEAR, columns("Year ended 30 June 2025 | Year ended 30 June 2024", "Revenue"), "10"),
        (YEAR, columns("31 December 2025 | 30 June 2025", "Revenue"), ROW),
    ],
)
def test_what_only_the_heading_of_a_column_says_gives_the_row(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


TIERS = "Transfers | Fee\nUp to EUR 10,000 | EUR 4\nMore than EUR 10,000 | EUR 20"
EURO = "Payments | Fee\nPayments in euro | free\nPayments in other currencies | 2%"
SALARY = "Customers | Fee\nCustomers with a salary account | free\nCustomers with no salary account | EUR 12"


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What is the fee for transfers of no more than EUR 10,000?", TIERS, None),
        ("What is the fee for transfers of more than EUR 10,000?", TIERS, "EUR 20"),
        ("What is the fee for payments not in euro?", EURO, None),
        ("What is the fee for payments that aren't in euro?", EURO, None),
        ("What is the fee for payments in euro?", EURO, "free"),
        ("What is the fee for customers who have no salary account?", "| Fee\nCustomers, salary account | free", None),
        ("What is the fee for customers with a salary account?", "| Fee\nCustomers, no salary account | EUR 9", None),
        ("What is the fee for customers without a salary account?", SALARY, None),
    ],
)
def test_a_negation_is_that_of_the_cell(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("(EUR million)", "€5 million"),
        ("(EUR m)", "€5 million"),
        ("(EUR bn)", "€5 billion"),
        ("EUR '000", "€5 thousand"),
        ("(EUR thousand)", "€5 thousand"),
        ("€m", "€5 million"),
        ("(USD k)", "$5 thousand"),
    ],
)
@pytest.mark.parametrize("above", ["", "In EUR million.\n\n"])
def test_a_scale_in_a_name_counts_before_that_of_the_table(said: str, text: str, above: str) -> None:
    check("What were the mortgages in 2025?", f"{above}Item | 2025 | 2024\nMortgages {said} | 5 | 6", text)
    name = said.strip("()")
    if not above:
        check("What were the mortgages in 2025?", f"Item | 2025 ({name}) | 2024 ({name})\nMortgages | 5 | 6", text)
        check("What were the mortgages in 2025?", f"Item {said} | 2025 | 2024\nMortgages | 5 | 6", text[1:])


def test_scales_that_contradict_each_other_give_the_row() -> None:
    table = "Item | 2025 (EUR million) | 2024 (EUR million)\nMortgages (EUR thousand) | 5 | 6"
    check("What were the mortgages in 2025?", table, ROW)
    assert {cell.scale for cell in cells_in(passage(table))} == {UNCLEAR}


COUNTS = """In EUR million.

Item | 2025 | 2024
Revenue | 5 | 6
Clients | 20 | 30
Staff | 7 | 8
Loans to customers | 9 | 8
Loans | 9 | 8
Accounts (thousand) | 40 | 50"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the revenue in 2025?", "5 million"),
        ("How many clients in 2025?", "20"),
        ("What was the staff in 2025?", ROW),
        ("How many staff in 2025?", ROW),
        ("What were the loans to customers in 2025?", ROW),
        ("How many loans in 2025?", None),
        ("How many accounts in 2025?", "40 thousand"),
    ],
)
def test_millions_of_money_are_no_millions_of_things(question: str, expected: str | None) -> None:
    check(question, COUNTS, expected)


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What were the customers in 2025?", "In EUR million.\n\n| Customers | Revenue\n2025 | 20 | 5", "20"),
        ("What were the customers in 2025?", "(in thousands)\n\n| 2025 | 2024\nCustomers | 20 | 30", ROW),
        ("What was the revenue in 2025?", "EUR million\n\nItem | 2025 | 2024\nRevenue | 20 | 30", "20 million"),
        ("What was the revenue in 2025?", "(EUR m)\n\nItem | 2025 | 2024\nRevenue | 20 | 30", "20 million"),
        (
            "What were loans per client in 2025?",
            "| 2025 | 2024\nLoans per client (EUR thousand) | 3 | 4",
            "€3 thousand",
        ),
        ("What were loans per client in 2025?", "| 2025 (EUR thousand) | 2024\nLoans per client | 3 | 4", ROW),
        ("What were loans per client in 2025?", "In EUR million.\n\n| 2025 | 2024\nLoans per client | 3 | 4", "3"),
        ("What was the revenue in 2025?", "| 2025 | 2024\n| $'000 | $'000\nRevenue | 5 | 6", "$5 thousand"),
        ("What was the revenue in 2025?", "| 2025 (€m) | 2024 (€m)\nRevenue | 5 | 6", "€5 million"),
        ("What was the revenue in 2025?", "In EUR million.\n\n| 2025 | 2024\nRevenue (EUR) | 5 | 6", ROW),
        ("What was the staff in 2025?", "| Income (EUR million) | Staff\n2025 | 20 | 5", ROW),
    ],
)
def test_a_scale_is_that_of_what_it_is_said_of(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


CASH = "Service | Fee\nCash withdrawal (own machines) | free\nCash withdrawal (machines of other banks) | EUR 5"
BALANCES = """Balance | Interest rate
Up to EUR 50,000 | 1.5%
From EUR 50,000 to EUR 100,000 | 1.0%
More than EUR 100,000 | 0.5%"""
ORDER = "Service | Fee\nTransfer from savings to current account | EUR 1\nOther things | EUR 2"


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What is the fee for a cash withdrawal?", CASH, None),
        ("What is the fee for a cash withdrawal at our own machines?", CASH, "free"),
        ("What is the fee for a cash withdrawal?", CASH.split("\nCash withdrawal (machines")[0], "free"),
        ("What is the interest rate for a balance of EUR 50,000?", BALANCES, None),
        ("What is the interest rate for a balance of EUR 70,000?", BALANCES, None),
        ("What is the interest rate for a balance of EUR 100,000?", BALANCES, None),
        ("What is the interest rate from EUR 50,000?", BALANCES, None),
        ("What is the interest rate for no more than EUR 100,000?", BALANCES, None),
        ("What is the interest rate up to EUR 50,000?", BALANCES, "1.5%"),
        ("What is the interest rate from EUR 50,000 to EUR 100,000?", BALANCES, "1.0%"),
        ("What is the rate for 10,000?", "Balance | Rate\n> 10,000 | 1%\nNone | 0%", None),
        ("What is the limit at age 12?", "Age | Limit\n12 to 17 | EUR 50\n18 and over | EUR 500", None),
        ("What is the fee for a transfer from the current account to savings?", ORDER, None),
        ("What is the fee for a transfer to Spain?", "To | Fee\nTransfer from Spain | 5\nCash | 6", None),
        ("What is the fee for a transfer from Spain?", "To | Fee\nTransfer into Spain | 5\nCash | 6", None),
        ("What is the fee for a transfer to Spain?", "Kind | Fee\nTransfer to Spain | 5\nCash | 6", "5"),
        ("What is the fee for a transfer from savings to the current account?", ORDER, "EUR 1"),
    ],
)
def test_a_row_is_meant_only_by_all_that_tells_it_from_others(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What percent were loans in 2025?", "Item | 2025 | 2024\nLoans | 5 | 6", None),
        ("What share were loans in 2025?", "Item | 2025 | 2024\nLoans | 5 | 6", None),
        ("How many loans were in 2025?", "Item | 2025 | 2024\nLoans (EUR) | 5 | 6", None),
        ("What percent were loans in 2025?", "Item | 2025 | 2024\nLoans | 5 % | 6 %", "5 %"),
    ],
)
def test_the_kind_of_unit_asked_for_is_that_of_the_cell(question: str, table: str, expected: str | None) -> None:
    check(question, table, expected)


SUMS = """In EUR million.

Item | 2025 | 2024
Revenue | 1,200 | 1,000
Costs | 200 | 100
Deposits (EUR thousand) | 500 | 400
Headcount | 987 | 900
Margin (%) | 41.5 | 35"""


@pytest.mark.parametrize(
    ("question", "table", "expected"),
    [
        ("What is the difference between revenue and costs in 2025?", SUMS, "1,000 million"),
        ("What is the difference between revenue and headcount in 2025?", SUMS, None),
        ("What is the ratio of revenue to headcount in 2025?", SUMS, None),
        ("What is the difference between revenue and deposits in 2025?", SUMS, None),
        ("What was the change in the margin from 2024 to 2025?", SUMS, "6.5 percentage points"),
        ("What was the change in headcount from 2024 to 2025?", SUMS, "87"),
        ("What was the change in revenue from 2024 to 2025?", "| Budget 2025 | 2024\nRevenue | 5 | 6", None),
        (
            "What was the change in loans from 2024 to 2025?",
            "Item | 2025 (EUR million) | 2024 (EUR thousand)\nLoans | 1,200 | 1,000",
            None,
        ),
        (
            "What is the difference between the annual fee for Gold and Red?",
            "Card | Monthly fee (EUR)\nGold | 6\nRed | 3",
            None,
        ),
    ],
)
def test_only_what_counts_the_same_is_computed_with(question: str, table: str, expected: str | None) -> None:
    found = asked(question, table, may_compute=True)
    assert (found and found.text) == expected

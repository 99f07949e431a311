"""A header is found by what its first row holds beside what stands below; where that may be values, there is none."""

from __future__ import annotations

import pytest

from corpus.table_header import header_rows, is_of_pairs

FEES = [["Cards", "1%", "2%", "3%"], ["Loans", "4%", "5%", "6%"]]


@pytest.mark.parametrize(
    "first",
    [
        ["Amount", "up to 10,000", "10,001 to 50,000", "over 50,000"],
        ["Amount", "up to EUR 10,000", "EUR 10,001 to EUR 50,000", "over EUR 50,000"],
        ["Amount", "under 10%", "10% – 20%", "20% and more"],
        ["Age", "over 60", "26-60", "up to 25"],
        ["Loan", "≤ 0.5m", "0.5m to 1m", "> 1m"],
        ["Fee", "Q1 2025", "Q2 2025", "Q3 2025"],
        ["Fee", "1H25", "2H25", "1H26"],
        ["Fee", "2024", "2025", "2026"],
        ["", "EUR 50", "EUR 100", "EUR 200"],
        ["Deposit", "EUR 50", "EUR 100", "EUR 200"],
        ["Months", "12", "24", "36"],
        ["Standard", "IAS 17", "ASC 606", "IAS 39"],
        ["", "EUR 500 a year", "EUR 900 a year", "none"],
        ["At the end of", "31.12.2025", "31.12.2024", "31.12.2023"],
    ],
)
def test_bands_quarters_years_sums_and_days_name_columns(first: list[str]) -> None:
    assert header_rows([first, *FEES]) == 1


@pytest.mark.parametrize(
    "rows",
    [
        # Answers, or what comes again below.
        [["Abroad", "yes", "no"], ["At home", "yes", "yes"]],
        [["Abroad", "yes", "no"], ["Limit", "5", "6"]],
        [["Lounge", "on request", "always"], ["Insurance", "on request", "at once"], ["Limit", "5", "6"]],
        [["Annual fee", "free"], ["Late fee", "EUR 15"]],
        # Amounts over amounts, or over words.
        [["Annual fee", "EUR 60", "EUR 80"], ["Late fee", "EUR 15", "EUR 20"]],
        [["Annual fee", "EUR 60", "EUR 80"], ["Lounge", "open", "closed"], ["Cash", "2%", "3%"]],
        [["Annual fee", "EUR 60", "free"], ["Late fee", "EUR 15", "EUR 20"]],
        [["Revenue", "$ 12,345", "$ 14,678"], ["Tax", "$ 90", "$ 120"]],
        [["Limit", "5", "6"], ["Price", "EUR 1", "EUR 2"]],
        # Values that don't rise, or bands that don't follow each other.
        [["Rooms", "3", "2", "5"], *FEES],
        [["Useful life", "3-5", "10-40", "5-7"], *FEES],
        [["Cover", "up to 10,000", "up to 20,000", "up to 30,000"], ["Fee", "EUR 5", "EUR 7", "EUR 9"]],
        [["Age", "up to 25", "26 to 60"], ["Years", "up to 5", "6 to 9"]],
    ],
)
def test_what_may_be_values_names_no_columns(rows: list[list[str]]) -> None:
    assert header_rows(rows) == 0


def test_headers_of_parts_that_are_alike_name_columns() -> None:
    rows = [
        ["Cards", "Amount", "Charged"],
        ["Fee", "5", "yearly"],
        ["Loans", "Amount", "Charged"],
        ["Fee", "6", "once"],
    ]
    assert header_rows(rows) == 1


def test_bands_below_the_name_of_their_group_belong_to_the_header() -> None:
    rows = [["", "Amount", "Amount"], ["Term", "up to 10,000", "over 10,000"], ["1 year", "5%", "6%"]]
    assert header_rows(rows) == header_rows(rows, known=1) == 2


def test_a_quarter_names_the_column_of_a_table_of_two() -> None:
    assert not is_of_pairs([["Fee", "Q1 2025"], ["Annual", "60"]])
    assert is_of_pairs([["Annual fee", "EUR 60"], ["Late fee", "EUR 15"]])

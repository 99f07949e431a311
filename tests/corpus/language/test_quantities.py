"""Quantities are the same however they are written, and others where number or unit differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.quantities import Quantity, agree, quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 euros", {("1000", "€")}),
        ("EUR 1000.00", {("1000", "€")}),
        ("one thousand euros", {("1000", "€")}),
        ("ten business days", {("10", "business day")}),
        ("10 working days", {("10", "business day")}),
        ("a 30-day period", {("30", "day")}),
        ("5 to 10 days", {("5", "day"), ("10", "day")}),
        ("$5–10", {("5", "$"), ("10", "$")}),
        ("$1.5 million; then 2 bn", {("1500000", "$"), ("2000000000", "")}),
        ("twenty-five per cent", {("25", "%")}),
        ("2.25%, 25 basis points", {("2.25", "%"), ("25", "bp")}),
        ("one of them may wait one month", {("1", "month")}),
        ("5 May 2024", {("5", "may"), ("2024", "")}),
        ("June 6, 2024", {("6", "jun"), ("2024", "")}),
        ("in 2023 EUR 40 were due", {("2023", ""), ("40", "€")}),
        ("section 5.1.2 and 12 CFR 1024.31", {("5.1.2", ""), ("12", ""), ("1024.31", "")}),
        ("a thousand times", {("1000", "")}),
        ("none at all", set()),
        ("one card, and no one pays", {("1", "")}),
        ("$5m or €10k, by 401k", {("5000000", "$"), ("10000", "€"), ("401000", "")}),
        ("a rate of -5%, (-$3)", {("-5", "%"), ("-3", "$")}),
        ("HK$500, US$500, CHF 500", {("500", "hk$"), ("500", "$"), ("500", "chf")}),
    ],
)
def test_numbers_are_read_with_their_units(text: str, expected: set[tuple[str, str]]) -> None:
    assert set(quantities(text)) == {Quantity(*each) for each in expected}


WORDS = {2: "two", 10: "ten", 14: "fourteen", 30: "thirty", 60: "sixty", 45: "forty-five", 1000: "one thousand"}
numbers = st.sampled_from(sorted(WORDS))
units = st.sampled_from(["business days", "days", "calendar days", "months", "years", "percent", "euros", "dollars"])


@given(numbers, units, numbers, units, st.booleans())
def test_other_numbers_and_other_units_never_agree(a: int, unit: str, b: int, other: str, in_words: bool) -> None:
    said = f"It takes {WORDS[a] if in_words else f'{a:,}'} {unit} in all."
    stated = f"In all it takes {b} {other} or so."
    assert agree(quantities(said), quantities(stated), "") == ((a, unit) == (b, other))


@given(st.text(alphabet="0123456789.,- €$%a onetwdayhurs", max_size=40))
def test_any_text_agrees_with_itself(text: str) -> None:
    assert agree(quantities(text), quantities(text), "")


def test_a_currency_may_stand_in_a_tables_head_but_a_time_must_be_named() -> None:
    assert agree(quantities("EUR 60"), quantities("Gold | 60"), "", in_table=True)
    assert not agree(quantities("EUR 3"), quantities("3. It costs EUR 5."), "")
    assert not agree(quantities("12%"), quantities("15% by article 12"), "")
    assert agree(quantities("60"), quantities("EUR 60"), "")
    assert not agree(quantities("60 days"), quantities("Gold | 60"), "Account | Notice in months")
    assert agree(quantities("60 days"), quantities("Gold | 60"), "Account | Notice in days")
    assert not agree(quantities("60 days"), quantities("60 business days"), "days")

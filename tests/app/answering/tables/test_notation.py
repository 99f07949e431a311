"""Numbers are read as their table writes them, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.tables.notation import Notation, notation_of, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("$ 1,200", "1200"),
        ("(38)", "-38"),
        ("$(1,234)", "-1234"),
        ("(2.5)%", "-2.5"),
        ("(2.5%)", "-2.5"),
        ("45-", "-45"),
        ("−15", "-15"),
        ("-$100", "-100"),
        ("1'250.5", "1250.5"),
        ("35 €", "35"),
        ("CHF 180.00", "180"),
        (".5", "0.5"),
    ],
)
def test_a_cell_of_one_number_is_that_number(text: str, value: str) -> None:
    assert number(text, Notation.ENGLISH) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "—", "-", "(38", "38)", "5 years", "1 250", "1 250,5", "300 CR", "1,234 (1)", "2.5m", "(-5)", "1.2.3", "12/5"],
)
def test_what_holds_more_or_less_than_a_number_is_none(text: str) -> None:
    for notation in Notation:
        assert number(text, notation) is None


@pytest.mark.parametrize(
    ("cells", "around", "notation"),
    [
        (["1.234", "987", "1.234,50"], "", Notation.CONTINENTAL),
        (["1.234", "987", "2.100.000"], "", Notation.CONTINENTAL),
        (["1.234", "987"], "", Notation.UNKNOWN),
        (["1.234", "987"], "Der Zuwachs betrug 12,5 % nach 3,25 %.", Notation.CONTINENTAL),
        (["1.234", "987"], "as section 4.12 says", Notation.UNKNOWN),
        (["1.234", "4.2"], "", Notation.UNKNOWN),  # a note's number, perhaps
        (["1.234", "0.987"], "", Notation.ENGLISH),
        (["1.234", "2.5 %"], "", Notation.ENGLISH),
        (["1.234,50", "1,234.50"], "", Notation.UNKNOWN),
        (["1,234", "987"], "All figures are audited.", Notation.ENGLISH),
        (["1,234", "987"], "Die Zahlen sind nicht geprüft und vorläufig.", Notation.UNKNOWN),
        (["1,234", "42.5%"], "", Notation.ENGLISH),
    ],
)
def test_the_notation_is_told_by_the_numbers_that_can_only_be_of_one(
    cells: list[str], around: str, notation: Notation
) -> None:
    assert notation_of(cells, around) is notation


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345"])
def test_what_may_be_either_is_no_number_of_an_unknown_notation(text: str) -> None:
    assert number(text, Notation.UNKNOWN) is None


def english(value: Decimal) -> str:
    return f"{value:,}"


def continental(value: Decimal) -> str:
    return english(value).translate(str.maketrans(",.", ".,"))


amounts = st.decimals(0, 10**9, places=2) | st.integers(0, 10**9).map(Decimal)


@given(amounts)
def test_a_number_is_read_as_it_was_written(value: Decimal) -> None:
    assert number(english(value), Notation.ENGLISH) == value
    assert number(continental(value), Notation.CONTINENTAL) == value


Write = Callable[[Decimal], str]


@given(amounts, st.sampled_from([english, continental]))
def test_without_a_known_notation_a_number_is_never_another(value: Decimal, write: Write) -> None:
    assert number(write(value), Notation.UNKNOWN) in (value, None)


@given(st.lists(amounts, min_size=1), st.sampled_from([english, continental]))
def test_a_table_is_never_read_in_the_other_notation(values: list[Decimal], write: Write) -> None:
    texts = [write(value) for value in values]
    told = notation_of(texts, "Zahlen, die nicht geprüft sind und vorläufig.")
    for value, text in zip(values, texts, strict=True):
        assert number(text, told) in (value, None)

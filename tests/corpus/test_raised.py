"""A raised mark never becomes a digit of the number before it."""

from __future__ import annotations

import pytest

from corpus.raised import ends, raised


@pytest.mark.parametrize(
    ("before", "mark", "expected"),
    [
        ("EUR 15", "2", "EUR 15 (note 2)"),
        ("1.25%", "1", "1.25% (note 1)"),
        ("EUR 15", "(2)", "EUR 15 (note 2)"),
        ("fee", "*", "fee (note *)"),
        ("fee", "a", "fee (note a)"),
        ("fee", "1, 2", "fee (notes 1, 2)"),
        ("25 m", "2", "25 m²"),
        ("25 km", "2", "25 km²"),
        ("the sum", "2", "the sum (note 2)"),
        ("4 items", "3", "4 items (note 3)"),
        ("10", "6", "10⁶"),
        ("10", "-6", "10⁻⁶"),
        ("EUR 10", "6", "EUR 10 (note 6)"),
        ("€10", "3", "€10 (note 3)"),
        ("10", "2", "10 (note 2)"),
        ("5 × 10", "2", "5 × 10²"),
        ("9.81 m/s", "2", "9.81 m/s²"),
        ("is included in", "2", "is included in (note 2)"),
        ("25 m", "7", "25 m (note 7)"),
        ("fee", "[1]", "fee (note 1)"),
        ("EUR 110", "6", "EUR 110 (note 6)"),
        ("4", "th", "4th"),
        ("5", "a", "5 (note a)"),
        ("", "2", "Note 2: "),
        ("Note 1: in the EU.", "2", "Note 1: in the EU. Note 2: "),
        ("word", "total", "wordtotal"),
        ("15", "1–3", "15 (raised 1–3)"),
        ("7", "12a", "7 (raised 12a)"),
        ("15", "e", "15 (note e)"),
        ("10", "3", "10 (note 3)"),
        ("EUR 12", "95", "EUR 12 (raised 95)"),
        ("EUR 12", "12", "EUR 12 (note 12)"),
        ("(1 + r)", "12", "(1 + r)^12"),
        ("x", "2", "x^2"),
        ("Note that it is due.", "2", "Note that it is due. (note 2)"),
        ("fee", " ", "fee"),
    ],
)
def test_what_a_raised_mark_is(before: str, mark: str, expected: str) -> None:
    assert before + raised(before, mark) == expected


@pytest.mark.parametrize("before", ["Note 1: in the EU. " + "word " * 5000 + "end.", "word " * 5000 + "EUR 15"])
def test_of_a_long_text_little_is_looked_at_and_means_the_same(before: str) -> None:
    assert len(ends(before)) < 200
    assert raised(ends(before), "2") == raised(before, "2")

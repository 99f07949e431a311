"""What a header names for the numbers under it, and the dates and times that are read with what they say."""

from __future__ import annotations

import pytest

from eval.scoring.metrics.numbers import meets, quantities, same
from eval.scoring.metrics.units import named_in


@pytest.mark.parametrize(
    ("head", "factor", "unit"),
    [
        ("EUR", 1, "€"),
        ("fee in EUR", 1, "€"),
        ("Main card (EUR a year)", 1, "€"),
        ("Fee for each month (EUR)", 1, "€"),
        ("Rate (% a year)", 1, "%"),
        ("Price, %", 1, "%"),
        ("Ready within (business days)", 1, "business day"),
        ("Fixed period (years)", 1, "year"),
        ("(in millions)", 10**6, ""),
        ("In EUR million, except per share", 10**6, "€"),
        ("$ million", 10**6, "$"),
        ("2019 €m", 10**6, "€"),
        ("US$’000", 1000, "$"),
        ("RMB’Million", 10**6, ""),
    ],
)
def test_a_header_names_the_unit_and_scale_of_its_numbers(head: str, factor: int, unit: str) -> None:
    assert named_in(head) == (factor, unit)


@pytest.mark.parametrize(
    "head",
    ["Balances above one million", "Fee for 5 days", "Cut-off time", "Year ended December 31, 2019", "", "Model m"],
)
def test_a_header_may_name_none(head: str) -> None:
    assert named_in(head) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("31 January", 131, "date"),
        ("January 31st", 131, "date"),
        ("March 2026", 20260300, "date"),
        ("15:30", 1530, "time"),
        ("7 p.m.", 1900, "time"),
        ("12 am", 0, "time"),
        ("12:05 pm", 1205, "time"),
    ],
)
def test_parts_of_dates_and_times_of_day_are_quantities(text: str, value: int, unit: str) -> None:
    assert [(each.value, each.unit) for each in quantities(f"by {text} it is")] == [(value, unit)]


@pytest.mark.parametrize("text", ["you may 30", "ratio 3:2", "31 February", "25:00"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert not {each.unit for each in quantities(text)} & {"date", "time"}


@pytest.mark.parametrize(
    ("own", "gold", "alike", "met"),
    [
        ("31 January 2026", "31 January", True, True),
        ("31 January", "31 January 2026", True, False),
        ("31 March", "31 January", False, False),
        ("40", "EUR 40", True, False),
        ("EUR 40", "40", True, True),
        ("40 days", "40", False, False),
        ("19:00", "19", False, False),
    ],
)
def test_a_gold_quantity_is_met_by_what_has_all_of_it(own: str, gold: str, alike: bool, met: bool) -> None:
    (ours,), (asked,) = quantities(own), quantities(gold)
    assert (same(ours, asked), meets(ours, asked)) == (alike, met)

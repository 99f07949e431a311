"""Quantities are read whatever their spelling, and compared with their units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scoring.metrics.numbers import numeric_match, quantities, same, unsupported


def read(text: str) -> list[tuple[float, str]]:
    return [(float(quantity.value), quantity.unit) for quantity in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,000", 1000, ""),
        ("1.5", 1.5, ""),
        (".5", 0.5, ""),
        ("12,345,678.90", 12345678.9, ""),
        ("EUR 100\u00a0000", 100000, "€"),
        ("10%", 10, "%"),
        ("10 per cent", 10, "%"),
        ("ten percent", 10, "%"),
        ("2.5 percentage points", 2.5, "%"),
        ("25 basis points", 0.25, "%"),
        ("25bps", 0.25, "%"),
        ("$1,577.00", 1577, "$"),
        ("US$5", 5, "$"),
        ("C$5", 5, "$"),
        ("$5 USD", 5, "$"),
        ("12 U.S. dollars", 12, "$"),
        ("EUR 3,500", 3500, "€"),
        ("EUR3500", 3500, "€"),
        ("€ 40", 40, "€"),
        ("40€", 40, "€"),
        ("3.50 euros", 3.5, "€"),
        ("GBP 7", 7, "£"),
        ("seven pounds", 7, "£"),
        ("USD 1.2 million", 1_200_000, "$"),
        ("1.2bn", 1_200_000_000, ""),
        ("1.2 bn euros", 1_200_000_000, "€"),
        ("3 mn", 3_000_000, ""),
        ("€3m", 3_000_000, "€"),
        ("$5K", 5000, "$"),
        ("$2B", 2_000_000_000, "$"),
        ("-5%", -5, "%"),
        ("–5", -5, ""),
        ("-$5", -5, "$"),
        ("€-5", -5, "€"),
        ("ten days", 10, "day"),
        ("ten business days", 10, "business day"),
        ("10 working days", 10, "business day"),
        ("10 banking business days", 10, "business day"),
        ("1 working day", 1, "business day"),
        ("7 calendar days", 7, "calendar day"),
        ("7 consecutive days", 7, "day"),
        ("a", None, None),
        ("30-day", 30, "day"),
        ("30\ndays", 30, "day"),
        ("twenty-one-day", 21, "day"),
        ("5 day(s)", 5, "day"),
        ("six weeks", 6, "week"),
        ("12 months", 12, "month"),
        ("2 years", 2, "year"),
        ("24 hours", 24, "hour"),
        ("24 hrs", 24, "hour"),
        ("15 mins", 15, "minute"),
        ("10 seconds", 10, "second"),
        ("thirty (30) days", 30, "day"),
        ("30 (thirty) days", 30, "day"),
        ("two million (2,000,000) euros", 2_000_000, "€"),
    ],
)
def test_a_quantity_is_its_value_and_unit(text: str, value: float | None, unit: str | None) -> None:
    if value is None:
        assert read(text) == []
        return
    assert read(text) == [(pytest.approx(value), unit)]
    (quantity,) = quantities(f"It is {text}, they say.")
    assert f"It is {text}, they say."[quantity.start : quantity.end].endswith(text.removeprefix("C"))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("ten", 10),
        ("nineteen", 19),
        ("twenty-one", 21),
        ("Twenty one", 21),
        ("a hundred", 100),
        ("two hundred and fifty", 250),
        ("fifteen hundred", 1500),
        ("one thousand", 1000),
        ("one hundred and fifty thousand", 150_000),
        ("one thousand, two hundred", 1200),
        ("two thousand and five", 2005),
        ("a million", 1_000_000),
        ("one million two hundred thousand and five", 1_200_005),
        ("three billion, one million, four thousand and one", 3_001_004_001),
        ("five trillion", 5_000_000_000_000),
        ("one trillion", 1_000_000_000_000),
    ],
)
def test_numbers_are_read_in_words(words: str, value: int) -> None:
    assert read(words) == [(value, "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("between one hundred and two hundred", [(100, ""), (200, "")]),
        ("between one thousand and two thousand", [(1000, ""), (2000, "")]),
        ("between one thousand and two hundred thousand", [(1000, ""), (200_000, "")]),
        ("one million, two of which", [(1_000_000, ""), (2, "")]),
        ("ten, twenty", [(10, ""), (20, "")]),
    ],
)
def test_neighbouring_numbers_in_words_stay_apart(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "one of a kind",
        "a day off, a third, a few",
        "half a million",
        "the 5th and the 1st, two-thirds, the two-factor login",
        "COVID-19, B2B, Form 10-K, 401k, 3m",
        "section 5.1.2 and 1,23",
        "as said [2], [1, 3] and [4-6]",
        "1. Pay the fee.\n2) Wait.\n  (3) Leave.\n- 4. Come back.",
    ],
)
def test_pronouns_names_and_counters_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_one_counts_with_a_unit() -> None:
    assert read("one month or one euro for one customer") == [(1, "month"), (1, "€")]


def test_a_time_counts_where_it_is_a_duration_and_not_a_rate() -> None:
    assert read("within a month") == [(1, "month")]
    assert read("after an hour") == [(1, "hour")]
    assert read("less than a euro") == [(1, "€")]
    assert read("EUR 5 a month, 24 hours a day") == [(5, "€"), (24, "hour")]


def test_a_number_at_the_end_of_a_line_is_no_counter() -> None:
    assert read("10.") == [(10, "")]
    assert read("The fee is\n10.\nIt is due") == [(10, "")]


def test_a_sign_before_the_next_number_is_of_that_number() -> None:
    assert read("In 2023 EUR 40 were due") == [(2023, ""), (40, "€")]
    assert read("$500 30-day limit") == [(500, "$"), (30, "day")]
    assert read("a EUR 5 day rate") == [(5, "€")]
    assert read("kEUR 5") == [(5, "")]
    assert read("Profit 40 $ (7)") == [(40, "$"), (7, "")]
    assert read("EUR 5-EUR 10") == [(5, "€"), (10, "€")]


def test_cells_and_paragraphs_keep_their_units_to_themselves() -> None:
    assert read("2023\t% change") == [(2023, "")]
    assert read("Fee in EUR\t5") == [(5, "")]
    assert read("Form 7\n\nDays of rest") == [(7, "")]
    assert read("Limit 7\n- Days of rest") == [(7, "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 to 10 business days", [(5, "business day"), (10, "business day")]),
        ("5-10%", [(5, "%"), (10, "%")]),
        ("two or three months", [(2, "month"), (3, "month")]),
        ("$5–10", [(5, "$"), (10, "$")]),
        ("5-10", [(5, ""), (10, "")]),
        ("Item 4 – 30 days", [(4, ""), (30, "day")]),
        ("Item 4 to EUR 5", [(4, ""), (5, "€")]),
        ("item 4, 30 days", [(4, ""), (30, "day")]),
        ("5 to 2024-05-05", [(5, ""), (20240505, "date")]),
    ],
)
def test_both_ends_of_a_range_have_its_unit(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a loss of $(1,234)", [(-1234, "$")]),
        ("a loss of $(1.2) million", [(-1_200_000, "$")]),
        ("a loss of $(1.2 million)", [(-1_200_000, "$")]),
        ("Net loss | (1,234) | 56", [(-1234, ""), (56, "")]),
        ("Net loss\t$ (1,234)\t(5.5)%", [(-1234, "$"), (-5.5, "%")]),
        ("Net loss  (1,234)  (5%)", [(-1234, ""), (-5, "%")]),
        ("Net loss | (€ 7)", [(-7, "€")]),
        ("Net loss\t7\t(7)\nTax | (8)\n", [(7, ""), (-7, ""), (-8, "")]),
        ("ten $(4)", [(10, ""), (-4, "$")]),
        ("$(5 or more)", [(5, "")]),
        ("the limit (1,234) applies", [(1234, "")]),
        ("Note (2) | 100", [(2, ""), (100, "")]),
        ("(2)", [(2, "")]),
        ("  (2)", [(2, "")]),
        ("at  (30) days", [(30, "")]),
    ],
)
def test_brackets_are_negative_in_tables_and_behind_a_currency_sign(
    text: str, expected: list[tuple[float, str]]
) -> None:
    assert read(text) == expected


def test_the_brackets_of_a_negative_amount_are_part_of_it() -> None:
    for text, written in (("Loss | (7)", "(7)"), ("Loss | (7)%", "(7)%"), ("a loss of $(7) million", "$(7) million")):
        (quantity,) = quantities(text)
        assert text[quantity.start : quantity.end] == written


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_is_one_quantity_in_every_spelling(day: date) -> None:
    month, ordinal = f"{day:%B}", {1: "st", 2: "nd", 3: "rd"}.get(day.day, "th")
    spellings = [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{day.day}{ordinal} of {month}, {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{month[:3]}. {day.day}{ordinal} {day.year}",
    ]
    for spelling in spellings:
        text = f"From {spelling}: EUR 5."
        (found, _) = quantities(text)
        assert (found.value, found.unit) == (int(f"{day:%Y%m%d}"), "date")
        assert text[found.start : found.end] == spelling


def test_what_is_no_date_is_read_as_numbers() -> None:
    assert read("31 February 2024") == [(31, ""), (2024, "")]
    assert read("2024-13-01")[0] == (2024, "")


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@given(amounts, st.sampled_from([("EUR {}", "{} euros", "€{}", "€ {}"), ("${}", "USD {}", "{} dollars", "US$ {}")]))
def test_an_amount_is_the_same_in_every_spelling(amount: Decimal, spellings: tuple[str, ...]) -> None:
    read_back = [quantities(s.format(n)) for s in spellings for n in (f"{amount:,}", f"{amount:f}")]
    assert all(len(found) == 1 for found in read_back)
    assert all(same(found[0], read_back[0][0]) for found in read_back)
    assert read_back[0][0].value == amount


@given(st.integers(1, 9_999))
def test_a_scale_is_worth_its_zeros(thousands: int) -> None:
    scaled = quantities(f"EUR {thousands} thousand; EUR {Decimal(thousands) / 1000} million; EUR {thousands}k")
    assert [q.value for q in scaled] == [thousands * 1000] * 3


pieces = st.sampled_from(
    ["EUR 5", "ten", "10%", "1.2 million", "30-day", "one", "a", "(7)", "|", "5 May 2024", "[2]", "-", "to", "1.", "\n",
     "days", "two hundred", "$", "and", "%", "thirty (30)", "$(4)", ",", "\t"]
)  # fmt: skip


@given(st.lists(pieces, max_size=12).map(" ".join))
def test_quantities_come_in_order_and_their_characters_say_what_they_are(text: str) -> None:
    end = 0
    for quantity in quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        end = quantity.end
        written = text[quantity.start : quantity.end]
        assert written == written.strip()
        # Alone it says the same, but for what its place says: the unit of a range, and the bars around brackets.
        (alone,) = quantities(written)
        assert abs(alone.value) == abs(quantity.value)
        assert alone.unit in (quantity.unit, "")


def test_the_same_number_of_another_unit_is_another_quantity() -> None:
    assert not same(*quantities("ten business days; ten days"))
    assert not same(*quantities("10 calendar days; 10 days"))
    assert not same(*quantities("EUR 10; USD 10"))
    assert not same(*quantities("10%; EUR 10"))
    assert not same(*quantities("12 months; 1 year"))
    assert same(*quantities("10 working days; ten business days"))
    assert not same(*quantities("EUR 10; EUR 11"))
    assert not same(*quantities("EUR 10; EUR -10"))


def test_a_plain_number_goes_with_money_and_percentages_only() -> None:
    for other in ("EUR 10", "$10", "£10", "10%", "ten"):
        plain, with_unit = quantities(f"10; {other}")
        assert same(plain, with_unit)
        assert same(with_unit, plain)
    assert not same(*quantities("10; 10 days"))
    assert not same(*quantities("20240505; 2024-05-05"))


def test_the_tolerance_is_relative_to_the_larger() -> None:
    a, b = quantities("EUR 90 and EUR 100")
    assert same(a, b, 0.1)
    assert same(b, a, 0.1)
    assert not same(a, b, 0.099)
    assert same(*quantities("EUR 0; EUR 0"), 0.1)


def test_dates_and_years_have_no_tolerance() -> None:
    assert not same(*quantities("2024-05-05; 2024-05-06"), 0.5)
    assert not same(*quantities("2023; 2024"), 0.5)
    assert same(*quantities("2024; 2024"), 0.5)
    assert same(*quantities("EUR 2023; EUR 2024"), 0.5)


def test_the_share_of_the_gold_quantities_is_counted() -> None:
    assert numeric_match("It takes 10 days and EUR 5.", "ten days, five euros") == 1.0
    assert numeric_match("It takes 10 days.", "ten days, five euros") == 0.5
    assert numeric_match("It takes 10 business days.", "ten days") == 0.0
    assert numeric_match("", "ten days") == 0.0
    assert numeric_match("It takes 10 days.", "It takes long.") is None
    assert numeric_match("EUR 99", "EUR 100", tolerance=0.01) == 1.0
    assert numeric_match("EUR 99", "EUR 100") == 0.0


def test_what_no_source_says_is_unsupported() -> None:
    answer = "You pay 2.25% (at least EUR 3.50) within 14 days."
    sources = ["Cash costs 2.25% of the amount.", "The least is 3.50 euros, due within ten days."]
    (found,) = unsupported(answer, sources)
    assert answer[found.start : found.end] == "14 days"
    assert len(unsupported(answer, [])) == 3
    assert unsupported("No number.", []) == []
    assert unsupported("Gold costs EUR 60.", ["Card | EUR a year\nGold | 60"]) == []


@given(
    st.lists(pieces | st.text(max_size=3) | st.sampled_from(["ſix", "fıve", "mİllion", "dayſ", "eıght"]), max_size=8)
)
def test_no_text_is_too_odd_to_be_read(parts: list[str]) -> None:
    for text in ("".join(parts), " ".join(parts)):
        assert all(same(quantity, quantity) for quantity in quantities(text))


def test_letters_that_only_look_alike_are_read_alike() -> None:
    assert read("ſix dayſ, fıve mİllion") == [(6, "day"), (5_000_000, "")]
    assert read("$5\u212a") == [(5000, "$")]
    assert read("9" * 5000 + " million") != []


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["5" + " " * 5000, "a hundred and ", "(5 ", "1,", "5\n", "[1, ", "one million ", "| (5) "]
)
def test_odd_text_is_read_quickly(piece: str) -> None:
    quantities(piece * (10_000 // len(piece)))

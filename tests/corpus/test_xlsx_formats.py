"""Numbers, dates and text of a workbook stand as a spreadsheet program shows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders.xlsx.display import Value, cell_text

FORMATS: list[tuple[float, str, str]] = [
    # numbers
    (1234.567, "0", "1235"),
    (1234.567, "0.00", "1234.57"),
    (1234.567, "#,##0", "1,235"),
    (1234.567, "#,##0.00", "1,234.57"),
    (0.5, "#.##", ".5"),
    (0.5, "0.##", "0.5"),
    (5, "0.0#", "5.0"),
    (5.25, "0.0??", "5.25"),
    (417, "00000", "00417"),
    (417, "0,000", "0,417"),
    (1.005, "0.00", "1.01"),
    (-2.5, "0", "-3"),
    (0, "#", ""),
    (417123, '000"-"000', "417-123"),
    (4917612345, "(000) 000-0000", "(491) 761-2345"),
    (123456789, "000-00-0000", "123-45-6789"),
    (12345678, "00 00 00 00", "12 34 56 78"),
    # percent
    (0.0225, "0.00%", "2.25%"),
    (0.5, "0%", "50%"),
    (-0.005, "0.00%;[Red]-0.00%", "-0.50%"),
    (11.9, '0.00"%"', "11.90%"),
    (9.25, "0.00\\%", "9.25%"),
    (0.0225, "0.00 %", "2.25 %"),
    # currencies and units
    (1250.5, '#,##0.00 "EUR"', "1,250.50 EUR"),
    (180, "[$CHF] #,##0.00", "CHF 180.00"),
    (180, "#,##0.00 [$CHF-807]", "180.00 CHF"),
    (35, "#,##0 [$€-407]", "35 €"),
    (35, "[$€-2] #,##0.00", "€ 35.00"),
    (12.5, '"$"#,##0.00', "$12.50"),
    (1234.5, "[$-409]#,##0.00", "1,234.50"),
    (14, '0" business days"', "14 business days"),
    (125, '0" bp"', "125 bp"),
    (2.5, "0.0x", "2.5x"),
    (20, "_-[$£-809]* #,##0.00_-", "£20.00"),
    (-20, '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', "$(20.00)"),
    (0, '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', "$-"),
    (180, '"CHF"* #,##0.00', "CHF 180.00"),
    # sections, conditions and colours
    (-1234, "#,##0;(#,##0)", "(1,234)"),
    (-1234, "#,##0_);[Red](#,##0)", "(1,234)"),
    (-1234, "#,##0;[Red]-#,##0", "-1,234"),
    (-5, "0;0", "5"),
    (0, '#,##0.00;-#,##0.00;"free of charge"', "free of charge"),
    (3, '0.00;-0.00;"nil";"Ref. "@', "3.00"),
    (-3, '0.00;"minus "0.00;"nil"', "minus 3.00"),
    (3, ";;;", ""),
    (150, '[>=100]0" or more";0', "150 or more"),
    (50, '[>=100]0" or more";0', "50"),
    (1, '[=1]0" month";[<12]0" months";0" (a year or more)"', "1 month"),
    (6, '[=1]0" month";[<12]0" months";0" (a year or more)"', "6 months"),
    (24, '[=1]0" month";[<12]0" months";0" (a year or more)"', "24 (a year or more)"),
    # scale
    (2500000, '0.0,,"m"', "2.5m"),
    (48300, '#,##0,"k"', "48k"),
    (1234567890, '#,##0.0,, "million"', "1,234.6 million"),
    # scientific and fractions
    (12345, "0.00E+00", "1.23E+04"),
    (0.00012, "0.0E+0", "1.2E-4"),
    (12345, "##0.0E+0", "12.3E+3"),
    (1.5, "# ?/?", "1 1/2"),
    (0.75, "# ?/?", "3/4"),
    (3.3125, "# ??/16", "3 5/16"),
    (2, "# ?/?", "2"),
    (1.5, "?/?", "3/2"),
    (1.000125, "0.0000%", "100.0125%"),
    (12345.67, "0.00%", "1234567.00%"),
    (12.5, '#,##0.00\\ "€"', "12.50 €"),
    # General
    (123456789012, "General", "123456789012"),
    (10 / 3, "General", "3.333333333"),
    (0.1 + 0.2, "General", "0.3"),
    (3000, "General", "3000"),
    (-1.5, 'General" units"', "-1.5 units"),
    # dates and times; a full date is in ISO form
    (46082, "dd.mm.yyyy", "2026-03-01"),
    (46082, "d-mmm-yy", "2026-03-01"),
    (46082, "m/d/yyyy", "2026-03-01"),
    (46082, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2026-03-01"),
    (46082, '"valid from "d mmmm yyyy', "valid from 2026-03-01"),
    (46082, "mmmm yyyy", "March 2026"),
    (46082, "[$-407]mmmm yyyy", "März 2026"),
    (46082, "yyyy", "2026"),
    (46082, '"Q1 "yyyy', "Q1 2026"),
    (46082, "mm/yyyy", "03/2026"),
    (46082, "mmm-yy", "Mar 2026"),
    (46082, "d mmmm", "1 March"),
    (46082, "dd/mm", "1 March"),
    (46082, "dddd", "Sunday"),
    (46082.604166666664, "yyyy-mm-dd hh:mm", "2026-03-01 14:30"),
    (46082.604166666664, "m/d/yy h:mm AM/PM", "2026-03-01 2:30 PM"),
    (14.5 / 24, "hh:mm", "14:30"),
    (14.5 / 24, "h:mm AM/PM", "2:30 PM"),
    (14.5 / 24 + 5.25 / 86400, "hh:mm:ss.00", "14:30:05.25"),
    (36.25 / 24, "[h]:mm", "36:15"),
    (36.25 / 24, "[mm]:ss", "2175:00"),
    (36.25 / 24, "h:mm", "12:15"),
    (1.5 / 24, '[h]" h "mm" min"', "1 h 30 min"),
]


@pytest.mark.parametrize(("value", "number_format", "shown"), FORMATS)
def test_a_number_is_as_its_format_shows_it(value: float, number_format: str, shown: str) -> None:
    assert cell_text(value, number_format) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        # What would be a loss in red only has its minus; "3/4" and "Mar-26" could be read in two ways.
        (-1234, "#,##0;[Red]#,##0", "-1,234"),
        (-1234, '#,##0 "EUR";[Red]#,##0 "EUR"', "-1,234 EUR"),
        (-1234, '#,##0 "credit";[Red]#,##0 "debit"', "1,234 debit"),
        (-50, "[>=100]0;0.0", "-50.0"),
        (-0.5, "[<0]0%;0", "50%"),
        (5, "#.##", "5"),
        (0.00001234, "General", "0.00001234"),
        (1.5, "0 USD", "2 USD"),
        (46082, 'yyyy" half "1', "2026 half 1"),
        (-1, "yyyy-mm-dd", "#####"),
        (-0.5, "[h]:mm", "-12:00"),
        (0, "dd.mm.yyyy", "1900-01-00"),
        (59, "dd.mm.yyyy", "1900-02-28"),
        (61, "dd.mm.yyyy", "1900-03-01"),
        (12, "%" * 300, "12"),
        (12, '0.00"', "12.00"),
        (12, "@", "12"),
    ],
)
def test_what_a_format_leaves_open(value: float, number_format: str, shown: str) -> None:
    assert cell_text(value, number_format) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (None, "0", ""),
        (True, "General", "yes"),
        ("Custody", "General", "Custody"),
        ("4711", '"Ref. "@', "Ref. 4711"),
        ("4711", '0;-0;0;"Ref. "@', "Ref. 4711"),
        ("4711", ";;;", ""),
        (date(2026, 3, 1), "mmmm yyyy", "March 2026"),
        (date(2026, 3, 1), "General", "2026-03-01"),
        (datetime(2026, 3, 1, 14, 30), "General", "2026-03-01 14:30"),
        (datetime(2026, 3, 1, 14, 30), "d.m.yyyy hh:mm", "2026-03-01 14:30"),
        (datetime(2026, 3, 1, 14, 30), "d.m.yyyy", "2026-03-01"),
        (time(14, 30), "hh:mm", "14:30"),
        (timedelta(hours=36, minutes=15), "[h]:mm", "36:15"),
    ],
)
def test_a_value_of_another_type_is_as_its_format_shows_it(value: Value, number_format: str, shown: str) -> None:
    assert cell_text(value, number_format) == shown


def test_a_workbook_may_count_its_days_from_1904() -> None:
    assert cell_text(46082 - 1462, "dd.mm.yyyy", date1904=True) == "2026-03-01"
    assert cell_text(0, "dd.mm.yyyy", date1904=True) == "1904-01-01"


@given(st.floats(allow_nan=True), st.text('0#?.,%E+-/"\\_*[]$<>=hdmsy:;@ General', max_size=30), st.booleans())
def test_no_format_and_no_number_breaks_it(value: float, number_format: str, date1904: bool) -> None:
    assert cell_text(value, number_format, date1904).isprintable()

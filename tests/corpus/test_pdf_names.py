"""The names of a PDF's columns: of several lines, above each other, between rules, in bold, and apart from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content, Kind
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import Print, blocks, body, bold

RULE = tuple[float, float, float]  # height, left and right edge


def pdf(path: Path, page: Iterable[Print], *rules: RULE, upright: Iterable[RULE] = ()) -> Content:
    """One page with print, level rules, and upright ones at an edge from one height to another."""
    canvas = Canvas(str(path / "names.pdf"), pagesize=(595, 842))
    for font, size, x, y, text in page:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    for y, left, right in rules:
        canvas.line(left, y, right, y)
    for x, low, high in upright:
        canvas.line(x, low, x, high)
    canvas.showPage()
    canvas.save()
    return load(path / "names.pdf", Limits())


def at(y: float, *cells: tuple[float, str]) -> list[Print]:
    return [part for x, text in cells for part in body(x, y, text)]


def table(content: Content) -> list[tuple[Kind, str]]:
    return [(kind, text) for _, kind, text in blocks(content) if kind in (Kind.HEADER, Kind.ROW)]


INTRODUCTION = body(72, 780, "What all of the boats and ships have paid us, and what they still have to pay, is this.")


def rows(top: float, *columns: float) -> list[Print]:
    """Boats with 11, 12 …, and ships with 21, 22 … in the columns."""
    return [
        part
        for row, label in enumerate(("Boats", "Ships"), start=1)
        for part in at(top + 12 - 12 * row, (72, label), *((x, f"{row}{n}") for n, x in enumerate(columns, start=1)))
    ]


def test_the_line_of_names_that_brings_the_label_is_in_the_header(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "Amount"), (440, "Duration")),
        *at(738, (72, "Kind"), (300, "paid"), (360, "Rest"), (440, "(in days)")),
        *rows(726, 300, 360, 440),
    ]
    assert table(pdf(tmp_path, page)) == [
        (Kind.HEADER, "Kind | Amount paid | Rest | Duration (in days)"),
        (Kind.ROW, "Boats | 11 | 12 | 13"),
        (Kind.ROW, "Ships | 21 | 22 | 23"),
    ]


def test_a_row_of_words_below_columns_of_words_is_no_header(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "Paint"), (440, "Wood")),
        *at(738, (72, "Boats"), (300, "blue"), (440, "oak")),
        *at(726, (72, "Ships"), (300, "red"), (440, "pine")),
    ]
    assert [kind for kind, _ in table(pdf(tmp_path, page))] == [Kind.HEADER, Kind.ROW, Kind.ROW]


def test_bold_names_right_above_their_columns_are_no_heading(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        bold(72, 755, "Fees of the harbour"),
        bold(350, 735, "Half a year"),
        bold(72, 723, "Kinds of fees that boats and ships pay"),
        bold(295, 723, "Spring of 2031"), bold(400, 723, "Autumn of 2031"),
        *rows(709, 320, 425),
        *body(72, 160, *["All of this is what the document consists of, so it is neither bold nor large."] * 4),
    ]  # fmt: skip
    content = pdf(tmp_path, page)
    assert (1, Kind.HEADING, "Fees of the harbour") in blocks(content)
    assert table(content)[0] == (
        Kind.HEADER,
        "Half a year Kinds of fees that boats and ships pay | Spring of 2031 | Autumn of 2031",
    )


@pytest.mark.parametrize(("edges", "first"), [((290, 440), "Year "), ((350, 440), "")])
def test_a_name_is_that_of_the_columns_over_which_its_rule_goes(
    tmp_path: Path, edges: tuple[float, float], first: str
) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (355, "Year")),
        *at(736, (300, "2031"), (360, "2030"), (420, "2029"), (480, "Total")),
        *rows(722, 303, 363, 423, 483),
    ]
    content = pdf(tmp_path, page, (747, *edges))
    assert table(content)[0] == (Kind.HEADER, f"| {first}2031 | Year 2030 | Year 2029 | Total")


def test_a_name_that_ends_where_the_one_below_does_is_one_name_with_it(tmp_path: Path) -> None:
    def flush(y: float, *cells: tuple[float, str]) -> list[Print]:
        return at(y, *((right - stringWidth(text, "Helvetica", 10), text) for right, text in cells))

    page = [
        *INTRODUCTION,
        *flush(750, (340, "Percent"), (460, "Percent")),
        *flush(738, (280, "Amount"), (340, "of all"), (400, "Amount"), (460, "of all")),
        *rows(724, 265, 325, 385, 445),
    ]
    assert table(pdf(tmp_path, page))[0][1] == "| Amount | Percent of all | Amount | Percent of all"


def test_names_between_rules_are_whole_where_the_rows_have_no_rules(tmp_path: Path) -> None:
    page = [
        *body(72, 780, "Fees of the harbour in the year 2031"),
        *body(80, 752, "Length of the boat,"), *body(80, 740, "from bow to stern"),
        *body(330, 758, "Share of the fee"), *body(330, 746, "that is due at"), *body(330, 734, "once"),
        *at(718, (72, "Less than 10 metres ......................"), (330, "12 percent")),
        *at(706, (72, "Between 10 and 20 metres ..........."), (330, "25 percent")),
        *at(694, (72, "More than 20 metres ....................."), (330, "40 percent")),
    ]  # fmt: skip
    content = pdf(tmp_path, page, (770, 70, 500), (730, 70, 500), (688, 70, 500), upright=[(320, 688, 770)])
    assert table(content) == [
        (Kind.HEADER, "Length of the boat, from bow to stern | Share of the fee that is due at once"),
        (Kind.ROW, "Less than 10 metres | 12 percent"),
        (Kind.ROW, "Between 10 and 20 metres | 25 percent"),
        (Kind.ROW, "More than 20 metres | 40 percent"),
    ]


def test_sides_of_cells_that_are_drawn_together_are_rules(tmp_path: Path) -> None:
    """As browsers print them: the right and lower side of a cell are the outline of one L."""
    canvas = Canvas(str(tmp_path / "names.pdf"), pagesize=(595, 842))
    cells = [
        [["Kind of boat"], ["Then it is due"]],
        [["A boat that has", "Oars or sails"], ["Each year, before the", "End of the winter"]],
        [["Any ship"], ["At once"]],
    ]
    for row, texts in enumerate(cells):
        top = 700 - 40 * row
        for lines, left, right in zip(texts, (72, 168), (168, 300), strict=True):
            for number, text in enumerate(lines, start=1):
                canvas.drawString(left + 4, top - 14 * number, text)
            outline = canvas.beginPath()
            corners = [(right, top), (right, top - 40), (left, top - 40), (left, top - 39), (right - 1, top - 39)]
            outline.moveTo(right - 1, top)
            for corner in corners:
                outline.lineTo(*corner)
            outline.close()
            canvas.drawPath(outline, stroke=0, fill=1)
    canvas.line(72, 700, 300, 700)
    canvas.showPage()
    canvas.save()
    assert table(load(tmp_path / "names.pdf", Limits())) == [
        (Kind.HEADER, "Kind of boat | Then it is due"),
        (Kind.ROW, "A boat that has Oars or sails | Each year, before the End of the winter"),
        (Kind.ROW, "Any ship | At once"),
    ]


def test_a_label_of_two_lines_is_one_where_rows_stand_farther_apart(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "2031"), (360, "2030")),
        *at(732, (72, "Boats"), (300, "11"), (360, "12")),
        *at(716, (72, "Ships"), (300, "21"), (360, "22")),
        *at(700, (72, "Rafts of all kinds,")),
        *at(690, (72, "Wooden ones too"), (300, "31"), (360, "32")),
        *at(674, (72, "Others")),
        *at(658, (80, "Canoes"), (300, "41"), (360, "42")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][3:] == [
        "Rafts of all kinds, Wooden ones too | 31 | 32",
        "Others",
        "Canoes | 41 | 42",
    ]


def test_a_currency_sign_right_behind_a_label_belongs_to_its_number(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "2031"), (380, "2030")),
        *at(738, (72, "Boats"), (280, "$"), (305, "11"), (360, "$"), (385, "12")),
        *at(726, (72, "Ships that were built elsewhere, of whatever age $"), (305, "21"), (360, "$"), (385, "22")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][1:] == [
        "Boats | $11 | $12",
        "Ships that were built elsewhere, of whatever age | $21 | $22",
    ]


def test_a_first_row_of_words_is_no_name(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(740, (72, "Service (EUR)"), (300, "Basic"), (420, "Premium")),
        *at(726, (72, "Keeping"), (300, "free"), (420, "free")),
        *rows(712, 300, 420),
    ]
    assert [kind for kind, _ in table(pdf(tmp_path, page))] == [Kind.HEADER, Kind.ROW, Kind.ROW, Kind.ROW]


def test_lines_of_one_label_take_no_row_with_them(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(740, (300, "Basic"), (420, "Premium")),
        *at(716, (72, "Account"), (300, "1.00"), (420, "1.50")),
        *at(692, (72, "Cash withdrawal at"), (300, "2.00"), (420, "1.00")),
        *at(680, (72, "other banks")),
        *at(668, (72, "Transfer"), (300, "3.00"), (420, "4.00")),
        *at(644, (72, "Card"), (300, "5.00"), (420, "6.00")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][2:4] == [
        "Cash withdrawal at other banks | 2.00 | 1.00",
        "Transfer | 3.00 | 4.00",
    ]


def test_a_short_name_above_close_rows_is_that_of_a_group(tmp_path: Path) -> None:
    page = [*INTRODUCTION, *at(740, (300, "Basic"), (420, "Premium"))]
    for top, group in ((724, "Accounts"), (660, "Cards")):
        page += at(top, (72, group))
        for row, label in enumerate(("Opening", "Closing", "Keeping")):
            page += at(top - 12 - 16 * row, (72, label), (300, f"{row}.00"), (420, f"{row}.50"))
    assert [text for _, text in table(pdf(tmp_path, page))][1:3] == ["Accounts", "Opening | 0.00 | 0.50"]


def test_an_amount_of_a_label_is_no_value_and_a_sign_of_it_stays(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(740, (72, "Item"), (300, "Amount")),
        *at(726, (72, "Credit limit in €"), (300, "200")),
        *at(712, (72, "Minimum payment in €"), (300, "50")),
        *at(698, (72, "Term in months"), (300, "12")),
        *at(684, (72, "Balances of up to $10,000"), (300, "7")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))] == [
        "Item | Amount",
        "Credit limit in € | 200",
        "Minimum payment in € | 50",
        "Term in months | 12",
        "Balances of up to $10,000 | 7",
    ]


@pytest.mark.parametrize("text", ["Table 1: Monthly account fees", "These fees apply from May."])
def test_a_caption_in_the_middle_of_the_page_names_no_column(tmp_path: Path, text: str) -> None:
    page = [
        *INTRODUCTION,
        *at(757, (297 - stringWidth(text, "Helvetica", 10) / 2, text)),
        *at(740, (72, "Service"), (250, "Basic"), (420, "Premium")),
        *rows(726, 250, 420),
    ]
    content = pdf(tmp_path, page)
    assert table(content)[0] == (Kind.HEADER, "Service | Basic | Premium")
    assert (1, Kind.PARAGRAPH, text) in blocks(content)


def test_a_name_over_three_columns_names_all_of_them(tmp_path: Path) -> None:
    def middle(y: float, *cells: tuple[float, str]) -> list[Print]:
        return at(y, *((x - stringWidth(text, "Helvetica", 10) / 2, text) for x, text in cells))

    page = [
        *INTRODUCTION,
        *middle(740, (280, "2025"), (430, "2024")),
        *middle(728, (220, "Retail"), (280, "Corporate"), (340, "Total"), (430, "Total")),
        *middle(716, (220, "15"), (280, "25"), (340, "35"), (430, "45")),
        *middle(704, (220, "17"), (280, "27"), (340, "37"), (430, "47")),
        *at(716, (72, "Income")), *at(704, (72, "Costs")),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == "| 2025 Retail | 2025 Corporate | 2025 Total | 2024 Total"


def test_a_rule_below_the_whole_line_names_nothing(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(740, (72, "Service"), (300, "Fee"), (420, "Period")),
        *rows(722, 300, 420),
    ]
    assert table(pdf(tmp_path, page, (736, 72, 500)))[0][1] == "Service | Fee | Period"


def test_running_text_beside_names_between_rules_is_none_of_their_rows(tmp_path: Path) -> None:
    beside = [f"of all boats and ships of the harbour in the year {at}" for at in range(2031, 2051)]
    page = [
        *body(72, 752, "Length of the boat,"), *body(72, 740, "from bow to stern"),
        *body(200, 758, "Share of the fee"), *body(200, 746, "that is due at"), *body(200, 734, "once"),
        *at(718, (72, "Less than 10 metres"), (200, "12 percent")),
        *at(706, (72, "Up to 20 metres"), (200, "25 percent")),
        *at(694, (72, "Any other boat"), (200, "40 percent")),
        *body(300, 758, *beside, leading=6.0),
    ]  # fmt: skip
    rules = (770, 70, 285), (730, 70, 285), (688, 70, 285)
    content = pdf(tmp_path, page, *rules, upright=[(190, 688, 770)])
    assert table(content)[:2] == [
        (Kind.HEADER, "Length of the boat, from bow to stern | Share of the fee that is due at once"),
        (Kind.ROW, "Less than 10 metres | 12 percent"),
    ]


def centred(y: float, *cells: tuple[float, str], size: float = 10) -> list[Print]:
    return [("Helvetica", size, x - stringWidth(text, "Helvetica", size) / 2, y, text) for x, text in cells]


def test_names_of_three_lines_beside_names_of_two_are_each_of_one_column(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(750, (340, "Boats"), (460, "Ships")),
        *centred(737, (310, "Number"), (430, "Number")),
        *centred(733, (370, "Average"), (490, "Average")),
        *centred(726, (310, "(in tens)"), (430, "(in tens)")),
        *centred(724, (370, "length"), (490, "length")),
        *centred(715, (370, "over all"), (490, "over all")),
        *at(700, (72, "Spring"), (300, "11"), (360, "12"), (420, "13"), (480, "14")),
        *at(688, (72, "Autumn"), (300, "21"), (360, "22"), (420, "23"), (480, "24")),
    ]
    assert table(pdf(tmp_path, page))[0][1] == (
        "| Boats Number (in tens) | Boats Average length over all"
        " | Ships Number (in tens) | Ships Average length over all"
    )


def test_lines_of_names_over_a_rule_are_the_header_though_they_stand_at_several_heights(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *body(80, 755, "Length of the boat, from", "bow to stern, with all", "that is fixed", leading=11),
        *body(300, 749.5, "Share of the fee that", "is due at once", leading=11),
        *at(716, (72, "Less than 10 metres ..............."), (300, "12 percent of what is due")),
        *at(703, (72, "More than 10 metres ..............."), (300, "25 percent of what is due")),
        *at(690, (72, "More than 20 metres ..............."), (300, "40 percent of what is due")),
    ]
    assert table(pdf(tmp_path, page, (729, 70, 500))) == [
        (
            Kind.HEADER,
            "Length of the boat, from bow to stern, with all that is fixed | Share of the fee that is due at once",
        ),
        (Kind.ROW, "Less than 10 metres | 12 percent of what is due"),
        (Kind.ROW, "More than 10 metres | 25 percent of what is due"),
        (Kind.ROW, "More than 20 metres | 40 percent of what is due"),
    ]


def test_rows_of_words_over_a_rule_are_no_header(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (72, "Kind"), (300, "Colour")),
        *at(737, (72, "Rafts"), (300, "Blue")),
        *at(724, (72, "Boats"), (300, "Green")),
        *at(706, (72, "Ships"), (300, "Red")),
        *at(693, (72, "Tugs"), (300, "White")),
    ]
    assert [kind for kind, _ in table(pdf(tmp_path, page, (720, 70, 500)))] == [Kind.HEADER, *[Kind.ROW] * 4]


def test_short_numbers_beside_their_name_are_of_its_column(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (72, "Kind"), (300, "Share of all"), (400, "Growth a year")),
        *at(738, (72, "Boats"), (358, "11"), (466, "12")),
        *at(726, (72, "Ships"), (358, "21"), (466, "22")),
    ]
    assert table(pdf(tmp_path, page)) == [
        (Kind.HEADER, "Kind | Share of all | Growth a year"),
        (Kind.ROW, "Boats | 11 | 12"),
        (Kind.ROW, "Ships | 21 | 22"),
    ]


def test_numbers_close_to_two_names_have_neither(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "Share of all"), (374, "Growth"), (480, "Sum")),
        *at(738, (72, "Boats"), (358, "11"), (480, "31")),
        *at(726, (72, "Ships"), (358, "21"), (480, "41")),
    ]
    assert table(pdf(tmp_path, page))[1][1] == "Boats | | 11 | | 31"


def test_a_label_set_higher_than_its_values_is_of_their_row(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (300, "2031"), (360, "2030")),
        *at(734, (72, "Boats")), *at(730, (300, "11"), (360, "12")),
        *at(714, (72, "Ships")), *at(710, (300, "21"), (360, "22")),
    ]  # fmt: skip
    assert [text for _, text in table(pdf(tmp_path, page))][1:] == ["Boats | 11 | 12", "Ships | 21 | 22"]


def test_a_currency_sign_right_behind_a_label_makes_no_column(tmp_path: Path) -> None:
    label = "Ships that were built elsewhere, of whatever age"
    sign = 72 + stringWidth(f"{label} ", "Helvetica", 10)
    page = [
        *INTRODUCTION,
        *at(750, (320, "2031"), (380, "2030")),
        *at(738, (72, f"{label} $"), (325, "21"), (385, "22")),
        *at(726, (72, "Boats"), (sign, "$ 1,100"), (385, "12")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][1:] == [
        "Ships that were built elsewhere, of whatever age | $21 | 22",
        "Boats | $1,100 | 12",
    ]


def test_a_name_over_names_that_reach_left_of_short_numbers_is_in_the_header(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        bold(72, 770, "Fees of the harbour"),
        bold(300, 750, "Half of a year"),
        bold(72, 738, "Kinds of boats and ships of the harbour"),
        bold(275, 738, "Spring of the year 2031"), bold(400, 738, "Autumn of the year 2031"),
        *rows(724, 370, 500),
        *body(72, 160, *["All of this is what the document consists of, so it is neither bold nor large."] * 4),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == (
        "Kinds of boats and ships of the harbour | Half of a year Spring of the year 2031 | Autumn of the year 2031"
    )


def flush_right(y: float, *cells: tuple[float, str]) -> list[Print]:
    return at(y, *((right - stringWidth(text, "Helvetica", 10), text) for right, text in cells))


def test_a_name_in_the_middle_of_columns_set_flush_right_is_that_of_all_of_them(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(750, (341, "Share of the boats"), (511, "Share of all ships")),
        *flush_right(736, (337, "2031"), (422, "2030"), (507, "2031"), (592, "2030")),
        *at(722, (72, "Spring")), *flush_right(722, (337, "11"), (422, "12"), (507, "13"), (592, "14")),
        *at(710, (72, "Autumn")), *flush_right(710, (337, "21"), (422, "22"), (507, "23"), (592, "24")),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == (
        "| Share of the boats 2031 | Share of the boats 2030 | Share of all ships 2031 | Share of all ships 2030"
    )


def test_a_name_of_words_right_above_another_of_one_column_is_one_name_with_it(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(750, (370, "All boats"), (550, "All ships")),
        *centred(736, (310, "Lost"), (370, "at the end"), (430, "Built"), (490, "Sold"), (550, "at the end")),
        *centred(722, *((x, str(x)) for x in (310, 370, 430, 490, 550))),
        *centred(710, *((x, str(x + 1)) for x in (310, 370, 430, 490, 550))),
        *at(722, (72, "Spring")), *at(710, (72, "Autumn")),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == ("| Lost | All boats at the end | Built | Sold | All ships at the end")


def test_a_line_of_names_beside_units_in_brackets_is_in_the_header(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(760, (330, "Paid"), (430, "Due")),
        *at(744, (72, "(in thousands)")), *centred(744, (330, "(with tax)"), (430, "(with tax)")),
        *rows(730, 325, 425),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == "(in thousands) | Paid (with tax) | Due (with tax)"


def test_a_name_over_the_one_in_the_middle_that_has_several_columns_is_that_of_all(tmp_path: Path) -> None:
    places = (220, 260, 320, 360, 420, 460)
    page = [
        *INTRODUCTION,
        *centred(764, (340, "All of the fees paid")),
        *centred(750, (240, "Boats"), (340, "Ships"), (440, "Rafts")),
        *centred(736, *((x, year) for x, year in zip(places, ["2031", "2030"] * 3, strict=True))),
        *centred(722, (500, "9"), *((x, str(x)) for x in places)),
        *centred(710, (500, "8"), *((x, str(x + 1)) for x in places)),
        *at(722, (72, "Spring")), *at(710, (72, "Autumn")),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1].count("All of the fees paid") == 6


def test_cells_of_words_stay_in_the_columns_that_only_the_header_parts(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (72, "Name"), (140, "Age"), (260, "Kind of boat")),
        *at(736, (72, "The old Auk in May and June"), (260, "A raft")),
        *at(722, (72, "Bittern"), (140, "61"), (260, "A ferry")),
        *at(708, (72, "Crane"), (140, "52"), (260, "A tug")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][2:] == ["Bittern | 61 | A ferry", "Crane | 52 | A tug"]


def test_years_compared_are_names_below_those_of_two_levels(tmp_path: Path) -> None:
    years = dict(zip((220, 270, 330, 380), ["2031", "2030"] * 2, strict=True)) | {450: "31/30", 520: "31/30"}
    page = [
        *INTRODUCTION,
        *centred(764, (300, "Half a year"), (485, "Change")),
        *centred(752, (245, "Boats"), (355, "Ships"), (450, "Boats"), (520, "Ships")),
        *at(740, (72, "(in tens)")), *centred(740, *years.items()),
        *centred(728, *((x, f"1{n}") for n, x in enumerate(years))), *at(728, (72, "Spring")),
        *centred(716, *((x, f"2{n}") for n, x in enumerate(years))), *at(716, (72, "Autumn")),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[:2] == [
        (
            Kind.HEADER,
            "(in tens) | Half a year Boats 2031 | Half a year Boats 2030 | Half a year Ships 2031"
            " | Half a year Ships 2030 | Change Boats 31/30 | Change Ships 31/30",
        ),
        (Kind.ROW, "Spring | 10 | 11 | 12 | 13 | 14 | 15"),
    ]


@pytest.mark.parametrize(
    ("years", "covered"),
    [
        (("2031", "2030", "2029", "2031", "2030", "2029"), 3),
        (("2031", "2030", "2029", "2028", "2027", "2026"), 1),
    ],
    ids=["again", "once"],
)
def test_a_name_in_the_middle_of_years_that_come_again_is_that_of_all(
    tmp_path: Path, years: tuple[str, ...], covered: int
) -> None:
    ends = (240, 290, 340, 390, 440, 490)
    page = [
        *INTRODUCTION,
        *flush_right(750, (290, "Boats"), (440, "Ships")),
        *flush_right(738, *zip(ends, years, strict=True)),
        *at(724, (72, "Spring")), *flush_right(724, *((x, f"1{n}") for n, x in enumerate(ends))),
        *at(712, (72, "Autumn")), *flush_right(712, *((x, f"2{n}") for n, x in enumerate(ends))),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1].count("Boats") == covered


def test_a_rule_below_each_line_of_names_does_not_say_what_is_named(tmp_path: Path) -> None:
    halves = (220, 270, 320, 370), (430, 480, 530, 580)
    page = [
        *INTRODUCTION,
        *centred(764, (295, "Spring"), (505, "Autumn")),
        *centred(750, (345, "Change"), (555, "Change")),
        *(part for half in halves for part in centred(736, *zip(half, ("2031", "2030", "Sum", "Rest"), strict=True))),
        *centred(722, *((x, f"1{n}") for n, x in enumerate([*halves[0], *halves[1]]))), *at(722, (72, "Boats")),
        *centred(708, *((x, f"2{n}") for n, x in enumerate([*halves[0], *halves[1]]))), *at(708, (72, "Ships")),
    ]  # fmt: skip
    rules = [(y, *ends) for y in (761, 747, 733) for ends in ((72, 395), (405, 595))]
    assert table(pdf(tmp_path, page, *rules))[0][1] == (
        "| Spring 2031 | Spring 2030 | Spring Change Sum | Spring Change Rest"
        " | Autumn 2031 | Autumn 2030 | Autumn Change Sum | Autumn Change Rest"
    )


def test_a_day_below_its_month_and_above_its_year_is_a_name(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(752, (300, "March"), (350, "March")),
        *centred(740, (300, "28,"), (350, "29,")),
        *at(728, (72, "(in tens)")), *centred(728, (300, "2031"), (350, "2030")),
        *rows(714, 295, 345),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[:2] == [
        (Kind.HEADER, "(in tens) | March 28, 2031 | March 29, 2030"),
        (Kind.ROW, "Boats | 11 | 12"),
    ]


def test_an_amount_close_to_the_sign_of_the_next_is_in_its_own_column(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *at(750, (310, "Spring"), (360, "Autumn"), (410, "Winter")),
        *at(738, (72, "Boats"), (300, "$"), (310, "1,100.5"), (347, "$"), (357, "1,200.5"), (394, "$"), (405, "1.5")),
        *at(726, (72, "Ships"), (320, "210.5"), (367, "220.5"), (405, "230")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][1:] == [
        "Boats | $1,100.5 | $1,200.5 | $1.5",
        "Ships | 210.5 | 220.5 | 230",
    ]


def test_one_row_of_amounts_below_two_lines_of_names_is_a_table(tmp_path: Path) -> None:
    page = [
        *INTRODUCTION,
        *centred(750, (330, "March 2031"), (490, "March 2030")),
        *centred(738, (290, "Paid"), (370, "Due"), (450, "Paid"), (530, "Due")),
        *at(726, (72, "Boats"), (272, "1,019"), (358, "1,143"), (430, "1,205"), (517, "1,200")),
    ]
    rules = [(747, 265, 395), (747, 425, 555)]
    assert table(pdf(tmp_path, page, *rules)) == [
        (Kind.HEADER, "| March 2031 Paid | March 2031 Due | March 2030 Paid | March 2030 Due"),
        (Kind.ROW, "Boats | 1,019 | 1,143 | 1,205 | 1,200"),
    ]


def test_a_star_in_place_of_an_amount_does_not_take_the_next_amount(tmp_path: Path) -> None:
    """As filings mark a change that means nothing; the file draws both at one go."""
    star, blank, amount = stringWidth("*", "Helvetica", 10), stringWidth(" ", "Helvetica", 10), "5"
    spaces = round((100 - star) / blank)
    page = [
        *INTRODUCTION,
        *at(750, (300, "31/30"), (400, "30/29")),
        *at(738, (72, "Boats"), (302, f"*{' ' * spaces}{amount}")),
        *at(726, (72, "Ships"), (302, "12"), (402, "13")),
    ]
    assert [text for _, text in table(pdf(tmp_path, page))][1:] == ["Boats | * | 5", "Ships | 12 | 13"]


@pytest.mark.parametrize("at_middle", [True, False])
def test_names_over_names_that_come_again_are_each_of_one_run(tmp_path: Path, at_middle: bool) -> None:
    columns, groups = (260, 320, 380, 440), (206, 326)  # right edges, and left ones of what is over two columns
    upper = (
        centred(750, (233, "Private"), (353, "Companies"))
        if at_middle
        else at(750, *zip(groups, ("Private", "Companies"), strict=True))
    )
    page = [
        *INTRODUCTION,
        *upper,
        *flush_right(736, *zip(columns, ("Fee", "Limit", "Fee", "Limit"), strict=True)),
        *at(722, (72, "Silver")), *flush_right(722, *zip(columns, ("10", "1,000", "20", "5,000"), strict=True)),
        *at(710, (72, "Gold")), *flush_right(710, *zip(columns, ("30", "2,000", "40", "9,000"), strict=True)),
    ]  # fmt: skip
    assert table(pdf(tmp_path, page))[0][1] == "| Private Fee | Private Limit | Companies Fee | Companies Limit"

"""Parts of a PDF's table, which white, a bold line or a box sets apart, have the header that is printed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content, Kind
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import Print, blocks, body, bold

PROSE = body(72, 160, *["All of this is what the document consists of, so it is neither bold nor large."] * 6)
HEADER = [bold(72, 760, "Kind of boat"), bold(300, 760, "Spring"), bold(400, 760, "Autumn")]


def pdf(path: Path, page: list[Print], box: tuple[float, float, float, float] | None = None) -> Content:
    canvas = Canvas(str(path / "parts.pdf"), pagesize=(595, 842))
    for font, size, x, y, text in page:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    if box:
        canvas.rect(*box)
    canvas.showPage()
    canvas.save()
    return load(path / "parts.pdf", Limits())


def row(y: float, label: str, *values: tuple[float, str]) -> list[Print]:
    """A label, and values that end at these places."""
    return [
        *body(72, y, label),
        *(part for x, text in values for part in body(x - stringWidth(text, "Helvetica", 10), y, text)),
    ]


def boats(top: float, first: float = 330, second: float = 430) -> list[Print]:
    return [
        *row(top, "Rafts", (first, "11"), (second, "12")),
        *row(top - 14, "Ferries", (first, "(21)"), (second, "22")),
    ]


def tables(content: Content) -> list[list[str]]:
    """The lines of each table, with its header in the first of them."""
    page = content.pages[0]
    return [
        [
            ", ".join(f"{name}" for name in table.header[0]) if table.header else "",
            *(page.text[line.start : line.end] for line in table.lines()[table.header_lines :]),
        ]
        for table in page.tables
    ]


FIRST = ["Kind of boat, Spring, Autumn", "Rafts | 11 | 12", "Ferries | (21) | 22"]


def test_rows_below_a_bold_line_have_the_header_above_it_and_the_line_is_their_group(tmp_path: Path) -> None:
    content = pdf(tmp_path, [*HEADER, *boats(744), bold(72, 710, "Of wood"), *boats(694), *PROSE])
    assert tables(content) == [[*FIRST, "Of wood", *FIRST[1:]]]
    assert not [text for _, kind, text in blocks(content) if kind is Kind.HEADING]


def test_rows_below_white_have_the_header_above_it(tmp_path: Path) -> None:
    content = pdf(tmp_path, [*HEADER, *boats(744), *body(72, 686, "Of wood"), *boats(672), *PROSE])
    assert tables(content) == [[*FIRST, "Of wood", *FIRST[1:]]]


def test_rows_in_a_box_have_the_header_above_it(tmp_path: Path) -> None:
    page = [*HEADER, *boats(744), bold(70, 706, "Of wood, as counted by the harbour office"), *boats(692), *PROSE]
    assert tables(pdf(tmp_path, page, box=(66, 670, 380, 50))) == [
        [*FIRST, "Of wood, as counted by the harbour office", *FIRST[1:]]
    ]


def test_a_label_of_two_bold_lines_parts_no_row_from_its_table(tmp_path: Path) -> None:
    page = [
        *HEADER, *boats(744),
        bold(72, 706, "Boats that are not"), bold(72, 696, "named above"),
        *row(696, "", (330, "31"), (430, "32")),
        *PROSE,
    ]  # fmt: skip
    assert tables(pdf(tmp_path, page)) == [[*FIRST, "Boats that are not named above | 31 | 32"]]


def test_a_part_with_some_of_the_columns_keeps_them(tmp_path: Path) -> None:
    page = [
        *HEADER, bold(500, 760, "Year"),
        *row(744, "Rafts", (330, "11"), (430, "12"), (520, "23")),
        *row(730, "Ferries", (330, "21"), (430, "22"), (520, "43")),
        bold(72, 700, "Of wood"),
        *row(684, "Rafts", (330, "1"), (520, "3")),
        *row(670, "Ferries", (330, "2"), (520, "4")),
        *PROSE,
    ]  # fmt: skip
    assert tables(pdf(tmp_path, page))[0][-2:] == ["Rafts | 1 | | 3", "Ferries | 2 | | 4"]


@pytest.mark.parametrize(
    ("between", "rows"),
    [
        pytest.param([bold(72, 710, "Of wood")], boats(694, first=350), id="another column"),
        pytest.param([bold(72, 710, "Of wood")],
                     [*row(694, "A", (330, "1")), *row(680, "B", (330, "2"))], id="one column"),
        pytest.param([bold(72, 710, "Of wood", size=12)], boats(694), id="larger"),
        pytest.param([bold(72, 710, "2. Of wood")], boats(694), id="numbered"),
        pytest.param(body(72, 690, "Table 2: Of wood"), boats(676), id="caption"),
        pytest.param([bold(200, 710, "Of wood")], boats(694), id="in the middle"),
        pytest.param(body(72, 690, "Boats of wood were counted in May."), boats(676), id="sentence"),
        pytest.param([], boats(620), id="far off"),
    ],
)  # fmt: skip
def test_another_table_does_not_have_the_header(tmp_path: Path, between: list[Print], rows: list[Print]) -> None:
    first, second = tables(pdf(tmp_path, [*HEADER, *boats(744), *between, *rows, *PROSE]))
    assert first == FIRST
    assert second[0] == ""


def test_a_header_in_bold_that_comes_again_begins_another_table(tmp_path: Path) -> None:
    page = [
        *HEADER, *boats(744), *row(716, "Canoes", (330, "31"), (430, "32")),
        bold(72, 684, "Kind of ship"), bold(240, 684, "Winter"), bold(320, 684, "Summer"),
        *row(670, "Tugs", (270, "41"), (350, "42")), *row(656, "Liners", (270, "51"), (350, "52")),
        *PROSE,
    ]  # fmt: skip
    first, second = tables(pdf(tmp_path, page))
    assert first == [*FIRST, "Canoes | 31 | 32"]
    assert second == ["Kind of ship, Winter, Summer", "Tugs | 41 | 42", "Liners | 51 | 52"]


def test_rows_below_a_label_that_parts_them_from_their_header_have_it(tmp_path: Path) -> None:
    header = [*body(300, 772, "Season"), *body(72, 760, "Kind"), *body(310, 760, "Spring"), *body(400, 760, "Autumn")]
    page = [*header, bold(72, 742, "Of wood"), *boats(726), *PROSE]
    ((first, *lines),) = tables(pdf(tmp_path, page))
    assert first.endswith("Autumn")
    assert lines == ["Of wood", *FIRST[1:]]


def test_rows_below_a_label_have_no_header_of_another_number_of_names(tmp_path: Path) -> None:
    header = [*body(72, 760, "Kind"), *body(310, 760, "Spring"), *body(400, 760, "Autumn"), *body(500, 760, "Year")]
    page = [*header, bold(72, 742, "Of wood"), *boats(726), *PROSE]
    assert [lines[0] for lines in tables(pdf(tmp_path, page))] == [""]


def test_a_mark_may_stand_in_place_of_an_amount_below_a_bold_line(tmp_path: Path) -> None:
    first = row(694, "Rafts", (330, "11"), (430, "12"), (530, "*"))
    page = [
        *HEADER, bold(500, 760, "Change"),
        *row(744, "Rafts", (330, "11"), (430, "12"), (530, "13")),
        *row(730, "Ferries", (330, "21"), (430, "22"), (530, "23")),
        bold(72, 710, "Of wood"), *first,
        *row(680, "Ferries", (330, "21"), (430, "22"), (530, "*")), *PROSE,
    ]  # fmt: skip
    (lines,) = tables(pdf(tmp_path, page))
    assert lines[-2:] == ["Rafts | 11 | 12 | *", "Ferries | 21 | 22 | *"]


LABEL = [
    "Rafts and all of the other boats without",
    "Sails that the harbour office has to count",
    "Because they came in May or in the June",
    "Before, as those of the following kinds do:",
    "• The ones that came from the north of it",
    "• The ones that came from the south of it",
    "• The ones that came from the west of it",
]


def long_label(*lines: str, right: float = 430) -> list[Print]:
    """Two rows, one with a label of these lines, the last of which has values, and two more rows."""
    last = 726 - 10 * len(lines)
    return [
        *HEADER, *boats(744), *body(72, 716, *lines[:-1], leading=10),
        *row(last, lines[-1], (330 + right - 430, "31"), (right, "32")),
        *row(last - 14, "Canoes", (330, "41"), (430, "42")),
        *row(last - 28, "Tugs", (330, "51"), (430, "52")), *PROSE,
    ]  # fmt: skip


def test_a_label_of_many_lines_left_of_the_values_is_that_of_one_row(tmp_path: Path) -> None:
    assert tables(pdf(tmp_path, long_label(*LABEL))) == [
        [*FIRST, f"{' '.join(LABEL)} | 31 | 32", "Canoes | 41 | 42", "Tugs | 51 | 52"]
    ]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(long_label(*LABEL, right=450), id="other columns"),
        pytest.param(long_label(*LABEL[:5], "The boats below were counted.", *LABEL[5:]), id="sentence"),
        pytest.param(long_label(*LABEL[:5], f"{LABEL[0]} came in May and June", *LABEL[5:]), id="under values"),
    ],
)
def test_a_text_of_many_lines_between_rows_is_no_label(tmp_path: Path, page: list[Print]) -> None:
    assert tables(pdf(tmp_path, page))[0] == FIRST

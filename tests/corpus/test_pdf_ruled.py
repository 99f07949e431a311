"""Tables with rules around their cells: what a cell covers, and what its rules don't tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from corpus.content import Content, Kind
from corpus.loaders import Limits, load
from corpus.loaders.pdf.pieces import Piece
from corpus.loaders.pdf.ruled import HeadedTable, RuledTable, with_ruled_tables
from corpus.loaders.pdf.rules import Rule, Rules
from corpus.passages import cut
from tests.corpus.test_pdf import blocks, texts

BODY = getSampleStyleSheet()["BodyText"]
GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
BOLD = ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")


def ruled(rows: Sequence[Sequence[Any]], *style: tuple[object, ...], **options: Any) -> Table:
    return Table(rows, style=[GRID, *style], **options)


def written(path: Path, *parts: Flowable) -> Content:
    SimpleDocTemplate(str(path / "a.pdf")).build(list(parts))
    return load(path / "a.pdf", Limits())


def rows(content: Content) -> list[str]:
    return [text for _, kind, text in blocks(content) if kind in (Kind.HEADER, Kind.ROW)]


def test_a_merged_cell_stands_in_every_row_and_column_that_it_covers(tmp_path: Path) -> None:
    table = ruled(
        [
            ["Service", "Price", "", "Period"],
            ["", "Online", "Branch", ""],
            ["Transfer", "EUR 1", "EUR 5", "from 2026"],
            ["", "EUR 2", "EUR 6", "from 2027"],
            ["Card", "EUR 9", "", "always"],
        ],
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (2, 0)),
        ("SPAN", (3, 0), (3, 1)),
        ("SPAN", (0, 2), (0, 3)),
        ("SPAN", (1, 4), (2, 4)),
    )
    content = written(tmp_path, Paragraph("Our prices are these.", BODY), table, Paragraph("They are binding.", BODY))
    assert texts(content) == [
        "Our prices are these.",
        "Service | Price | Price | Period",
        "| Online | Branch |",
        "Transfer | EUR 1 | EUR 5 | from 2026",
        "Transfer | EUR 2 | EUR 6 | from 2027",
        "Card | EUR 9 | EUR 9 | always",
        "They are binding.",
    ]
    kinds = [kind for _, kind, _ in blocks(content)]
    assert kinds == [Kind.PARAGRAPH, Kind.HEADER, Kind.HEADER, Kind.ROW, Kind.ROW, Kind.ROW, Kind.PARAGRAPH]


def test_lines_of_a_cell_stay_together_whatever_stands_beside_them(tmp_path: Path) -> None:
    long = "A card that was lost is replaced within three days, unless it was lost abroad."
    table = ruled(
        [["Case", "What we do", "Price"], [Paragraph("Lost or stolen card", BODY), Paragraph(long, BODY), "EUR 5"],
         [Paragraph("A broken card", BODY), Paragraph("It is replaced at once, and free of charge.", BODY), "none"]],
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), colWidths=[80, 140, 60],
    )  # fmt: skip
    assert rows(written(tmp_path, table)) == [
        "Case | What we do | Price",
        f"Lost or stolen card | {long} | EUR 5",
        "A broken card | It is replaced at once, and free of charge. | none",
    ]


def test_a_raised_mark_in_a_ruled_cell_is_no_digit(tmp_path: Path) -> None:
    table = ruled([["Card", "Price"], ["Gold", Paragraph("EUR 15<super>2</super>", BODY)], ["Classic", "EUR 9"]])
    assert rows(written(tmp_path, table)) == ["Card | Price", "Gold | EUR 15 (note 2)", "Classic | EUR 9"]


def test_rows_without_rules_between_them_are_rows(tmp_path: Path) -> None:
    data = [["Group", "Limit", "Fee"], ["Personal", "1,000", "5"], ["Business", "2,000", "6"], ["Trust", "3,000", "7"]]
    style = [
        ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEAFTER", (0, 0), (-2, -1), 0.5, colors.black),
    ]
    assert rows(written(tmp_path, Table(data, style=style))) == [" | ".join(row) for row in data]


def test_rows_of_words_without_rules_between_them_are_rows(tmp_path: Path) -> None:
    data = [["Product", "Team"], ["Cards", "Retail"], ["Loans", "Credit"], ["Funds", "Private"]]
    style = [
        ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEAFTER", (0, 0), (-2, -1), 0.5, colors.black),
    ]
    assert rows(written(tmp_path, Table(data, style=style))) == [" | ".join(row) for row in data]


def test_rows_of_words_in_one_of_several_ruled_rows_are_rows(tmp_path: Path) -> None:
    data = [
        ["Notes", "Symbol", "Exchange"],
        ["Ordinary shares", "AMCR", "New York"],
        ["Notes due 2027", "AU27", "Paris"],
        ["Notes due 2029", "AU29", "Vienna"],
    ]
    style = [
        ("LEADING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, 2), (-1, 2), 0.5, colors.black),
        ("LINEAFTER", (0, 0), (-2, -1), 0.5, colors.black),
    ]
    table = Table(data, colWidths=[85, 80, 80], style=style)
    assert rows(written(tmp_path, table)) == [" | ".join(row) for row in data]


def test_rules_around_some_of_the_columns_part_no_row(tmp_path: Path) -> None:
    data = [["Fees", "2031", "Target", "2030"], ["Cards", "12", "14", "11"], ["Loans", "15", "17", "16"]]
    table = Table(data, style=[("GRID", (1, 0), (2, -1), 0.5, colors.black)])
    assert rows(written(tmp_path, table)) == [" | ".join(row) for row in data]


def test_a_header_above_the_rules_names_the_columns(tmp_path: Path) -> None:
    data = [["Group", "Limit", "Fee"], ["Personal", "1,000", "5"], ["Business", "2,000", "6"]]
    table = Table(data, style=[("GRID", (0, 1), (-1, -1), 0.5, colors.black)])
    assert rows(written(tmp_path, table)) == [" | ".join(row) for row in data]


def test_a_table_without_rules_at_its_edges_has_all_of_its_columns(tmp_path: Path) -> None:
    data = [["Group", "Limit", "Fee"], ["Personal", "EUR 9", "EUR 5"], ["", "EUR 8", "EUR 6"]]
    style = [("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 1), (0, 2))]
    assert rows(written(tmp_path, Table(data, style=style))) == [
        "Group | Limit | Fee",
        "Personal | EUR 9 | EUR 5",
        "Personal | EUR 8 | EUR 6",
    ]


def test_a_table_in_a_frame_is_read(tmp_path: Path) -> None:
    inner = ruled([["Card", "Price"], ["Gold", "EUR 15"], ["Classic", "EUR 9"]])
    frame = ruled([["To the left", inner], ["Below it", "and to the right"]])
    found = rows(written(tmp_path, frame))
    assert {"Gold", "EUR 15"} <= set(" | ".join(found).split(" | "))
    assert not any("Gold" in row and "EUR 9" in row for row in found)


def test_units_above_a_table_belong_to_its_header(tmp_path: Path) -> None:
    table = ruled([["", "2031", "2030"], ["Fees", "12", "13"], ["Costs", "7", "8"]])
    content = written(tmp_path, Paragraph("What we earned was this.", BODY), Paragraph("(in EUR million)", BODY), table)
    assert texts(content)[1] == "(in EUR million) | 2031 | 2030"


def test_a_title_in_the_table_is_no_name_of_its_first_column(tmp_path: Path) -> None:
    data = [["Fees for private clients", "", ""], ["Card", "Online", "Branch"], ["Gold", "EUR 1", "EUR 5"]]
    content = written(tmp_path, ruled(data, ("SPAN", (0, 0), (-1, 0))))
    kinds, found = [kind for _, kind, _ in blocks(content)], texts(content)
    assert kinds == [Kind.HEADER, Kind.HEADER, Kind.ROW]
    assert found[0].startswith("Fees for private clients")
    assert found[1:] == ["Card | Online | Branch", "Gold | EUR 1 | EUR 5"]


@pytest.mark.parametrize("style", [(), (BOLD,)])
def test_rows_on_the_next_page_keep_the_header(tmp_path: Path, style: tuple[Any, ...]) -> None:
    head = ["Market", "Retail", "Private"]
    first = [head, *([f"Land {at}", str(at), str(at + 100)] for at in range(3))]
    more = [["Japan", "41", "141"], ["", "42", "142"]]
    widths = [90, 60, 60]
    content = written(
        tmp_path,
        Spacer(1, 500),
        ruled(first, *style, colWidths=widths),
        PageBreak(),
        ruled(more, ("SPAN", (0, 0), (0, 1)), colWidths=widths),
    )
    spans = [span for span in cut(content, "Fees") if span.page == 2]
    assert content.pages[1].text == "Japan | 41 | 141\nJapan | 42 | 142"
    assert [span.context for span in spans] == [" | ".join(head)]


def test_rows_of_words_on_the_next_page_keep_a_bold_header(tmp_path: Path) -> None:
    head = ["Product", "Team", "Answers in"]
    first = [head, ["Cards", "Retail", "two days"], ["Loans", "Credit", "a week"]]
    more = [["Gold", "Trade", "one day"], ["Funds", "Private", "a month"], ["", "Corporate", "a day"]]
    widths = [90, 60, 60]
    content = written(
        tmp_path,
        ruled(first, BOLD, colWidths=widths),
        PageBreak(),
        ruled(more, ("SPAN", (0, 1), (0, 2)), colWidths=widths),
    )
    assert content.pages[1].text == "Gold | Trade | one day\nFunds | Private | a month\nFunds | Corporate | a day"
    assert [span.context for span in cut(content, "Teams") if span.page == 2] == [" | ".join(head)]


XS, YS = (100.0, 200.0, 300.0, 400.0), (700.0, 720.0, 740.0, 760.0)


def lattice(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> tuple[list[Rule], list[Rule]]:
    return [Rule(x, min(ys), max(ys)) for x in xs], [Rule(y, min(xs), max(xs)) for y in ys]


def piece(text: str, x: float, y: float) -> Piece:
    return Piece(text, x, x + 5.0 * len(text), y, 10.0, False, ((x, x + 5.0 * len(text)),))


PIECES = [piece(f"{row}{column}", x + 6, y + 6) for row, y in enumerate(YS[:3]) for column, x in enumerate(XS[:3])]


def test_rules_that_cross_make_a_table_of_what_stands_between_them() -> None:
    upright, level = lattice()
    [table] = with_ruled_tables(PIECES, Rules(upright, level))
    assert isinstance(table, RuledTable)
    assert [cell.lines[0].text for cell in table.cells] == ["20", "21", "22", "10", "11", "12", "00", "01", "02"]


def test_print_across_a_rule_is_in_no_table() -> None:
    for odd in (piece("a long text over a rule", 110, 706), piece("on", 110, 717.5)):
        assert with_ruled_tables([*PIECES[1:], odd], Rules(*lattice())) == [*PIECES[1:], odd]


def test_rules_that_draw_other_shapes_than_cells_make_no_table() -> None:
    upright, level = lattice()
    upright[1] = Rule(200, 700, 740)  # not above the second row
    level[2] = Rule(740, 200, 400)  # not left of the second column
    pieces = [piece for piece in PIECES if piece.text != "21"]
    assert with_ruled_tables(pieces, Rules(upright, level)) == pieces


@pytest.mark.parametrize(("row", "is_table"), [((106, 206, 306), True), ((106, 206), False)])
def test_names_between_rules_head_a_single_row_that_fills_their_columns(row: Sequence[float], is_table: bool) -> None:
    names = [piece("Rating", 106, 746), piece("Examples", 206, 746), piece("Weight", 306, 746)]
    rules = Rules([Rule(x, 718.5, 760) for x in (200, 300)], [Rule(y, 100, 400) for y in (740, 760)])
    found = with_ruled_tables([*names, *(piece("A–1", x, 716) for x in row)], rules)
    assert any(isinstance(each, HeadedTable) for each in found) is is_table


def test_rules_around_a_table_are_a_frame() -> None:
    (upright, level), (outer_upright, outer_level) = lattice(), lattice((50, 450, 550), (600, 680, 800))
    around = [piece("below", 60, 650), piece("beside", 460, 780), piece("under", 460, 650)]
    found = with_ruled_tables([*around, *PIECES], Rules([*upright, *outer_upright], [*level, *outer_level]))
    assert found[:-1] == around
    assert isinstance(found[-1], RuledTable)
    assert len(found[-1].cells) == 9


def test_nothing_beside_a_table_is_lost(tmp_path: Path) -> None:
    table = ruled([["Card", "Price"], ["Gold", "EUR 15"], ["Classic", "EUR 9"]])
    beside = Table([["Prices hold in Austria.", table]], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
    content = written(tmp_path, Paragraph("All is here.", BODY), beside, Paragraph("This is the end.", BODY))
    said = " ".join(texts(content))
    for words in ("All is here.", "Prices hold in Austria.", "Gold | EUR 15", "Classic | EUR 9", "This is the end."):
        assert said.count(words) == 1

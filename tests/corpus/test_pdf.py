"""PDF pages become headings, paragraphs, items and tables, without what the pages only repeat."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content, Kind
from corpus.loaders import Limits, load
from corpus.loaders.pdf.running import mark
from corpus.passages import cut
from tests.conftest import SHARED, missing

POLICIES = SHARED / "policies" / "documents"
CODES = POLICIES / "us-fed-regulations-pdf"
GUIDANCE = POLICIES / "hk-banking-guidance-pdf"

# A line of print: font, size, left edge, baseline, text; the edge and the baseline in points from the foot, left.
Print = tuple[str, float, float, float, str]


def pdf(path: Path, *pages: list[Print]) -> Content:
    canvas = Canvas(str(path), pagesize=(595, 842))
    for page in pages:
        for font, size, x, y, text in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return load(path, Limits())


def body(x: float, top: float, *texts: str, leading: float = 12) -> list[Print]:
    return [("Helvetica", 10, x, top - at * leading, text) for at, text in enumerate(texts)]


PROSE = body(
    72, 160, "Most print of a document is its text, from which the loader learns what is usual in it.",
    "Whatever is larger or bolder than this is set apart on purpose, and so it can be a heading.",
    "Without it the headings themselves would be most of the print of so small a document as this.",
    "So it stands at the foot of each page that has them, and it says the same on all of them.",
)  # fmt: skip


NAMES = ["Auk", "Bittern", "Crane", "Dunlin", "Eider", "Falcon", "Gannet", "Heron", "Ibis"]


def bold(x: float, y: float, text: str, size: float = 10) -> Print:
    return ("Helvetica-Bold", size, x, y, text)


def blocks(content: Content) -> list[tuple[int, Kind, str]]:
    return [(page.number, b.kind, page.text[b.start : b.end]) for page in content.pages for b in page.blocks]


def texts(content: Content) -> list[str]:
    return [text for _, _, text in blocks(content)]


def headings(content: Content) -> list[tuple[int, str]]:
    return [
        (b.level, page.text[b.start : b.end]) for page in content.pages for b in page.blocks if b.kind is Kind.HEADING
    ]


def test_running_lines_that_change_sides_and_numbers_are_dropped(tmp_path: Path) -> None:
    def page(number: int) -> list[Print]:
        left = [("Helvetica", 9, 72, 800, f"§ 7.{number}"), ("Helvetica", 9, 400, 800, "Harbour Rules (2031 Edition)")]
        right = [("Helvetica", 9, 72, 800, "Harbour Office"), ("Helvetica", 9, 480, 800, f"Pt. 7, App. {number}")]
        stamp: list[Print] = [("Helvetica", 9, 72, 788, "as of 3/4/2031")]
        text = body(72, 760, f"Ship {NAMES[number]} pays a fee when", f"it is named {NAMES[number]} in May.")
        foot: list[Print] = [
            ("Helvetica", 9, 290, 40, str(number)),
            ("Helvetica", 7, 72, 20, f"Print {number}0 of May"),
        ]
        return [*(right if number % 2 else left), *stamp, *text, *foot]

    content = pdf(tmp_path / "ships.pdf", *(page(number) for number in range(1, 9)))
    assert texts(content) == [f"Ship {name} pays a fee when it is named {name} in May." for name in NAMES[1:]]


def test_a_running_line_with_a_text_of_its_own_is_known_by_its_place(tmp_path: Path) -> None:
    def page(number: int) -> list[Print]:
        head = "Odd chapter of gulls" if number == 4 else f"Chapter {number}"
        return [("Helvetica", 8, 72, 800, head), *body(72, 760, f"{NAMES[number]} is a bird.")]

    content = pdf(tmp_path / "birds.pdf", *(page(number) for number in range(8)))
    assert texts(content) == [f"{name} is a bird." for name in NAMES[:8]]


def test_first_lines_of_text_stay_though_they_stand_at_one_place(tmp_path: Path) -> None:
    words = ["Boats", "Masts", "Ropes", "Sails", "Tides", "Winds"]
    content = pdf(tmp_path / "first.pdf", *(body(72, 790, f"{word} need care.", f"Dry {word} last.") for word in words))
    assert texts(content) == [f"{word} need care. Dry {word} last." for word in words]


def test_a_last_row_that_comes_again_in_the_middle_of_a_page_stays(tmp_path: Path) -> None:
    pages = [body(72, 790, f"{word} is a bird of the sea.", "It eats fish.") for word in NAMES[:4]]
    content = pdf(tmp_path / "rows.pdf", *([*page, *body(72, 420, "Seen: 3")] for page in pages))
    assert [text for text in texts(content) if text == "Seen: 3"] == 4 * ["Seen: 3"]


def test_a_head_that_is_the_title_stays_on_the_first_page(tmp_path: Path) -> None:
    pages = [[bold(72, 790, "Harbour Manual", 16), *body(72, 740, f"Rule {word}.")] for word in ("one", "two", "six")]
    content = pdf(tmp_path / "manual.pdf", *pages)
    assert content.title == "Harbour Manual"
    assert texts(content) == ["Harbour Manual", "Rule one.", "Rule two.", "Rule six."]


def test_bold_sections_at_body_size_are_headings_under_their_part(tmp_path: Path) -> None:
    page = [
        bold(72, 780, "PART 9—BOATS AND THE", 14),
        bold(72, 764, "PIERS (RULE B)", 14),
        bold(72, 730, "Subpart A—General Rules of", 12),
        bold(72, 716, "Section 12", 12),
        bold(72, 690, "§ 9.1 Who must moor a boat?"),
        *body(72, 672, "The owner moors it."),
        bold(72, 650, "§ 9.2 Which rope is strong"),
        bold(72, 638, "enough for it?"),
        *body(72, 620, "A thick one is enough."),
        bold(72, 600, "Subpart B—Fees", 12),
        bold(72, 580, "§ 9.5 Fees."),
        *body(72, 562, "The fee is small."),
        *PROSE,
    ]
    content = pdf(tmp_path / "boats.pdf", page)
    assert headings(content) == [
        (1, "PART 9—BOATS AND THE PIERS (RULE B)"),
        (2, "Subpart A—General Rules of Section 12"),
        (3, "§ 9.1 Who must moor a boat?"),
        (3, "§ 9.2 Which rope is strong enough for it?"),
        (2, "Subpart B—Fees"),
        (3, "§ 9.5 Fees."),
    ]
    assert content.title == "PART 9—BOATS AND THE PIERS (RULE B)"


def test_numbered_headings_nest_by_their_numbers(tmp_path: Path) -> None:
    page = [bold(72, 800, "Chapter 3 - Piers"), *body(72, 780, "Piers are long.")]
    names = ("2. Care", "2.4 Audit", "2.4.1 Who audits", "Annex A: Forms")
    for at, name in enumerate(names):
        page += [bold(72, 740 - 50 * at, name), *body(72, 720 - 50 * at, "It is done every year.")]
    content = pdf(tmp_path / "piers.pdf", page)
    assert headings(content) == [
        (1, "Chapter 3 - Piers"), (2, "2. Care"), (3, "2.4 Audit"), (4, "2.4.1 Who audits"), (1, "Annex A: Forms"),
    ]  # fmt: skip


def test_bold_words_in_a_sentence_are_no_heading(tmp_path: Path) -> None:
    page = [*body(72, 760, "The owner of a boat reads the"), bold(72, 748, "Annual Notice"), *body(72, 736, "in May.")]
    content = pdf(tmp_path / "notice.pdf", page)
    assert texts(content) == ["The owner of a boat reads the Annual Notice in May."]


def test_a_table_caption_is_no_heading(tmp_path: Path) -> None:
    page = [
        bold(72, 780, "§ 4.1 Fees."),
        bold(72, 750, "Table 2 to § 4.1", 12),
        *body(72, 730, "Boat", "Ship"),
        *body(300, 730, "$5", "$9"),
        *body(72, 690, "Fees are paid at the gate."),
    ]
    content = pdf(tmp_path / "fees.pdf", page)
    assert headings(content) == [(1, "§ 4.1 Fees.")]
    assert "Table 2 to § 4.1" in texts(content)


def test_lines_of_a_paragraph_stay_together(tmp_path: Path) -> None:
    page = [
        *body(72, 778, "The keeper counts the boats of"),
        ("Helvetica", 8, 72, 766, "the day, and the"),
        *body(72, 748, "amount counted is"),
        *body(72, 730, "added to the book, as in paragraph"),
        *body(72, 718, "(c)(4) of the rule on counting boats and other craft."),
        *body(82, 706, "Ships are another matter, and no keeper needs to count", leading=12),
        *body(72, 694, "them."),
    ]
    content = pdf(tmp_path / "keeper.pdf", page)
    assert texts(content) == [
        "The keeper counts the boats of the day, and the amount counted is added to the book, as in paragraph (c)(4) "
        "of the rule on counting boats and other craft.",
        "Ships are another matter, and no keeper needs to count them.",
    ]


def test_a_raised_mark_stays_in_its_line(tmp_path: Path) -> None:
    page = [
        *body(72, 760, "The keeper counts the boats"),
        ("Helvetica", 6, 72 + 127, 765, "7"),
        *body(72 + 132, 760, "at noon on each"),
        *body(72, 748, "day of the week."),
    ]
    content = pdf(tmp_path / "mark.pdf", page)
    assert texts(content) == ["The keeper counts the boats (note 7) at noon on each day of the week."]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"left line {at} of the long text that is" for at in range(11)] + ["left line at the end, which goes"]
    right = ["on in the right one of both columns"] + [f"right line {at} of the long text that" for at in range(10)]
    page = [bold(150, 800, "A Title Over Both Of The Columns", 14)]
    for at, (one, other) in enumerate(zip(left, [*right, "right line is the last line of all."], strict=True)):
        page += [*body(72, 760 - 12 * at, one), *body(300, 760 - 12 * at, other)]
    content = pdf(tmp_path / "columns.pdf", page)
    assert texts(content)[1] == " ".join([*left, *right, "right line is the last line of all."])
    assert len(texts(content)) == 2


def test_a_blank_page_among_columns_is_no_trouble(tmp_path: Path) -> None:
    column = [f"line {at} of the long text that is" for at in range(12)]
    content = pdf(tmp_path / "blank.pdf", [*body(72, 760, *column), *body(300, 760, *column)], [])
    assert [len(page.blocks) > 0 for page in content.pages] == [True, False]


def test_notes_in_the_margin_stand_before_their_paragraph(tmp_path: Path) -> None:
    page: list[Print] = []
    for at in range(4):
        top = 780 - 70 * at
        lines = (
            f"1.{at} The keeper of the harbour writes down the name of every",
            "boat that moors there, and the day on which it came to the",
        )
        page += [*body(160, top, *lines, "pier, the berth it took there, and the name of the master", "of it.")]
        page += [("Helvetica", 8, 72, top, "s. 4, Harbour"), ("Helvetica", 8, 72, top - 9, f"Act {at}")]
    content = pdf(tmp_path / "notes.pdf", page)
    assert [text[:16] for text in texts(content)] == [
        part for at in range(4) for part in (f"s. 4, Harbour Act {at}"[:16], f"1.{at} The keeper of"[:16])
    ]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("fees are paid by over-", "draft.", "overdraft."),  # it stands there as one word
        ("fees are paid for moor-", "ings.", "moorings."),  # "moor" is not a word there
        ("fees are paid by low-", "water ships.", "low-water ships."),  # both halves are words there
        ("fees were paid in pre-", "May days.", "pre-May days."),
    ],
)
def test_a_broken_word_is_joined_unless_its_halves_are_words(
    tmp_path: Path, first: str, second: str, joined: str
) -> None:
    page = [
        *body(72, 780, "An overdraft is a draft over the count of low water."),
        *body(72, 700, f"All {first}", second),
    ]
    assert texts(pdf(tmp_path / "words.pdf", page))[1].endswith(joined)


def test_a_table_keeps_its_columns(tmp_path: Path) -> None:
    cells = [
        ("Craft", "2030", "2031"), ("Boats, and what", "", ""), ("belongs to them ........", "$ 5", "$ 6"),
        ("Ships ................", "", "9"), ("Rafts ................", "7", "8"),
    ]  # fmt: skip
    page: list[Print] = body(72, 780, "The following fees are paid by those who moor a craft at one of the piers.")
    for at, row in enumerate(cells):
        for x, cell in zip((72, 300, 400), row, strict=True):
            page += body(x, 740 - 12 * at, cell) if cell else []
    content = pdf(tmp_path / "table.pdf", page)
    assert [(kind, text) for _, kind, text in blocks(content)][1:] == [
        (Kind.HEADER, "Craft | 2030 | 2031"),
        (Kind.ROW, "Boats, and what belongs to them | $5 | $6"),
        (Kind.ROW, "Ships | | 9"),
        (Kind.ROW, "Rafts | 7 | 8"),
    ]


def test_a_statement_has_one_header_labels_and_signs_at_its_numbers(tmp_path: Path) -> None:
    def cells(y: float, label: str, *values: tuple[float, str]) -> list[Print]:
        return [*body(72, y, label), *(part for x, value in values for part in body(x, y, value))]

    page = [
        *body(72, 780, "The fees of the harbour, which all boats and ships must pay, were as follows (in thousands):"),
        *body(340, 750, "Years ended"),
        *body(300, 738, "May 2,"), *body(348, 738, "June 3,"), *body(400, 738, "July 4,"),
        *body(303, 726, "2031"), *body(351, 726, "2030"), *body(402, 726, "2029"),
        *cells(714, "Fees paid:"),
        *cells(702, "Boats", (290, "$"), (305, "(12)"), (340, "$"), (355, "(19)"), (390, "$"), (407, "16")),
        *cells(690, "Ships", (310, "7"), (322, "%"), (360, "8"), (372, "%"), (407, "9"), (422, "%")),
    ]  # fmt: skip
    content = pdf(tmp_path / "statement.pdf", page)
    assert [(kind, text) for _, kind, text in blocks(content)][1:] == [
        (Kind.HEADER, "Years ended | May 2, 2031 | June 3, 2030 | July 4, 2029"),
        (Kind.ROW, "Fees paid:"),
        (Kind.ROW, "Boats | $(12) | $(19) | $16"),
        (Kind.ROW, "Ships | 7% | 8% | 9%"),
    ]


def test_a_name_over_several_columns_names_each_of_them(tmp_path: Path) -> None:
    page = body(72, 780, "The following is what all of the boats and ships have paid us in either half year of these.")
    rows = [("", "2031", "2030", "2031", "2030"), ("Boats", "11", "12", "13", "14"), ("Ships", "21", "22", "23", "24")]
    page += [*body(325, 750, "Spring"), *body(446, 750, "Autumn")]
    for at, row in enumerate(rows):
        for x, cell in zip((72, 300, 360, 420, 480), row, strict=True):
            page += body(x, 738 - 12 * at, cell) if cell else []
    content = pdf(tmp_path / "halves.pdf", page)
    assert texts(content)[1:3] == [
        "| Spring 2031 | Spring 2030 | Autumn 2031 | Autumn 2030",
        "Boats | 11 | 12 | 13 | 14",
    ]


def test_a_table_of_contents_has_no_headings(tmp_path: Path) -> None:
    sections = [(f"§ 5.{at} Rule on {word}.", word) for at, word in enumerate(("boats", "ropes", "sails"), start=1)]
    contents = [bold(72, 740 - 14 * at, name) for at, (name, _) in enumerate(sections)]
    contents += [bold(72, 680, "Annex B - Forms ........................... 9")]
    text: list[Print] = []
    for at, (name, word) in enumerate(sections):
        text += [bold(72, 780 - 60 * at, name), *body(72, 760 - 60 * at, f"All {word} are looked after.")]
    content = pdf(tmp_path / "contents.pdf", [bold(72, 780, "Harbour Rules", 16), *contents], [*text, *PROSE])
    assert [text for _, text in headings(content)] == ["Harbour Rules", *(name for name, _ in sections)]
    assert "Annex B - Forms 9" in texts(content)


def test_the_title_has_all_lines_of_the_largest_heading(tmp_path: Path) -> None:
    page = [
        bold(72, 790, "Subject", 12), bold(72, 740, "Guide to the Care of", 20), bold(72, 716, "Boats and Ropes", 20),
        *PROSE,
    ]  # fmt: skip
    assert pdf(tmp_path / "guide.pdf", page).title == "Guide to the Care of Boats and Ropes"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("§ 7.33 12 Rules Ch. II (1–1–22 Edition)", "§ 7.8(c)(3) 12 Rules Ch. IV (1–1–23 Edition)"),
        ("Harbour Office Pt. 7, App. A", "Harbour Office § 7.1"),
        ("page 3 of 192", "page 17 of 192"),
    ],
)
def test_marks_leave_out_numbers_and_citations(text: str, same: str) -> None:
    assert mark(text) == mark(same)


# The real files are not part of the repository.
def real(test: Callable[..., None]) -> Callable[..., None]:
    """A test that reads the public documents."""
    return pytest.mark.public_documents(pytest.mark.usefixtures("policies")(test))


@pytest.fixture
def policies() -> None:
    """Fails or skips where the public documents aren't there."""
    if not POLICIES.is_dir():
        missing(f"the policies lie in no {POLICIES}; set TESTS_SHARED_DATA")


@cache
def read(path: Path) -> Content:
    return load(path, Limits())


RUNNING = [
    r"12 cfr ch\. ii \(1–1–22 edition\)", r"^federal reserve system\b.{0,25}$", r"verdate", r"up to date as of",
    r"enhanced display", r"^v\.1 – ", r"^\d{1,3}$",
]  # fmt: skip


@real
@pytest.mark.parametrize(
    "name",
    ["12-cfr-208-regulation-h", "12-cfr-223-regulation-w", "12-cfr-225-regulation-y", "12-cfr-252-regulation-yy"],
)
def test_regulations_have_no_running_lines_and_name_their_sections(name: str) -> None:
    content = read(CODES / f"{name}.pdf")
    left = [text for text in texts(content) for pattern in RUNNING if re.search(pattern, text.lower())]
    assert not left
    of_appendix = re.compile(r"§ \d|appendix [a-z]", re.IGNORECASE)
    spans = list(cut(content, content.title or ""))
    named = sum(any(of_appendix.match(heading) for heading in span.heading) for span in spans)
    assert named >= 0.8 * len(spans)


@real
@pytest.mark.parametrize(
    ("path", "page", "start"),
    [
        (CODES / "12-cfr-223-regulation-w.pdf", 16, "§ 223.31 "),
        (CODES / "12-cfr-223-regulation-w.pdf", 19, "§ 223.33 "),
        (CODES / "12-cfr-208-regulation-h.pdf", 42, "§ 208.62 "),
        (CODES / "12-cfr-225-regulation-y.pdf", 45, "§ 225.28 "),
        (CODES / "12-cfr-252-regulation-yy.pdf", 100, "§ 252.147 "),
        (GUIDANCE / "hk-code-of-banking-practice-2021.pdf", 24, "Chapter 3 - "),
        (GUIDANCE / "hk-code-of-banking-practice-2021.pdf", 14, "16. "),
        (GUIDANCE / "hkma-spm-tm-g-1-technology-risk.pdf", 9, "2.4 "),
        (GUIDANCE / "hkma-aml-cft-guideline-2018.pdf", 80, "Chapter 11 "),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else str(value),
)
def test_sections_are_headings_on_their_pages(path: Path, page: int, start: str) -> None:
    found = [number for number, kind, text in blocks(read(path)) if kind is Kind.HEADING and text.startswith(start)]
    assert found == [page]


@real
@pytest.mark.parametrize(
    ("path", "words"),
    [
        (CODES / "12-cfr-223-regulation-w.pdf", ["PART 223—", "(REGULATION W)"]),
        (CODES / "12-cfr-215-regulation-o.pdf", ["PART 215—", "(REGULATION O)"]),
        (GUIDANCE / "hkma-spm-tm-g-1-technology-risk.pdf", ["TM-G-1", "Risk Management"]),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_titles_are_whole(path: Path, words: list[str]) -> None:
    title = read(path).title or ""
    assert all(word in title for word in words)


@real
@pytest.mark.parametrize("path", sorted([*CODES.glob("*.pdf"), *GUIDANCE.glob("*.pdf")]), ids=lambda path: path.stem)
def test_blocks_are_spans_in_order(path: Path) -> None:
    for page in read(path).pages:
        ends = [0]
        for block in page.blocks:
            assert ends[-1] <= block.start < block.end <= len(page.text)
            ends.append(block.end)
        assert not re.search("[\x02\ufffe]", page.text)

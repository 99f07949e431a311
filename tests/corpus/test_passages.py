"""Passages are spans of their page, in order, under the right heading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.content import Content, Kind, PageBuilder
from corpus.passages import PassageSpan, Size, cut

words = st.text(alphabet="abc .;\n\té–", max_size=200)
block = st.tuples(st.sampled_from(Kind), words, st.integers(1, 4))


def build(*pages: list[tuple[Kind, str, int]]) -> Content:
    built = []
    for number, content in enumerate(pages, start=1):
        builder = PageBuilder()
        for kind, text, level in content:
            builder.add(kind, text, level)
        built.append(builder.page(number))
    return Content(None, tuple(built))


def cut_text(content: Content, span: PassageSpan) -> str:
    return content.pages[span.page - 1].text[span.start : span.end]


@given(st.lists(st.lists(block, max_size=8), min_size=1, max_size=3), st.integers(20, 300))
def test_passages_hold_every_word_once_and_in_order(pages: list[list[tuple[Kind, str, int]]], most: int) -> None:
    content = build(*pages)
    spans = list(cut(content, "Title", Size(limit=most)))
    for span in spans:
        text = cut_text(content, span)
        assert 0 < len(text) <= max(most // 2, most - len(" > ".join(span.heading)) - len(span.context) - 1)
        assert text == text.strip()
    shown = "".join("".join(cut_text(content, span).split()) for span in spans)
    bodies = [p.text[b.start : b.end] for p in content.pages for b in p.blocks if b.kind is not Kind.HEADING]
    assert shown == "".join("".join(body.split()) for body in bodies)
    places = [(span.page, span.start, span.end) for span in spans]
    assert places == sorted(places)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in zip(places, places[1:], strict=False))


def test_the_heading_path_follows_the_levels() -> None:
    content = build(
        [
            (Kind.PARAGRAPH, "before", 0),
            (Kind.HEADING, "Fees", 2),
            (Kind.HEADING, "Cards", 3),
            (Kind.PARAGRAPH, "card", 0),
            (Kind.HEADING, "Loans", 2),
            (Kind.PARAGRAPH, "loan", 0),
        ],
        [(Kind.PARAGRAPH, "next page", 0)],
    )
    assert [span.heading for span in cut(content, "Bank")] == [
        ("Bank",), ("Bank", "Fees", "Cards"), ("Bank", "Loans"), ("Bank", "Loans"),
    ]  # fmt: skip


def test_rows_that_are_parted_from_their_header_carry_it() -> None:
    rows = [(Kind.HEADER, "Fee | EUR", 0)] + [(Kind.ROW, f"Fee number {n} | {n}", 0) for n in range(9)]
    spans = list(cut(build(rows), "Fees", Size(limit=80)))
    assert spans[0].context == ""
    assert {span.context for span in spans[1:]} == {"Fee | EUR"}


def test_rows_carry_what_introduces_their_table_and_their_label() -> None:
    stem, label = (Kind.PARAGRAPH, "Fees (in EUR):", 0), (Kind.ROW, "Cards:", 0)
    rows = [(Kind.ROW, f"Card number {n} | {n}", 0) for n in range(10, 20)]
    after = [(Kind.ROW, "Total of cards | 10", 0), *((Kind.ROW, f"Loan number {n} | {n}", 0) for n in range(10, 20))]
    content = build([stem, (Kind.HEADER, "Fee | EUR", 0), label, *rows, *after])
    spans = list(cut(content, "Fees", Size(limit=130)))
    assert spans[1].context == "Fees (in EUR):\nFee | EUR\nCards:"
    assert spans[-1].context == "Fees (in EUR):\nFee | EUR"


def test_the_documents_own_title_is_not_repeated() -> None:
    content = build([(Kind.HEADING, "Card fees 2026", 1), (Kind.PARAGRAPH, "free", 0)])
    named = Content("Card fees 2026", content.pages)
    assert [span.heading for span in cut(named, "Card fees")] == [("Card fees",)]


def test_items_that_are_parted_from_what_introduces_them_carry_it() -> None:
    items = [(Kind.ITEM, f"{n}. the {n}th paper that we ask for", 0) for n in range(4)]
    content = build([(Kind.PARAGRAPH, "Bring with you:", 0), *items, (Kind.PARAGRAPH, "That is all there is.", 0)])
    spans = list(cut(content, "Papers", Size(limit=75)))
    texts = [cut_text(content, span) for span in spans]
    assert texts[0].startswith("Bring with you:\n\n0. the")
    assert sum(text[0].isdigit() for text in texts) >= 2
    for text, span in zip(texts, spans, strict=True):
        assert span.context == ("Bring with you:" if text[0].isdigit() else "")


def test_an_introduction_does_not_reach_into_the_next_section() -> None:
    content = build([(Kind.PARAGRAPH, "Bring:", 0), (Kind.HEADING, "Fees", 1), (Kind.ITEM, "none", 0)])
    assert [span.context for span in cut(content, "Papers")] == ["", ""]


def test_a_long_context_is_shortened_to_its_end() -> None:
    stem = "In each of the cases of the paragraphs above, which are many and long, " * 3 + "bring with you:"
    content = build([(Kind.PARAGRAPH, stem, 0), (Kind.ITEM, "a pen " * 20, 0), (Kind.ITEM, "ink " * 25, 0)])
    last = list(cut(content, "Papers", Size(limit=200)))[-1]
    assert last.context.endswith("bring with you:")
    assert len(last.context) <= 50


def test_rows_of_two_tables_never_share_a_passage() -> None:
    header, row = Kind.HEADER, Kind.ROW
    content = build(
        [(header, "Product | Rate", 1), (row, "Saver | 1%", 1), (header, "Loan | Fee", 1), (row, "Car | 5", 1)]
    )
    assert [cut_text(content, span) for span in cut(content, "Title")] == [
        "Product | Rate\nSaver | 1%", "Loan | Fee\nCar | 5"
    ]  # fmt: skip


def test_rows_that_go_on_over_the_page_carry_their_header_and_label() -> None:
    first = PageBuilder()
    first.table([["Market", "Fee"], ["Europe"], ["Austria", "31"]])
    [above] = first.page(1).tables
    for goes_on, context in ((True, "Market | Fee\nEurope"), (False, "")):
        second = PageBuilder()
        second.table([["Spain", "32"]], headed=False, above=above if goes_on else None)
        content = Content(None, (first.page(1), second.page(2)))
        assert [span.context for span in cut(content, "Title")] == ["", context]
        assert [table.header for table in content.pages[1].tables] == [above.header if goes_on else ()]


def test_a_long_header_keeps_every_cell_so_that_no_value_moves() -> None:
    names = [f"Average annual percentage rate charged on balances in {place}" for place in ("Asia", "Africa", "Europe")]
    builder = PageBuilder()
    builder.table([["Product", *names], *([f"Product {n}", str(n), str(n + 1), str(n + 2)] for n in range(40))])
    *_, last = cut(Content(None, (builder.page(1),)), "Rates", Size(limit=400))
    assert last.context.count(" | ") == 3
    assert last.context.startswith("Product | Average annual")


def test_a_table_without_a_header_has_none_of_the_table_above_it() -> None:
    builder = PageBuilder()
    builder.table([["Card", "Fee"], ["Gold", "15"]])
    builder.table([[f"Deposit of kind {n}", str(100 + n)] for n in range(20)], headed=False)
    spans = list(cut(Content(None, (builder.page(1),)), "Rates", Size(limit=100)))
    assert len(spans) > 3
    assert {span.context for span in spans} == {""}

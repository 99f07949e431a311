"""A table that goes on over the page keeps its header, though that is printed once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.content import Content
from corpus.passages import cut
from tests.corpus.test_pdf import PROSE, Print, bold, pdf

HEADER = ("Market", "Retail", "Private")
ROWS = [("Austria", "31", "131"), ("Belgium", "32", "132"), ("Chile", "33", "133")]
MORE = [("Japan", "41", "141"), ("Korea", "42", "142"), ("Morocco", "43", "143")]


def table(rows: Sequence[Sequence[str]], top: float = 780, move: float = 0) -> list[Print]:
    return [
        ("Helvetica", 10.0, 72 + 140 * column + (move if column else 0), top - 16 * at, text)
        for at, row in enumerate(rows)
        for column, text in enumerate(row)
    ]


def contexts(content: Content, page: int) -> list[str]:
    return [span.context for span in cut(content, "Fees") if span.page == page]


def test_rows_of_the_next_pages_have_the_header_as_their_context(tmp_path: Path) -> None:
    last = [("Peru", "51", "151"), ("Spain", "52", "152")]
    content = pdf(tmp_path / "fees.pdf", [*PROSE[:1], *table([HEADER, *ROWS], 120)], table(MORE), table(last))
    assert contexts(content, 2) == contexts(content, 3) == ["Market | Retail | Private"]
    assert content.pages[1].text == "Japan | 41 | 141\nKorea | 42 | 142\nMorocco | 43 | 143"


def test_rows_of_words_go_on_under_a_bold_header(tmp_path: Path) -> None:
    head = [bold(72, 780, "Product"), bold(212, 780, "Team"), bold(352, 780, "Answers in")]
    rows = [("Cards", "Retail", "two days"), ("Loans", "Credit", "a week"), ("Funds", "Private", "a month")]
    content = pdf(tmp_path / "teams.pdf", [*head, *table(rows, 764)], table([("Gold", "Trade", "one day"), *rows]))
    assert contexts(content, 2) == ["Product | Team | Answers in"]
    assert content.pages[1].text.startswith("Gold | Trade | one day\nCards")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(table(MORE, move=40), id="other columns"),
        pytest.param(table([row[:2] for row in MORE]), id="fewer columns"),
        pytest.param(table([("Market", "Opening", "Closing"), *MORE]), id="a header of its own"),
        pytest.param(
            [("Helvetica", 10.0, 72, 800, "Other fees of the bank are these."), *table(MORE)], id="text above"
        ),
    ],
)
def test_another_table_does_not_take_the_header(tmp_path: Path, second: list[Print]) -> None:
    content = pdf(tmp_path / "other.pdf", table([HEADER, *ROWS]), second)
    assert not any("Retail" in context for context in contexts(content, 2))


def test_a_table_that_text_follows_ends_there(tmp_path: Path) -> None:
    after: Print = ("Helvetica", 10.0, 72, 600, "Prices hold until the end of the year, and may then be raised again.")
    content = pdf(tmp_path / "ended.pdf", [*table([HEADER, *ROWS]), after], table(MORE))
    assert contexts(content, 2) == [""]


def test_a_page_of_text_between_ends_a_table(tmp_path: Path) -> None:
    content = pdf(tmp_path / "between.pdf", table([HEADER, *ROWS]), PROSE, table(MORE))
    assert contexts(content, 3) == [""]
    assert not content.pages[2].goes_on

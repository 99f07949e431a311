"""Gold questions proposed from documents, reviewed in a spreadsheet, and imported again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.errors import BadSpreadsheet
from corpus import ingest, store
from corpus.database import Database
from corpus.loaders import Limits
from corpus.schema import now
from eval.errors import BadGold
from eval.gold.check import check
from eval.gold.importers import FORMATS
from eval.gold.importers.spreadsheet import COLUMNS
from eval.gold.model import GoldQuestion, GoldSet
from eval.gold.propose import Kind, propose, write_spreadsheet
from eval.gold.propose.rules import _rows as table_rows
from eval.gold.propose.sections import read_documents
from tests.conftest import SAMPLE

CARDS = """# Cards and limits

A card of the bank is yours for three years.

## Annual fees

The annual fee is debited once a year, on the day that the card was made. Half of it is charged below the age of 26.

A second paragraph goes on.

| Card | Fee (EUR) | In 2025 |
| --- | --- | --- |
| Gold card | 24 | 20 |
| Blue card | 0 | 12 |
| Twin card | 1 | 2 |
| Twin card | 3 | 4 |

## 3. What does a lost card cost?

A lost card costs eight euros, and a stolen one costs nothing at all.

## Card Guard

The card guard watches over all that is paid with a card, day and night.

## HOW TO COMPLAIN

Write to the bank or call one of its branches during the day. =SUM is no formula here.

## Annex 12

This annex holds nothing that anyone would ever want to ask about, as its heading shows.

## When we refuse

We refuse a card in each of the cases that are listed here:

- the holder is a child

## Terms

A chargeback is a payment that the bank takes back from a merchant. “Float” means the days between two bookings.
It is a rule that nobody reads.
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The sample corpus without embeddings: no model is needed to read it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('draft') / 'test.db'}")
    database.migrate()
    take_in(database, SAMPLE, "default")
    yield database
    database.close()


@pytest.fixture
def cards(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> list[GoldQuestion]:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "cards.md").write_text(CARDS)
    take_in(database, tmp_path / "documents", request.node.name)
    return proposals(database, 100, request.node.name)


def take_in(database: Database, folder: Path, collection: str) -> None:
    assert all(
        report.outcome != "failed"
        for report in ingest.carry_out(database, ingest.plan(database, [folder], collection), Limits())
    )


def proposals(database: Database, limit: int, collection: str = "default") -> list[GoldQuestion]:
    with database.reading() as session:
        return propose(session, collection, limit)


def asked(proposals: list[GoldQuestion], kind: Kind) -> dict[str, str]:
    return {p.question: p.answer for p in proposals if p.tags == (kind,)}


def test_headings_are_answered_by_the_first_sentences_below_them(cards: list[GoldQuestion]) -> None:
    assert asked(cards, Kind.HEADING) == {
        "What does “Cards and limits” say about annual fees?": "The annual fee is debited once a year, on the day that "
        "the card was made. Half of it is charged below the age of 26.",
        "What does a lost card cost?": "A lost card costs eight euros, and a stolen one costs nothing at all.",
        "What does “Cards and limits” say about Card Guard?": "The card guard watches over all that is paid with a "
        "card, day and night.",
        "What does “Cards and limits” say about how to complain?": "Write to the bank or call one of its branches "
        "during the day. =SUM is no formula here.",
        "What does “Cards and limits” say about Terms?": "A chargeback is a payment that the bank takes back from a "
        "merchant. “Float” means the days between two bookings. It is a rule that nobody reads.",
    }


def test_definitions_ask_for_the_term(cards: list[GoldQuestion]) -> None:
    assert asked(cards, Kind.DEFINITION) == {
        "What does chargeback mean?": "A chargeback is a payment that the bank takes back from a merchant.",
        "What does Float mean?": "“Float” means the days between two bookings.",
    }


def test_rows_ask_for_one_cell_and_those_of_one_label_for_none(cards: list[GoldQuestion]) -> None:
    assert asked(cards, Kind.TABLE_ROW) == {
        "What is fee (EUR) for Gold card, according to “Cards and limits”?": "Gold card | 24 | 20",
        "What is Blue card for In 2025, according to “Cards and limits”?": "Blue card | 0 | 12",
    }
    assert [p.short_answer for p in cards if p.tags == (Kind.TABLE_ROW,)] == ["24", "12"]
    labels = [p.labels for p in cards if p.tags == (Kind.TABLE_ROW,)]
    assert labels == [("Gold card", "Fee (EUR)"), ("Blue card", "In 2025")]


def test_a_long_table_keeps_its_header_and_rows_of_another_width_are_left_out(
    database: Database, tmp_path: Path
) -> None:
    rows = "".join(f"<tr><td>{letter * 200}</td><td>{at}</td></tr>" for at, letter in enumerate("abcdefghijk"))
    wide = "<tr><td>wide</td><td>1</td><td>2</td></tr>"
    table = f"<table><tr><th>Name</th><th>Worth</th></tr>{rows}{wide}</table>"
    (tmp_path / "long.html").write_text(f"<h1>Long</h1><h2>Table</h2>{table}")
    take_in(database, tmp_path, "long")
    with database.reading() as session:
        [sections] = read_documents(session, "long")
        assert len(sections[0].texts) > 2
        assert [row.values for row in table_rows(sections[0])] == [[("Worth", str(at))] for at in range(11)]


def test_few_questions_come_from_all_over_a_document(database: Database, cards: list[GoldQuestion]) -> None:
    with database.reading() as session:
        collection = next(name for name in store.collections(session) if name.startswith("test_few_questions"))
    middle = [p.question for p in proposals(database, 1, collection)]
    assert middle == [cards[len(cards) // 2].question]


def test_evidence_is_the_place_that_the_question_was_made_from(database: Database) -> None:
    by_doc = {str(p.evidence[0].doc): p for p in proposals(database, 1000)}
    assert {"cards/card-fees-2026.md", "rates/mortgage-deposit-rates.xlsx"} <= by_doc.keys()
    # What is no longer in force is not asked about.
    assert not {"cards/card-fees-2024.md", "cards/card-fees"} & by_doc.keys()
    paged = by_doc["lending/mortgage-early-repayment-2026.pdf"].evidence[0]
    assert (paged.page, paged.section) == (2, "Paying from abroad or through another lender")
    assert by_doc["cards/card-fees-2026.md"].evidence[0].page is None
    for proposal in by_doc.values():
        assert proposal.evidence[0].text == proposal.answer
        assert [Kind(tag) for tag in proposal.tags]


@pytest.mark.parametrize("limit", [0, 1, 7, 31, 64])
def test_questions_are_spread_evenly_over_documents(database: Database, limit: int) -> None:
    there = Counter(p.evidence[0].doc for p in proposals(database, 100_000))
    drafted = proposals(database, limit)
    counts = Counter(p.evidence[0].doc for p in drafted)
    assert [p.id for p in drafted] == [f"proposed-{number:04}" for number in range(1, limit + 1)]
    # Only a document that has no more of them gets fewer than others.
    assert all(counts[doc] >= min(most, max(counts.values(), default=0) - 1) for doc, most in there.items())


def test_a_limit_beyond_what_there_is_gives_all_of_it_once(database: Database) -> None:
    drafted = proposals(database, 100_000)
    assert 200 < len(drafted) == len({p.question.lower() for p in drafted})
    assert set(Kind) == {Kind(tag) for p in drafted for tag in p.tags}


def test_a_file_that_was_edited_in_place_is_asked_about_as_of_today(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "cards.md"
    for text in (CARDS.replace("eight", "seven"), CARDS):
        file.write_text(text)
        take_in(database, tmp_path, "edited")
    drafted = proposals(database, 3, "edited")
    assert [(q.evidence[0].doc, q.as_of) for q in drafted] == [("cards.md", now().date())] * 3
    with database.reading() as session:
        assert check(GoldSet(name="edited", questions=tuple(drafted)), session, "edited") == []


def test_what_was_accepted_is_imported_and_agrees_with_the_documents(database: Database, tmp_path: Path) -> None:
    drafted = proposals(database, 90)
    path = tmp_path / "review.xlsx"
    write_spreadsheet(drafted, path)
    with pytest.raises(BadGold, match="holds no question to import"):
        list(FORMATS["spreadsheet"].read(path))
    book = openpyxl.load_workbook(path)
    accept = 1 + COLUMNS.index("Accept")
    for row in range(2, 92):
        book["Proposals"].cell(row, accept).value = ("yes", "no", None)[row % 3]
    book.save(path)
    questions = tuple(FORMATS["spreadsheet"].read(path))
    assert questions == tuple(p for row, p in enumerate(drafted, start=2) if row % 3 == 0)
    with database.reading() as session:
        assert check(GoldSet(name="drafted", questions=questions), session, "default") == []


def test_the_spreadsheet_is_made_for_reviewing(cards: list[GoldQuestion], tmp_path: Path) -> None:
    evil = cards[0].model_copy(update={"answer": "=1+1", "question": "@home?"})
    write_spreadsheet([evil, *cards], tmp_path / "review.xlsx")
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    sheet, guide = book.worksheets
    header, first, second = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=3)]
    assert header == [*COLUMNS]
    assert first[1:3] == ["@home?", "=1+1"]
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    assert second[1:3] == [cards[0].question, cards[0].answer]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width >= 40
    assert sheet["B2"].alignment.wrap_text
    [choice] = sheet.data_validations.dataValidation
    accept = sheet.cell(2, 1 + COLUMNS.index("Accept")).coordinate
    assert (choice.formula1, accept in choice.sqref) == ('"yes,no"', True)
    assert guide.title == "How to"
    assert guide.max_row == 7


def test_where_proposals_cannot_be_written_is_said(cards: list[GoldQuestion], tmp_path: Path) -> None:
    with pytest.raises(BadGold, match=r"must end in \.xlsx"):
        write_spreadsheet(cards, tmp_path / "review.csv")
    with pytest.raises(BadSpreadsheet, match="can't be written"):
        write_spreadsheet(cards, tmp_path / "gone" / "review.xlsx")

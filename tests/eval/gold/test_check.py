"""Gold sets measured against the documents that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen import canvas
from sqlalchemy import event

from corpus import ingest
from corpus.database import Database
from corpus.errors import UnknownCollection
from corpus.loaders import Limits
from eval.gold.check import check
from eval.gold.model import Evidence, GoldQuestion, GoldSet, read_gold
from tests.conftest import ROOT, SAMPLE, SHARED, missing

MANIFEST = """
documents:
  - {file: fees-2024.md, document: fees, effective_from: 2024-01-01}
  - {file: fees-2026.md, document: fees, effective_from: 2026-01-01}
"""
SENTENCE = "Taking out cash abroad costs two percent of the amount that you withdraw."


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Passages without embeddings: no model is needed to look something up."""
    folder = tmp_path_factory.mktemp("check")
    database = Database(f"sqlite:///{folder / 'test.db'}")
    database.migrate()
    documents = folder / "documents"
    documents.mkdir()
    (documents / "manifest.yaml").write_text(MANIFEST)
    for year in (2024, 2026):
        (documents / f"fees-{year}.md").write_text(
            f"# Fees\n\n## Cash abroad\n\n{SENTENCE} It was so in {year}.\n\n## Transfers\n\n### Abroad\n\n"
            "We send money to almost every country of the world.\n\n| Country | Fee |\n| --- | --- |\n| Canada | 5 |\n"
        )
    pdf = canvas.Canvas(str(documents / "terms.pdf"))
    for name in ("Amber", "Birch", "Cedar", "Delta", "Ember"):
        pdf.drawString(72, 500, f"{name} is a class of loans whose interest is never negoti-")
        pdf.drawString(72, 485, f"able, and for {name} loans a notice is always given in writing.")
        pdf.showPage()
    pdf.save()
    take_in(database, documents, "default")
    yield database
    database.close()


def take_in(database: Database, folder: Path, collection: str) -> None:
    plan = ingest.plan(database, [folder], collection)
    assert all(report.outcome != "failed" for report in ingest.carry_out(database, plan, Limits()))


def problems(database: Database, *questions: GoldQuestion) -> list[tuple[str, str]]:
    gold = GoldSet(name="test", questions=questions)
    with database.reading() as session:
        return [(f.question_id, f.problem) for f in check(gold, session, "default", as_of=date(2026, 6, 1))]


def question(doc: str | None = "fees-2026.md", *, as_of: date | None = None, **place: Any) -> GoldQuestion:
    evidence = (Evidence(doc=doc, **place),)
    return GoldQuestion(id="q", question="What does it cost?", answer="Two percent.", evidence=evidence, as_of=as_of)


@pytest.mark.parametrize(
    "good",
    [
        question(),
        question(section="Cash abroad"),
        question(section="cash  ABROAD", text=SENTENCE),
        question(section="Transfers > Abroad", text="almost every country"),
        question(section="Transfers", text="Canada\t5"),
        question(text=SENTENCE.replace(" ", "\n ").replace("amount", "am-\nount")),
        question(text="am-\nount that"),
        question("fees", as_of=date(2025, 3, 1), text="It was so in 2024."),
        question("fees-2024.md", as_of=date(2025, 3, 1)),
        question("terms.pdf", page=3, text="Cedar is a class of loans whose interest is never negotiable"),
        question("terms.pdf", page=3, text="for Birch loans"),
        question("terms.pdf", page=5, text="for Delta loans a notice is always given"),
        question(None, text="A text of a document that nobody named."),
        question(text="Taking out cash abroad costs three percent of the amount that you withdraw"),
    ],
)
def test_nothing_is_found_in_what_agrees(database: Database, good: GoldQuestion) -> None:
    assert problems(database, good) == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (question("gone.md"), "'gone.md' is not in the collection"),
        (question("fees"), "'fees' means several versions (fees version 1, fees version 2)"),
        (question("fees", text="in 2024"), "'fees' means several versions"),
        (question("fees", text="in 2026"), "'fees' means several versions"),
        (question("fees-2024.md"), "'fees-2024.md' is not in force on 2026-06-01"),
        (question("fees-2026.md", as_of=date(2025, 3, 1)), "is not in force on 2025-03-01"),
        (question("fees", as_of=date(2020, 1, 1)), "'fees' is not in force on 2020-01-01"),
        (question("fees", as_of=date(2025, 3, 1), section="Cash"), "has no heading 'Cash'"),
        (question(section="Abroad > Transfers"), "has no heading 'Abroad > Transfers'"),
        (question("terms.pdf", page=6), "'terms.pdf' has 5 pages, and page 6 is named"),
        (question("terms.pdf", page=0), "'terms.pdf' has 5 pages, and page 0 is named"),
        (question(page=1), "'fees-2026.md' has no pages, and page 1 is named"),
        (question(text="Nothing of the sort was ever said here."), "0% of its word triples stand in it"),
        (question(text="cash back"), "0% of its word triples stand in it"),
        (
            question(section="Transfers", text=SENTENCE),
            "0% of its word triples stand under 'Transfers', and 100% in all of it",
        ),
        (
            question("terms.pdf", page=5, text="and for Amber loans"),
            "stand on page 5 or beside it, and 100% in all of it",
        ),
        (question(None), "its evidence names no document"),
        (question().model_copy(update={"evidence": ()}), "it is answerable, and has no evidence"),
        (question().model_copy(update={"answerable_in_corpus": False}), "it is marked as unanswerable"),
    ],
)
def test_each_disagreement_is_one_finding(database: Database, bad: GoldQuestion, problem: str) -> None:
    [(question_id, found)] = problems(database, bad)
    assert question_id == "q"
    assert problem in found


def test_the_share_of_word_triples_decides_about_text_that_is_not_verbatim(database: Database) -> None:
    words = SENTENCE.split()
    other = ["is", "what", "that", "one", "will", "be"]
    assert problems(database, question(text=" ".join([*words[:8], *other]))) == []
    [(_, found)] = problems(database, question(text=" ".join([*words[:5], *other])))
    assert "33% of its word triples" in found


def test_the_same_question_twice_is_found_unless_it_is_about_another_day(database: Database) -> None:
    first = question()
    second = first.model_copy(update={"id": "again", "question": "what does it cost"})
    assert problems(database, first, second) == [("again", "it asks the same as q")]
    assert problems(database, first, second.model_copy(update={"as_of": date(2026, 2, 1)})) == []


def test_a_missing_answer_is_found_where_the_set_has_answers(database: Database) -> None:
    silent = question().model_copy(update={"id": "silent", "question": "And then?", "answer": " "})
    assert problems(database, question(), silent) == [("silent", "it is answerable, and has no answer")]
    assert problems(database, silent) == []
    declined = silent.model_copy(update={"answerable_in_corpus": False, "evidence": (Evidence(doc="gone.md"),)})
    assert problems(database, question(), declined) == []


def test_a_collection_that_does_not_exist_is_said(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnknownCollection):
        check(GoldSet(name="test", questions=(question(),)), session, "gone")


def test_the_gold_set_of_the_sample_agrees_with_it(database: Database) -> None:
    take_in(database, SAMPLE, "sample")
    with database.reading() as session:
        assert check(read_gold(ROOT / "eval/gold/sample.jsonl"), session, "sample", as_of=date(2026, 11, 1)) == []


@pytest.mark.public_documents
def test_four_hundred_real_questions_read_each_document_once(database: Database, guides: Path) -> None:
    take_in(database, guides, "guides")
    gold = read_gold(SHARED / "policies" / "qa_ask_cfpb.jsonl")
    assert len(gold.questions) == 407
    statements: list[str] = []

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        with database.reading() as session:
            assert check(gold, session, "guides") == []
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    # Versions, pages and passages of each of the 85, and a few that list what there is.
    assert len(statements) <= 3 * 85 + 5


@pytest.mark.public_documents
def test_real_evidence_pages_hold_their_text(database: Database) -> None:
    policies = SHARED / "policies"
    folder = policies / "documents" / "hk-banking-guidance-pdf"
    if not folder.is_dir():
        missing("the real policies lie in no ../shared/data; set TESTS_SHARED_DATA")
    take_in(database, folder, "hk")
    asked = read_gold(policies / "qa_regulators.jsonl").questions
    own = tuple(q for q in asked if q.evidence and (q.evidence[0].doc or "").startswith("documents/hk-"))
    with database.reading() as session:
        found = check(GoldSet(name="hk", questions=own), session, "hk")
    # The annotators' passage of this question is nowhere in the document: the set's own match is below 0.3.
    assert [finding.question_id for finding in found] == ["reg-038"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"labels": ("Canada", "Fee")}, None),
        (
            {"labels": ("Canada", "Price")},
            "no row or sentence of its evidence has all of its labels: 'Canada', 'Price'",
        ),
        ({"labels": ("Canada", "Fee"), "short_answer": "6"}, "beside its labels there is no 6: 'Canada', 'Fee'"),
        ({"labels": ("Canada", "Fee"), "answer": ""}, "it has labels, and no answer that stands beside them"),
        ({"readings": ("a", "b")}, None),
        (
            {"readings": ("a",)},
            "it has one reading: an ambiguous question has two or more, and one that isn't has none",
        ),
        ({"readings": ("A?", "a")}, "its readings are empty or the same"),
    ],
)
def test_labels_stand_beside_the_figure_and_readings_differ(
    database: Database, values: dict[str, Any], problem: str | None
) -> None:
    place = Evidence(doc="fees-2026.md", section="Abroad")
    about = {"id": "q", "question": "What does it cost?", "answer": "Canada | 5", "short_answer": "5"} | values
    found = problems(database, GoldQuestion(**about, evidence=(place,)))
    assert [said for _, said in found] == ([problem] if problem else [])

"""What is asked for by its number is looked up by it and read out, and never one of several without saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.answering.answer import Answer, Status
from app.config import load_settings
from app.service import Citewell
from corpus.access import Principal
from retrieval.embedder import Embedder
from tests.conftest import settings_of

Holding = Callable[..., Citewell]

BOXES = """# Conditions for safe deposit boxes

## 1. Access

1.1 Boxes may be opened on business days from 9 to 16.

1.2 An authorised person needs a written power of attorney.

## 2. Liability

2.1 The bank is liable up to EUR 40,000 for each box. The bank isn't liable for:

(a) coins,

(b) works of art,

(c) medicines.

This does not apply if we are at fault.

2.2 Cash must not be stored. Nor must weapons.

2.3 Clause 1.2 applies to heirs as well.

## 3. Termination

3.1 Either side may terminate with four weeks' notice.

## Annex II: Keys

- (a) One key is yours.
- (b) One key is ours.

## Article 5a Complaints

Write to us.

Clause 7 applies.
"""
ACCOUNT = """# Account rules

## § 4 Fees

(1) Fees are due monthly.

(2) 2.2 % of the balance is the most that we charge.

## 5 Closing

5.1 You may close it.

2.2 Old numbering goes on here.

### Part A

6.1 Of part A.

### Part B

6.1 Of part B.

## 8. Reserved

## 9. Steps

1. First.
2. Second.
"""


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory, generator_path: Path, embedder: Embedder) -> Iterator[Holding]:
    """Gives a service that holds some texts as documents; the same one for the same texts."""
    services: dict[tuple[str, ...], Citewell] = {}

    def holds(*texts: str) -> Citewell:
        if texts not in services:
            folder = tmp_path_factory.mktemp("places")
            service = services[texts] = Citewell(load_settings(overrides=settings_of(folder / "var", generator_path)))
            service.models.embedder = embedder
            for number, text in enumerate(texts):
                (folder / f"{number}.md").write_text(text)
            service.ingest(sorted(folder.glob("*.md")), "default")
        return services[texts]

    yield holds
    for service in services.values():
        service.database.close()


def ask(service: Citewell, question: str) -> Answer:
    return service.answer(service.question(question))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does clause 1.2 say?", "1.2 An authorised person needs a written power of attorney."),
        ("What does clause 2.2 say?", "2.2 Cash must not be stored.\nNor must weapons."),
        ("Please quote clause 2.2", "2.2 Cash must not be stored.\nNor must weapons."),
        ("what's in section 2.2 of the deposit boxes conditions?", "2.2 Cash must not be stored.\nNor must weapons."),
        ("What does section 3 say?", "3. Termination\n3.1 Either side may terminate with four weeks' notice."),
        ("What does Article 5a provide?", "Article 5a Complaints\nWrite to us.\nClause 7 applies."),
        ("What does point (b) of Annex II say?", "- (b) One key is ours."),
        (
            "What does clause 2.1(c) say?",
            "The bank isn't liable for:\n(c) medicines.\n(The text goes on after this.)",
        ),
    ],
)
def test_the_place_that_bears_the_number_is_read_out(holding: Holding, question: str, answer: str) -> None:
    answered = ask(holding(BOXES), question)
    assert answered.status is Status.ANSWERED, answered.reason
    assert answered.answer.replace("\n\n", "\n") == answer
    for citation in answered.citations:
        assert answered.answer[citation.answer_start : citation.answer_end] == citation.quote


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What does clause 9.9 say?", "Clause 9.9 was not found in the documents that apply on this day."),
        ("What does clause 3.2 say?", "Clause 3.2 was not found"),
        (
            "What does Annex III of the conditions for safe deposit boxes say?",
            "found in Conditions for safe deposit boxes.",
        ),
        ("What does point (d) of Annex II say?", "Point (d) of Annex II was not found"),
        ("What does section 1(6) say?", "Section 1(6) was not found"),
    ],
)
def test_a_number_that_no_document_has_is_declined(holding: Holding, question: str, reason: str) -> None:
    answered = ask(holding(BOXES), question)
    assert answered.status is Status.ABSTAINED
    assert reason in (answered.reason or "")
    assert answered.citations == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does clause 2.2 say?", "stands in 2 documents: Account rules; Conditions for safe deposit boxes."),
        (
            "What does clause 6.1 say?",
            "2 places of Account rules: Account rules > 5 Closing > Part A; Account rules > 5 Closing > Part B.",
        ),
    ],
)
def test_of_several_places_none_is_picked(holding: Holding, question: str, said: str) -> None:
    answered = ask(holding(ACCOUNT, BOXES), question)
    assert answered.status is Status.ABSTAINED
    assert said in (answered.reason or "")
    assert len(answered.sources) == 2


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does clause 2.2 of the account rules say?", "2.2 Old numbering goes on here."),
        ("What does clause 6.1 of part B say?", "6.1 Of part B."),
        ("What does § 4(1) say?", "(1) Fees are due monthly."),
        (
            "What does section 4 say?",
            "§ 4 Fees\n(1) Fees are due monthly.\n(2) 2.2 % of the balance is the most that we charge.",
        ),
        (
            "What does section 5 of the account rules say?",
            "5 Closing\n5.1 You may close it.\n2.2 Old numbering goes on here.\n"
            "Part A\n6.1 Of part A.\nPart B\n6.1 Of part B.",
        ),
    ],
)
def test_the_document_or_part_that_is_named_tells_them_apart(holding: Holding, question: str, answer: str) -> None:
    answered = ask(holding(ACCOUNT, BOXES), question)
    assert answered.status is Status.ANSWERED, answered.reason
    assert answered.answer.replace("\n\n", "\n") == answer


def test_of_a_long_place_the_first_sentences_are_read_out_and_how_many_there_are(holding: Holding) -> None:
    sentence = "The customer must keep the card and the secret number apart from each other at all times."
    text = "# Cards\n\n## 1 Care\n\n" + "\n\n".join(f"1.{number} {sentence}" for number in range(1, 41))
    answered = ask(holding(text), "What does section 1 say?")
    assert answered.answer.startswith("1 Care\n")
    assert answered.answer.endswith("(22 of 40 sentences of this place)")


def test_what_nobody_may_read_is_not_among_the_documents_to_choose_from(empty: Citewell, tmp_path: Path) -> None:
    for name, text in {"account": ACCOUNT, "boxes": BOXES}.items():
        (tmp_path / f"{name}.md").write_text(text)
    empty.ingest([tmp_path / "account.md"], "default", access=["staff"])
    empty.ingest([tmp_path / "boxes.md"], "default")
    asked = empty.question("What does clause 2.2 say?", principal=Principal(frozenset()))
    assert empty.answer(asked).answer.startswith("2.2 Cash")


@pytest.mark.parametrize(
    "question",
    [
        "What did clause 2.2 say?",
        "What did clause 2.2 say in 2024?",
        "What does clause 2.2 say on 1 March 2025?",
        "What is in clause 2.2 of the previous conditions?",
        "What did clause 2.2 of the conditions for safe deposit boxes say last year?",
    ],
)
def test_a_place_is_not_read_out_for_another_time(holding: Holding, question: str) -> None:
    answered = ask(holding(BOXES), question)
    assert answered.status is Status.ABSTAINED
    assert "as_of" in (answered.reason or "")


MORTGAGE = "# Mortgage agreement\n\n2.2 Rates are fixed.\n\n2.3 Rates rise.\n\n2.4 The end."
CARDS = "# Card terms\n\n2.2 The card may be used to pay the instalments of a mortgage.\n\n2.3 Cards expire."


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        ((CARDS,), "What does clause 2.2 of the mortgage agreement say?"),
        ((CARDS,), "What does clause 2.2 of the card agreement say?"),
        ((CARDS,), "What does section 4 & 5 say?"),
        ((CARDS,), "What does clause 2.2 say about mortgages?"),
        (("# Fees\n\n| Clause | Text |\n|---|---|\n| 2.2 | A withdrawal costs EUR 4. |",), "What does clause 2.2 say?"),
        ((CARDS, "# Fees\n\n2.1 A fee. 2.2 A withdrawal costs EUR 4."), "What does clause 2.2 say?"),
        (("# Fees\n\n2.2 We may (a) raise fees, (b) close it.",), "What does clause 2.2(b) say?"),
        (("# Fees\n\nA fee of EUR 2.2 is due.",), "What does clause 2.2 say?"),
    ],
)
def test_what_is_not_certain_is_searched_for(holding: Holding, texts: tuple[str, ...], question: str) -> None:
    service = holding(*texts)
    assert service.retriever.places(service.question(question).query) is None


def test_a_document_named_before_is_kept_in_a_follow_up(holding: Holding) -> None:
    service = holding(CARDS, MORTGAGE)
    history = ["What does clause 2.2 of the mortgage agreement say?"]
    asked = service.question("And clause 2.3?", history=history)
    assert asked.query.text == "Clause 2.3 of the mortgage agreement?"
    assert service.answer(asked).answer == "2.3 Rates rise."
    asked = service.question("And clause 2.4?", history=[*history, "And clause 2.3?"])
    assert service.answer(asked).answer == "2.4 The end."


def test_two_places_of_one_document_are_named(holding: Holding) -> None:
    text = "# Terms\n\n## Fees\n\n2.2 The fee is EUR 30.\n\n## Closing\n\n2.2 Notice is one month."
    answered = ask(holding(text), "What does clause 2.2 say?")
    assert answered.status is Status.ABSTAINED
    assert "2 places of Terms: Terms > Fees; Terms > Closing." in (answered.reason or "")


def test_a_sentence_that_stands_twice_is_read_out_twice(holding: Holding) -> None:
    text = "# Terms\n\n## 2 Fees\n\n### 2.1 Cash\n\nNo fee.\n\n### 2.2 Transfers\n\nNo fee.\n\n## 3 Ends\n\nEnd."
    answered = ask(holding(text), "What does section 2 say?")
    assert answered.answer == "2 Fees\n\n2.1 Cash\nNo fee.\n\n2.2 Transfers\nNo fee."


def test_a_place_goes_on_over_pages(empty: Citewell, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "terms.pdf"))
    for page in (("2.1 Cash is taken.", "2.2 A withdrawal costs EUR 4."), ("It is free for students.", "2.3 The end.")):
        for at, text in enumerate(page):
            canvas.drawString(72, 700 - 40 * at, text)
        canvas.showPage()
    canvas.save()
    empty.ingest([tmp_path / "terms.pdf"], "default")
    assert "4.\nIt is free for students." in ask(empty, "What does clause 2.2 say?").answer


def test_plain_paragraphs_that_head_articles_end_a_clause(empty: Citewell, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Contract", 0)
    for text in (
        "ARTICLE 2 FEES",
        "2.1 Cash is free.",
        "2.2 A withdrawal costs EUR 4.",
        "ARTICLE 3 LIABILITY",
        "None.",
    ):
        document.add_paragraph(text)
    document.save(str(tmp_path / "contract.docx"))
    empty.ingest([tmp_path / "contract.docx"], "default")
    assert ask(empty, "What does clause 2.2 say?").answer == "2.2 A withdrawal costs EUR 4."
    assert ask(empty, "What does article 3 say?").answer == "ARTICLE 3 LIABILITY\n(The text goes on after this.)"


def test_numbers_are_looked_up_in_every_kind_of_database(either: Citewell, tmp_path: Path) -> None:
    (tmp_path / "boxes.md").write_text(BOXES)
    either.ingest([tmp_path / "boxes.md"], "default")
    assert ask(either, "What does clause 2.2 say?").answer.startswith("2.2 Cash")
    assert ask(either, "What does ARTICLE 5A say?").answer.startswith("Article 5a")
    assert ask(either, "What does clause 9.9 say?").status is Status.ABSTAINED

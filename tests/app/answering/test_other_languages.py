"""Questions and documents in other languages than English are searched, and quoted or declined; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.answer import Answer, Status
from app.answering.question import Mode
from app.service import Citewell

QUESTIONS = [
    "Was kostet eine Abhebung im Ausland?",
    "Wie hoch ist die Gebühr für eine zusätzliche Karte?",
    "Combien coûte un retrait d'argent à l'étranger ?",
    "¿Cuánto cuesta retirar dinero con la tarjeta de débito?",
    "海外での引き出しの手数料はいくらですか",
]
GERMAN = """# Preisverzeichnis

## Bargeld im Ausland

Eine Abhebung im Ausland kostet mit der Debitkarte 4,50 Euro. Sie ist nicht kostenlos.

## Daueraufträge

Einen Dauerauftrag richten wir kostenlos ein, und Sie können ihn jederzeit ändern.
"""
ENGLISH = "# Standing orders\n\nA standing order is set up free of charge.\n"


def is_quoted_or_declined(answer: Answer) -> bool:
    """Whether each letter of an answer is a source's, or there is none."""
    if answer.status is Status.ABSTAINED:
        return not answer.citations
    quotes = "".join(citation.quote for citation in answer.citations)
    stand = all(any(citation.quote in source.text for source in answer.sources) for citation in answer.citations)
    return stand and "".join(quotes.split()) == "".join(answer.answer.split())


@pytest.mark.parametrize("mode", [Mode.QUOTE, Mode.WRITE])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_foreign_question_on_english_documents(service: Citewell, question: str, mode: Mode) -> None:
    answer = service.answer(service.question(question, mode=mode))
    assert answer.sources
    assert answer.model is None
    assert is_quoted_or_declined(answer)


@pytest.mark.parametrize("mode", [Mode.QUOTE, Mode.WRITE])
def test_a_foreign_question_finds_its_words_in_foreign_documents(either: Citewell, tmp_path: Path, mode: Mode) -> None:
    (tmp_path / "preise.md").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "orders.md").write_text(ENGLISH, encoding="utf-8")
    either.ingest([tmp_path], "default")
    question = either.question("Was kostet eine Abhebung im Ausland mit der Debitkarte?", mode=mode)
    [best, *_] = either.search(question)
    assert best.passage.heading == "Preisverzeichnis > Bargeld im Ausland"
    assert best.bm25 is not None
    answer = either.answer(question)
    assert answer.status is Status.ANSWERED
    assert answer.model is None
    assert "kostet mit der Debitkarte 4,50 Euro" in answer.answer
    assert is_quoted_or_declined(answer)


def test_nothing_is_written_from_a_foreign_passage(either: Citewell, tmp_path: Path) -> None:
    # "nicht" denies, and the guard of written sentences knows English denials only.
    (tmp_path / "preise.md").write_text(GERMAN, encoding="utf-8")
    either.ingest([tmp_path], "default")
    answer = either.answer(either.question("What does a Debitkarte Abhebung Ausland cost?", mode=Mode.WRITE))
    assert answer.model is None
    assert is_quoted_or_declined(answer)


def test_english_is_still_written(service: Citewell) -> None:
    question = service.question("How long does the bank keep records of a complaint?", mode=Mode.WRITE)
    assert service.answer(question).model is not None

"""The quoted part is whole sentences, not too long, and the ones that were asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.answering.answer import Status
from app.answering.lists import LEFT_OUT
from app.answering.quoting import best_span, worth_quoting
from app.mode import Mode
from app.service import Citewell
from corpus.language.sentences import sentences
from corpus.schema import Document, Page, Version
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Hit, Retriever

SENTENCES = ["Cards are free.", "A lost card costs 12 euros.", "Stolen cards are replaced at once.", "Call us."]
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12).map(" ".join)


@given(texts, st.integers(1, 30))
def test_whole_neighbouring_sentences_of_at_most_so_many_words(text: str, most: int) -> None:
    spans = best_span("What does a lost card cost?", text, most)
    every = sentences(text)
    first = every.index(spans[0])
    assert spans == every[first : first + len(spans)]
    assert len(spans) == 1 or sum(len(span.of(text).split()) for span in spans) <= most


def test_the_sentences_that_speak_of_the_question_are_chosen() -> None:
    text = " ".join(["Nothing of the kind is said in here at all."] * 9 + ["A lost card costs 12 euros."])
    assert best_span("What does a lost card cost?", text, 12)[-1].of(text) == "A lost card costs 12 euros."


def test_a_sentence_that_is_too_long_is_quoted_whole() -> None:
    text = "word " * 200 + "card."
    assert [span.of(text) for span in best_span("card?", text, 80)] == [text]


def test_a_quote_goes_on_beyond_the_passage_that_was_found(
    either: Citewell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = ["cards", "loans", "transfers", "cheques", "savings", "mortgages"]
    told = "\n\n".join(f"On {topic}: " + f"There are rules of {topic} that say much. " * 6 for topic in topics)
    (tmp_path / "rules.md").write_text(f"# Rules\n\n## Products\n\n{told}\n\n## Others\n\nNothing else.\n")
    either.ingest([tmp_path], "default")
    question = either.question("What do the rules say on cheques and savings?", k=1, mode=Mode.QUOTE)
    bare = Retriever(either.database, either.models.embedder, either.index, Recipe(widest=None))
    [hit] = bare.search(replace(question.query, k=1))
    monkeypatch.setattr(either.retriever, "search", lambda *_: [hit])
    answer = either.answer(question)
    assert answer.status is Status.ANSWERED
    quotes = [citation.quote for citation in answer.citations]
    assert any(quote not in hit.passage.text for quote in quotes)
    assert "On cheques" in answer.answer
    assert "Nothing else" not in answer.answer
    with either.database.reading() as session:
        [page] = session.scalars(select(Page.text))
    assert [page[citation.start : citation.end] for citation in answer.citations] == quotes


@pytest.mark.parametrize(
    ("scores", "quoted"),
    [
        ((), 0),
        ((1.0,), 1),
        ((1.0, 0.95, 0.91, 0.9, 0.9), 4),
        ((1.0, 0.89, 0.88), 1),
        ((0.5, 0.46, 0.4), 2),
        ((-0.2,), 1),
    ],
)
def test_what_scores_about_as_well_as_the_best_is_quoted_too(scores: tuple[float, ...], quoted: int) -> None:
    passage: Any = None
    assert worth_quoting([Hit(passage, score, score, None) for score in scores]) == quoted


def test_a_sentence_that_two_documents_share_is_quoted_once(either: Citewell, tmp_path: Path) -> None:
    shared = "A lost card costs 12 euros."
    for bank in ("North", "South"):
        (tmp_path / f"{bank}.md").write_text(f"# Cards of {bank}\n\n{shared} {bank} sends a new one by courier.\n")
    either.ingest([tmp_path], "default")
    answer = either.answer(either.question("What does a lost card cost?", mode=Mode.QUOTE))
    assert answer.answer.count(shared) == 1
    assert len({citation.document for citation in answer.citations}) == 2
    first, second = answer.answer.split("\n\n")
    assert "courier" in first
    assert "courier" in second
    for citation in answer.citations:
        assert answer.answer[citation.answer_start : citation.answer_end] == citation.quote


WORDS = ("What", "does", "a", "card", "transfer", "fee", "limit", "cost", "abroad", "loan", "account", "closed", "days")
questions = st.lists(st.sampled_from(WORDS), min_size=2, max_size=8).map(" ".join)


@given(questions)
def test_every_quote_is_the_stored_text_of_its_place(service: Citewell, question: str) -> None:
    answer = service.answerer.answer(service.question(f"{question}?", mode=Mode.QUOTE))
    ends = [0]
    with service.database.reading() as session:
        for citation in answer.citations:
            page = session.scalars(
                select(Page.text)
                .join(Version)
                .join(Document)
                .where(Document.name == citation.document, Version.number == citation.version)
                .where(Page.number == (citation.page or 1))
            ).one()
            assert page[citation.start : citation.end] == citation.quote
            assert answer.answer[citation.answer_start : citation.answer_end] == citation.quote
            assert citation.answer_start >= ends[-1]
            ends.append(citation.answer_end)
    if answer.status is Status.ANSWERED and not (answer.value and answer.value.formula):
        assert "".join("".join(c.quote for c in answer.citations).split()) == "".join(
            LEFT_OUT.sub("", answer.answer).split()
        )

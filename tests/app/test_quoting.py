"""The quoted part is whole sentences, not too long, and the ones that were asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.answer import Status
from app.question import Mode
from app.quoting import best_span
from app.sentences import sentences
from app.service import Citewell
from corpus.schema import Page
from retrieval.recipe import Recipe
from retrieval.retriever import Retriever

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
    bare = Retriever(either.database, either.embedder, either.index, Recipe(widest=None))
    [hit] = bare.search(question.text, question.collection, question.as_of, 1)
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

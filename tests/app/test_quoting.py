"""The quoted part is whole sentences, not too long, and the ones that were asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.quoting import best_span
from app.sentences import sentences

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

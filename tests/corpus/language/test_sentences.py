"""Sentences and their places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.answering.model_output import repeats_itself
from corpus.language.sentences import is_item, sentences


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def test_sentences_end_where_readers_see_them_end() -> None:
    text = 'You pay 2.25% of the sum. See "Fees." No. 5 applies, e.g. Card fees.\n- an item\nA | B'
    assert split(text) == [
        "You pay 2.25% of the sum.", 'See "Fees."', "No. 5 applies, e.g. Card fees.", "- an item", "A | B",
    ]  # fmt: skip


def test_what_counts_an_item_belongs_to_it() -> None:
    text = "Two cases.\n1. The first. It is short.\n2.\nThe second.\n(a)\nIts half.\n(iv) More."
    assert split(text) == [
        "Two cases.", "1. The first.", "It is short.", "2.\nThe second.", "(a)\nIts half.", "(iv) More.",
    ]  # fmt: skip


def test_items_and_rows_are_told_from_running_text() -> None:
    assert all(map(is_item, ["(3) The third.", "- one", "2. Two", "iv) four", "A | 5"]))
    assert not any(map(is_item, ["The third.", "A card costs 5.", "-5 is a number", "I. "[:2], "e.g. this"]))


@given(st.text(alphabet="aB .!?\n\"'5", max_size=80))
def test_sentences_hold_all_that_is_not_space_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    assert all(span.of(text) == span.of(text).strip() for span in spans)


def test_a_sentence_said_twice_is_a_circle() -> None:
    assert repeats_itself("You pay 5. You wait. You pay 5.")
    assert not repeats_itself("You pay 5. You wait. You pay 6.")
    assert not repeats_itself("You pay 5. You wait. You pay 5")
    assert not repeats_itself("")

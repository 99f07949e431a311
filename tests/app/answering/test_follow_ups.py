"""Follow-ups are understood by what was asked before; what stands alone stays as it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.follow_ups import reworded, standalone

LAST = "How long is the notice for savings accounts?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and for joint accounts?", "How long is the notice for joint accounts?"),
        ("What about for joint accounts?", "How long is the notice for joint accounts?"),
        ("And with a credit card?", "What does cash abroad with a credit card cost?"),
        ("For joint accounts", "How long is the notice for joint accounts?"),
        ("And in Austria?", f"{LAST} In Austria?"),
        ("What about joint accounts?", f"{LAST} What about joint accounts?"),
        ("Does it cost anything?", f"{LAST} Does it cost anything?"),
        ("Why?", f"{LAST} Why?"),
        ("and", LAST),
        ("And what does a lost card cost?", "What does a lost card cost?"),
        ("What does a lost card cost?", "What does a lost card cost?"),
        ("lost card fees", "lost card fees"),
        ("And clause 2.3?", "Clause 2.3?"),
        ("What about section 4(2)?", "Section 4(2)?"),
        ("Is there a fee for lost cards?", "Is there a fee for lost cards?"),
        ("Is it true that savings are insured?", "Is it true that savings are insured?"),
        ("How do I know that my card works?", "How do I know that my card works?"),
        ("In which countries is the card free?", "In which countries is the card free?"),
        ("Is that allowed?", f"{LAST} Is that allowed?"),
        ("How do I know that my savings are safe under the guarantee scheme?",
         "How do I know that my savings are safe under the guarantee scheme?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_made_to_stand_alone(question: str, expected: str) -> None:
    last = {"And with": "What does cash abroad with a debit card cost?", "In which": "How much is cash in euros?"}.get(
        question[:8], LAST
    )
    assert standalone(question, ["What is a savings account?", last]) == expected


WORDS = ("and", "what", "about", "for", "joint", "it", "a", "Fees?", "Why?", "how,", "do", "in.")
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(texts, st.lists(texts, max_size=3))
def test_no_word_of_the_question_is_lost(question: str, history: list[str]) -> None:
    understood = standalone(question, history)
    if not history:
        assert understood == question.strip()
    joining = {"and", "what", "about", "how"}
    assert words(question) - joining <= words(understood)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


class Says:
    """A model that says what it was made to say."""

    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, *_: object, **__: object) -> Any:
        yield self

    generation = None


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("How long is it for joint accounts in Wien? Yes.", "How long is it for joint accounts in Wien?"),
        ("How long is the notice?", "How long is the notice for joint accounts?"),
        ("The notice for joint accounts is three months.", "How long is the notice for joint accounts?"),
    ],
)
def test_what_the_model_makes_of_it_counts_if_it_is_a_question_that_keeps_the_words(says: str, expected: str) -> None:
    generator: Any = Says(says)
    assert reworded(generator, "And for joint accounts?", [LAST]) == expected
    assert reworded(generator, "What does a lost card cost?", [LAST]) == "What does a lost card cost?"

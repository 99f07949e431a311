"""Copied runs of words are found with their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scoring.metrics.copying import copied_share, matching_spans

SOURCE = "Cards: the annual fee of a gold card is EUR 60, and cash abroad costs 2.25% of the amount."


def runs(answer: str, source: str, shortest: int = 5) -> list[tuple[str, str]]:
    return [(answer[m[0] : m[1]], source[m[2] : m[3]]) for m in matching_spans(answer, source, shortest)]


def test_a_run_is_as_long_as_the_words_agree() -> None:
    answer = "We say that the annual fee of a gold card is high."
    assert runs(answer, SOURCE) == [("the annual fee of a gold card is", "the annual fee of a gold card is")]


def test_white_space_and_punctuation_between_words_may_differ() -> None:
    answer = "“Cash” … and  cash\nabroad, costs 2.25 % (of the amount)"
    assert runs(answer, SOURCE) == [("and  cash\nabroad, costs 2.25 % (of the amount", SOURCE[48:-1])]


@pytest.mark.parametrize(
    "answer",
    [
        "the Annual fee of a Gold card",
        "the annual fee of",
        "and cash abroad costs 2.35% of the",
        "gold card is $ 60",
        "",
    ],
)
def test_other_case_other_numbers_and_short_runs_are_not_copied(answer: str) -> None:
    assert runs(answer, SOURCE) == []


def test_numbers_and_currencies_are_words() -> None:
    assert runs("a fee of $ 5 now", "a fee of € 5 now") == []
    assert runs("a fee of 2.5 now", "a fee of 2.6 now", shortest=3) == [("a fee of", "a fee of")]


def test_the_shortest_run_has_that_many_words() -> None:
    assert runs("the annual fee of a", SOURCE) != []
    assert runs("the annual fee of a", SOURCE, shortest=6) == []
    with pytest.raises(ValueError, match="at least one word"):
        matching_spans("a", "a", shortest=0)


def test_runs_come_in_the_order_of_the_answer() -> None:
    answer = "cash abroad costs 2.25% of the amount, the annual fee of a gold card is EUR 60"
    first, second = matching_spans(answer, SOURCE)
    assert first.answer_end <= second.answer_start
    assert second.source_end <= first.source_start


def test_of_several_places_the_longest_is_taken_and_then_the_first() -> None:
    source = "a b c d. a b c d e. a b c d e."
    (match,) = matching_spans("a b c d e", source, shortest=3)
    assert (match.source_start, match.source_end) == (9, 18)


def test_the_share_is_over_the_words_of_all_sources_together() -> None:
    # Ten words, of which the first five are in one source and the fourth to eighth in another.
    answer = "a b c d e f g h i j"
    assert copied_share(answer, ["x a b c d e x", "d e f g h"]) == 0.8
    assert copied_share(answer, ["x a b c d e x"]) == 0.5
    assert copied_share(answer, []) == 0.0
    assert copied_share("", ["a b"]) == 0.0


texts = st.lists(st.sampled_from(["a", "B", "c", ",", "5%", "2.5", "\n"]), max_size=30).map(" ".join)


@given(texts, texts, st.integers(1, 4))
def test_runs_are_the_same_words_on_both_sides_and_cannot_go_on(answer: str, source: str, shortest: int) -> None:
    def words(text: str) -> list[str]:
        return text.replace("%", " % ").replace(",", " ").split()

    end = 0
    for match in matching_spans(answer, source, shortest):
        own, other = answer[match.answer_start : match.answer_end], source[match.source_start : match.source_end]
        assert words(own) == words(other)
        assert len(words(own)) >= shortest
        assert own == own.strip(" ,\n")
        assert other == other.strip(" ,\n")
        assert match.answer_start >= end
        end = match.answer_end
        following, there = words(answer[match.answer_end :])[:1], words(source[match.source_end :])[:1]
        assert not following or following != there


@given(texts, st.integers(1, 4))
def test_a_text_is_copied_from_itself(text: str, shortest: int) -> None:
    words = len(text.replace("%", " % ").replace(",", " ").split())
    assert copied_share(text, [text], shortest) == (1.0 if words >= shortest else 0.0)

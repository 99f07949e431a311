"""Words are cut in one way, and in two others where a label or an answer needs it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.words import STOP_WORDS, telling_words, words, words_and_numbers, words_and_signs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The customer's card, the customers’ cards", "the customer card the customers cards"),
        ("You can't, cannot, don’t, won't", "you can not can not do not will not"),
        ("I'm sure we've paid; they'd know, it's late", "i sure we paid they know it late"),
        ("form TM_G_1 of FY22, 1st", "form tm g 1 of fy22 1st"),
        ("1,250.50", "1 250 50"),
        ("the 1990’s and the 1990's", "the 1990 and the 1990"),
        ("Was kostet's? L'addition, s'il vous plaît", "was kostet l addition s il vous plaît"),
        ("¿Cuánto cuesta? Straße, 口座", "cuánto cuesta straße 口座"),
        ("— … !", ""),
    ],
)
def test_words_are_lower_case_and_short_forms_in_full(text: str, expected: str) -> None:
    assert words(text) == expected.split()


def test_numbers_of_labels_are_whole() -> None:
    assert words_and_numbers("Over 1,250.50 or 1'000, not 1,2345; FY22, 5bn") == (
        ["over", "1250.50", "or", "1000", "not", "1", "2345", "fy", "22", "5", "bn"]
    )
    assert words_and_numbers("the 1990's and the bank's") == ["the", "1990", "s", "and", "the", "bank"]


def test_signs_of_units_are_words_of_an_answer() -> None:
    assert words_and_signs("€1,000, $5 or 5 % (five per cent) can't") == (
        ["€", "1000", "$", "5", "or", "5", "%", "five", "percent", "can", "not"]
    )


def test_telling_words_are_each_there_once_and_no_stop_words_unless_there_are_no_others() -> None:
    assert telling_words("What is a card, and what does a card cost?") == ["card", "cost"]
    assert telling_words("What is it?") == ["what", "is", "it"]
    assert {"not", "can"} <= STOP_WORDS


@given(st.text(alphabet="aAbn'’tsß9,.1 €%-_ ", max_size=30))
def test_every_word_is_of_letters_and_digits_and_stays_what_it_is(text: str) -> None:
    for found in (words(text), words_and_numbers(text), words_and_signs(text)):
        assert all(word and not set(word) & set("'’, _-") for word in found)
    assert words(" ".join(words(text))) == words(text)

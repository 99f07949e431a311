"""Texts of other languages are known by their small words, and English ones never taken for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.language.foreign import foreign_words, is_foreign

GOLD = Path(__file__).parents[3] / "eval" / "gold" / "sample.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "Was kostet eine Abhebung im Ausland?",
        "Wie hoch ist die Jahresgebühr?",
        "Combien coûte un retrait à l'étranger ?",
        "Quelle est la commission pour un virement ?",
        "¿Cuánto cuesta retirar dinero en el extranjero?",
        "Quanto costa un prelievo all'estero?",
        "Qual é a taxa para levantar dinheiro?",
        "Hoeveel kost geld opnemen in het buitenland?",
        "Vad kostar ett uttag utomlands, och hur ofta?",
        "Ile kosztuje wypłata gotówki za granicą?",
        "Сколько стоит снятие наличных?",
        "海外での引き出しの手数料はいくらですか",
        "Die Gebühr wird nicht erstattet, und das Konto ist zu sperren.",
    ],
)
def test_other_languages_are_known(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "What does a cash withdrawal abroad with a debit card cost?",
        "debit card fee abroad",
        "Can I pay in Los Angeles or Las Vegas?",
        "What does 12 U.S.C. 5301 et seq. say of de novo review, per annum?",
        "Visa Gold 2026",
        "The café's naïve résumé costs 5 €",
        "ﬁnancing, inﬂow, ﬂoor",
        "The coefficient β is the share of the deposit",
        "",
    ],
)
def test_english_is_not_taken_for_another_language(text: str) -> None:
    assert not is_foreign(text)


def test_no_question_of_the_sample_is_foreign() -> None:
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        assert not is_foreign(json.loads(line)["question"])


def test_names_alone_tell_of_no_language() -> None:
    assert foreign_words("Los Angeles, El Paso, Des Moines, Illinois (IL), van der Berg") == set()

"""Wordings are compared as SQuAD and ROUGE compare them, with numbers kept whole."""

from __future__ import annotations

import random

import pytest

from eval.scoring.metrics.text import exact_match, normalise, rouge_l, token_f1, token_recall


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The Fee, an example: a card!", ["fee", "example", "card"]),
        ("1,000 and 1000", ["1000", "and", "1000"]),
        ("1,000,000", ["1000000"]),
        ("Section 2.5.1.", ["section", "2.5.1"]),
        ("1,00 or 12,3456", ["1", "00", "or", "12", "3456"]),
        ("3.5% of EUR 2,500.75.", ["3.5", "%", "of", "eur", "2500.75"]),
        ("€40, $5 or £6", ["€", "40", "$", "5", "or", "£", "6"]),
        ("a bank's 10-day rule; it doesn’t", ["banks", "10", "day", "rule", "it", "doesnt"]),
        ("Straße (B2B) _x_", ["straße", "b2b", "x"]),
        ("The ...", []),
    ],
)
def test_tokens_are_words_numbers_and_signs(text: str, tokens: list[str]) -> None:
    assert normalise(text) == tokens


MEASURES = [exact_match, token_f1, rouge_l, token_recall]


@pytest.mark.parametrize("measure", MEASURES)
def test_texts_without_tokens_agree_with_each_other_only(measure) -> None:  # type: ignore[no-untyped-def]
    assert measure("", "The.") == 1.0
    assert measure("", "ten days") == 0.0
    assert measure("ten days", "") == 0.0


@pytest.mark.parametrize("measure", MEASURES)
def test_spelling_that_does_not_matter_does_not_count(measure) -> None:  # type: ignore[no-untyped-def]
    assert measure("The fee is EUR 1,000.", "fee is eur 1000") == 1.0


def test_an_exact_match_has_the_same_tokens_in_the_same_order() -> None:
    assert exact_match("days ten", "ten days") == 0.0
    assert exact_match("ten days", "ten days more") == 0.0


def test_f1_counts_shared_tokens_as_often_as_both_have_them() -> None:
    # Shared: x once, y once. P = 2/4, R = 2/3.
    assert token_f1("x x y z", "x y w") == pytest.approx(2 * (1 / 2) * (2 / 3) / (1 / 2 + 2 / 3))
    assert token_f1("x x", "x x x x") == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert token_f1("y x", "x y") == 1.0
    assert token_f1("x", "y") == 0.0


def test_recall_is_the_share_of_the_gold_tokens() -> None:
    assert token_recall("x y and much else besides", "x y z z") == 0.5
    assert token_recall("z", "z z") == 0.5
    assert token_recall("z z z", "z z") == 1.0


def test_rouge_l_goes_by_the_longest_common_subsequence() -> None:
    # The examples of Lin 2004, whose values 3/4 and 2/4 count "the" too.
    assert rouge_l("police kill the gunman", "police killed the gunman") == pytest.approx(2 / 3)
    assert rouge_l("the gunman kill police", "police killed the gunman") == pytest.approx(1 / 3)
    # Common subsequence: b d; P = 2/3, R = 2/5.
    assert rouge_l("b x d", "z b c d e") == pytest.approx(2 * (2 / 3) * (2 / 5) / (2 / 3 + 2 / 5))


def reference_subsequence(a: list[str], b: list[str]) -> int:
    """The length of the longest common subsequence by the textbook's table."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = row
        row = [0]
        for at, y in enumerate(b):
            row.append(before[at] + 1 if x == y else max(row[at], before[at + 1]))
    return row[-1]


def test_rouge_l_agrees_with_the_textbook() -> None:
    rng = random.Random(0)
    for most in [90] * 50 + [400]:
        a, b = ([rng.choice("uvwxyz") for _ in range(rng.randint(1, most))] for _ in range(2))
        common = reference_subsequence(a, b)
        assert rouge_l(" ".join(a), " ".join(b)) == pytest.approx(2 * common / (len(a) + len(b)))

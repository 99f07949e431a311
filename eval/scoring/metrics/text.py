"""How much of the gold answer's wording an answer has.

Every measure compares the tokens of `normalise`; two texts without tokens agree wholly (1.0), and one without any
agrees with no other (0.0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TOKEN = re.compile(r"\d+(?:\.\d+)+|[^\W_]+|[%€£$]")
_ARTICLES = frozenset(("a", "an", "the"))


def normalise(text: str) -> list[str]:
    """The text's tokens after SQuAD's normalisation: lower case, without punctuation and articles (Rajpurkar et al.
    2016, evaluate-v1.1.py).

    Other than there, numbers stay what they are: 1,000 is 1000, 3.5 is one token, and currency and percent signs are
    tokens. Punctuation parts words ("10-day" is two tokens) except for the apostrophe, which SQuAD drops too.
    """
    text = re.sub("['’]", "", _THOUSANDS_COMMA.sub("", text.lower()))
    return [token for token in _TOKEN.findall(text) if token not in _ARTICLES]


def exact_match(answer: str, gold: str) -> float:
    """1.0 if both have the same tokens in the same order, otherwise 0.0."""
    return float(normalise(answer) == normalise(gold))


def token_f1(answer: str, gold: str) -> float:
    """2PR / (P + R), where P is the share of the answer's tokens that gold has, and R the reverse; a token that comes
    n times counts n times (Rajpurkar et al. 2016)."""
    ours, golds = normalise(answer), normalise(gold)
    return _f1((Counter(ours) & Counter(golds)).total(), len(ours), len(golds))


def token_recall(answer: str, gold: str) -> float:
    """The share of gold's tokens that the answer has; a token that comes n times counts n times."""
    ours, golds = normalise(answer), normalise(gold)
    if not ours or not golds:
        return float(ours == golds)
    return (Counter(ours) & Counter(golds)).total() / len(golds)


def rouge_l(answer: str, gold: str) -> float:
    """2PR / (P + R), where P and R are the length of the longest common subsequence as a share of the answer's and of
    gold's tokens (Lin 2004, ROUGE-L with beta = 1)."""
    ours, golds = normalise(answer), normalise(gold)
    return _f1(_common_subsequence(ours, golds), len(ours), len(golds))


def _f1(common: int, n_answer: int, n_gold: int) -> float:
    # 2PR / (P + R) with P = common / n_answer and R = common / n_gold, shortened.
    return 2 * common / (n_answer + n_gold) if n_answer + n_gold else 1.0


def _common_subsequence(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence (Hyyrö 2004: one step of whole-integer arithmetic for each token
    of ``b``; a bit of ``row`` is 0 where the length grows by one at that token of ``a``)."""
    places: dict[str, int] = {}
    for at, token in enumerate(a):
        places[token] = places.get(token, 0) | 1 << at
    every = (1 << len(a)) - 1
    row = every
    for token in b:
        shared = row & places.get(token, 0)
        row = (row + shared | row - shared) & every
    return len(a) - row.bit_count()

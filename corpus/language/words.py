"""The words of a text, in lower case and in its order: one family of tokenisers.

`words` is the one to take. `words_and_numbers` and `words_and_signs` say why they differ from it, and
`corpus.language.quantities` reads numbers with all that stands around them. The index of words cuts what is stored by
rules of the database's own (`retrieval.lexical`), which give the same words as these.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

# Words that stand in nearly every passage: they tell nothing apart.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about am an and any are as at be been but by can could did do does for from get had has have how i if in into is
    it its me my no not of on or our shall should so than that the their them there these they this to was we were what
    when where which who why will with would you your
    """,
    )
)

# The endings of "customer's", "don't", "I'm", "we're", "they've", "you'll", "I'd".
_ENDING = r"(?:['’](?:s|t|m|re|ve|ll|d)\b)?"
_NUMBER = r"\d{1,3}(?:[,'’]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_LETTERS = rf"[^\W\d_]+{_ENDING}"
_WORD = re.compile(rf"[^\W_]+{_ENDING}")
_WORD_OR_NUMBER = re.compile(rf"{_LETTERS}|{_NUMBER}")
_WORD_OR_SIGN = re.compile(rf"per\s?cent\b|{_LETTERS}|{_NUMBER}|[€£$%]")
_PER_CENT = re.compile(r"per\s?cent")
_NOT = {short: (full, "not") for short, full in (("cannot", "can"), ("can't", "can"), ("won't", "will"))}
# Tokens that are kept with their words.
MOST_KEPT = 131_072


def words(text: str) -> list[str]:
    """The words and numbers of a text, those of short forms too: "customer's" is "customer", "don't" is "do not"."""
    return list(chain.from_iterable(map(words_of, tokens(text))))


def tokens(text: str) -> list[str]:
    """What stands between the spaces of a text, in lower case. Texts are mostly of the same tokens: whoever keeps what
    `words_of` each are cuts a text faster than a regular expression does."""
    return text.lower().split()


@lru_cache(maxsize=MOST_KEPT)
def words_of(token: str) -> tuple[str, ...]:
    """The words of one of the `tokens`."""
    return tuple(chain.from_iterable(map(_in_full, _WORD.findall(token))))


def telling_words(text: str) -> list[str]:
    """The words of a text that tell it from others, each once; all where it has only stop words."""
    found = dict.fromkeys(words(text))
    return [word for word in found if word not in STOP_WORDS] or list(found)


def words_and_numbers(text: str) -> list[str]:
    """The words and numbers of a table's label, where numbers are names: "1,250.50" is one word, 1250.50, and letters
    and digits that touch are two."""
    return list(chain.from_iterable(map(_in_full, _WORD_OR_NUMBER.findall(text.lower()))))


def words_and_signs(text: str) -> list[str]:
    """The same with the signs of currencies and per cent, where an answer is held against its source: whoever says
    "€ 5" for "$ 5" says something else. "Per cent" is one word."""
    return list(chain.from_iterable(map(_in_full, _WORD_OR_SIGN.findall(text.lower()))))


@lru_cache(maxsize=MOST_KEPT)
def _in_full(found: str) -> tuple[str, ...]:
    """The words of one that may have an apostrophe, and a number without the marks of its thousands."""
    found = found.replace("’", "'")
    if found[0].isdigit():
        return (re.sub(r"(?<=\d)[,'](?=\d)", "", found).partition("'")[0],)
    if _PER_CENT.fullmatch(found):
        return ("percent",)
    word, _, ending = found.partition("'")
    if found in _NOT:
        return _NOT[found]
    if ending == "t" and word.endswith("n"):
        return (word.removesuffix("n"), "not") if word != "n" else ("not",)
    return (word,)

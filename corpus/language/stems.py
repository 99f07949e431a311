"""The stems of words: words of one family count as the same."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from snowballstemmer.english_stemmer import EnglishStemmer

from corpus.language.words import MOST_KEPT, STOP_WORDS, tokens, words_of

# What the endings of English don't tell.
_IRREGULAR = {"paid": "pay", "withdrew": "withdraw", "withdrawn": "withdraw"}
# "Authorise", "recognised", "capitalisation": the stemmer knows the American spelling.
_BRITISH = re.compile(r"(?:(?<=[aeiou][lmnrt])|(?<=gn))is(?=(?:e[drs]?|ing|ations?|ers?)$)")
# Endings that make another thing of a word, and not another form of it.
_OF_ANOTHER_THING = re.compile(r"([ai]bl|ment|[eo]r|[ae]n[ct]|it(?=y|ie)|iv|ist|(?<!at)ion|ization)(?:e|y|ie)?s?$")


@lru_cache(maxsize=MOST_KEPT)
def stem(word: str) -> str:
    """What the words of a family have in common, by the Snowball stemmer for English (https://snowballstem.org):
    "cancelled" and "cancellation" ask for the same, "policy" and "police" don't. A word with a digit is kept whole, and
    words of other languages mostly are."""
    if not word.isalpha():
        return word
    # A stemmer holds the word that it is at, so threads can't share one.
    stemmed: str = EnglishStemmer().stemWord(_american(_IRREGULAR.get(word, word)))
    return stemmed


@lru_cache(maxsize=MOST_KEPT)
def close_stem(word: str) -> str:
    """The same, where a wrong match states a wrong figure: an ending that makes another thing of a word is kept.
    "Receivable" isn't "received" and an "investor" no "investment", but "fee" is "fees", "withdrawal" "withdraw"."""
    family, ending = stem(word), _OF_ANOTHER_THING.search(_american(word))
    if ending is None or len(family) > ending.start() + 1:
        return family
    return f"{family}-{ending[1]}"


def _american(word: str) -> str:
    return _BRITISH.sub("iz", word)


def stems(text: str) -> list[str]:
    """The words of a text by their stems, in its order, stop words left out."""
    return list(chain.from_iterable(map(_stems_of, tokens(text))))


@lru_cache(maxsize=MOST_KEPT)
def _stems_of(token: str) -> tuple[str, ...]:
    """The stems of a token's words. They are kept, as every passage that may answer a question is read for them, and
    working one out takes a hundred times as long as looking it up."""
    return tuple(stem(word) for word in words_of(token) if word not in STOP_WORDS)

"""Which source says what the answer says: found by comparing texts, never asked of the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.language.numbers import NUMBER_WORDS
from corpus.language.quantities import CURRENCIES, agree, quantities
from corpus.language.sentences import Span, sentences
from corpus.language.words import words, words_and_signs
from corpus.passage_store import PassageRecord

# What denies, and what a number is taken by.
_DENIALS = frozenset(["no", "not", "never", "none", "neither", "nor", "without"])
_FACTORS = frozenset(["half", "double", "twice"])


@dataclass(frozen=True)
class Support:
    """The span of a passage's text that is closest to a sentence, and the share of the sentence's words it holds.

    ``agrees`` is whether it also has all of the sentence's quantities, in their units, and denies what it denies.
    """

    passage: PassageRecord
    span: Span
    share: float
    agrees: bool


def best_support(sentence: str, passages: Sequence[PassageRecord], min_support: float) -> Support | None:
    """The place among ``passages`` that ``sentence`` was taken from, whether or not it says the same.

    That is the source sentence with the largest share of the sentence's words, or, where none holds ``min_support`` of
    them, the two neighbouring ones; None where these don't either. It doesn't agree where a quantity of the sentence
    stands there otherwise ("14 business days" where the source says 10, "ten days" where it says ten business days), or
    where one of the two denies something and the other doesn't. Of equal places the first that agrees is taken.
    """
    wanted = Counter(_words(sentence))
    if not wanted:
        return None
    # Only the closest place counts: in a wider one, a wrong number may find its like in the next sentence.
    for window in (1, 2):
        shares = [place for passage in passages for place in _places(wanted, passage, window)]
        closest = max((share for _, _, share in shares), default=0.0)
        if closest >= min_support:
            places = [
                Support(passage, span, share, _agree(sentence, span.of(passage.text), passage))
                for passage, span, share in shares
                if share > closest - 1e-9
            ]
            return next((place for place in places if place.agrees), places[0])
    return None


def _places(wanted: Counter[str], passage: PassageRecord, window: int) -> Iterator[tuple[PassageRecord, Span, float]]:
    """Every run of ``window`` sentences of a passage, and the share of the ``wanted`` words that it holds."""
    spans = sentences(passage.text)
    for first, last in zip(spans, spans[window - 1 :], strict=False):
        span = Span(first.start, last.end)
        own = Counter(_words(span.of(passage.text)))
        yield passage, span, (wanted & own).total() / wanted.total()


def _agree(sentence: str, source: str, passage: PassageRecord) -> bool:
    # What the heading and a table's header say is said of every line below them.
    around = f"{passage.heading}\n{passage.context}"
    said, stated = set(words(sentence)), set(words(source))
    if bool(said & _DENIALS) != bool(stated & _DENIALS) or (said - stated) & _FACTORS:
        return False
    in_table = " | " in source
    return agree(quantities(sentence), quantities(source) | quantities(around), around, in_table)


def _words(text: str) -> list[str]:
    """Words, numbers and units, those that mean the same alike: "EUR" is "€", and "two" is "2"."""
    return [_SAME.get(word, word) for word in words_and_signs(text)]


# Different spellings of what counts as the same word.
_SAME = {**CURRENCIES, "percent": "%", **NUMBER_WORDS, **dict.fromkeys(_DENIALS, "not")}

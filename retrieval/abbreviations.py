"""Abbreviations, and what the documents themselves say that they stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

# APR, PITI, UDAAP, KYC's, EFTs, FinCEN: two capitals at least. Longer ones are mostly names.
_ABBREVIATION = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Z][A-Za-z]{1,7}\b")
_DEFINED = re.compile(r"\(\W?(?P<short>[A-Z][A-Za-z]{1,7})\W?\)")


def abbreviations(question: str) -> list[str]:
    """The abbreviations in a question, each once and without the s of a plural; none in one written in capitals only,
    where they can't be told from words."""
    if question.isupper():
        return []
    return list(dict.fromkeys(_singular(found) for found in _ABBREVIATION.findall(question)))


def meaning(texts: Iterable[str], abbreviation: str) -> str | None:
    """What most of the texts say that an abbreviation stands for, in small letters; None where none does."""
    found = Counter(each.casefold() for text in texts for each in meanings(text, abbreviation))
    return min(found, key=lambda each: (-found[each], each), default=None)


def meanings(text: str, abbreviation: str) -> Iterator[str]:
    """What a text says that an abbreviation stands for, where it has it in brackets: "annual percentage rate (APR)".

    By the rules of Schwartz and Hearst 2003: the letters of the abbreviation stand in the words before it, in order,
    the first of them at the beginning of a word, within at most twice as many words as it has letters, or five more.
    The words are of one sentence.
    """
    for match in _DEFINED.finditer(text):
        if _singular(match["short"]) == abbreviation:
            words = re.findall(r"\S+", text[max(0, match.start() - 200) : match.start()])
            most = min(len(abbreviation) + 5, 2 * len(abbreviation))
            if long := _long_form(abbreviation, " ".join(words[-most:])):
                yield long


def _singular(abbreviation: str) -> str:
    return abbreviation.removesuffix("s")


def _long_form(short: str, before: str) -> str | None:
    """The shortest end of ``before`` that has the letters of ``short``; None where it hasn't."""
    at = len(before)
    for place in range(len(short) - 1, -1, -1):
        letter = short[place].lower()
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (place == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    long = before[at:].strip(" \"'“”‘’")
    return long if len(long) > len(short) and not re.search(r"[.:;?!]\s", long) else None

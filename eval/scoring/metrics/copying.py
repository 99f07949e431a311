"""Which runs of words an answer has taken from its sources as they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

# A currency or percent sign is a word of its own: "$ 5" is not taken from "€ 5".
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+|[€£$%]")


class Match(NamedTuple):
    """A run of words that stands in both texts: its characters in each, ends exclusive."""

    answer_start: int
    answer_end: int
    source_start: int
    source_end: int


def matching_spans(answer: str, source: str, shortest: int = 5) -> list[Match]:
    """The runs of at least ``shortest`` words that the answer shares with the source, in the answer's order.

    Words must be the same, case included; white space and punctuation between them may differ. The answer is read from
    the left: at each word the longest run that starts there is taken, in its first place in the source, and reading
    goes on behind it. So runs don't overlap in the answer, and none could go on for another word.
    """
    if shortest < 1:
        raise ValueError(f"A run has at least one word, not {shortest}.")
    ours, theirs = _words(answer), _words(source)
    own = [word[0] for word in ours]
    other = [word[0] for word in theirs]
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in range(len(other) - shortest + 1):
        places[tuple(other[place : place + shortest])].append(place)
    matches, at = [], 0
    while at < len(own):
        length, place = 0, 0
        for candidate in places.get(tuple(own[at : at + shortest]), ()):
            shared = _shared(own, at, other, candidate)
            if shared > length:
                length, place = shared, candidate
        if length:
            last, last_there = ours[at + length - 1], theirs[place + length - 1]
            matches.append(Match(ours[at].start(), last.end(), theirs[place].start(), last_there.end()))
        at += max(1, length)
    return matches


def copied_share(answer: str, sources: Sequence[str], shortest: int = 5) -> float:
    """The share of the answer's words that are in a run of at least ``shortest`` words of any source (see
    `matching_spans`); 0.0 for an answer without words."""
    words = _words(answer)
    if not words:
        return 0.0
    matches = [match for source in sources for match in matching_spans(answer, source, shortest)]
    copied = sum(any(m.answer_start <= word.start() < m.answer_end for m in matches) for word in words)
    return copied / len(words)


def _words(text: str) -> list[re.Match[str]]:
    return list(_WORD.finditer(text))


def _shared(a: Sequence[str], a_from: int, b: Sequence[str], b_from: int) -> int:
    """How many words are the same, from there on."""
    length = 0
    while a_from + length < len(a) and b_from + length < len(b) and a[a_from + length] == b[b_from + length]:
        length += 1
    return length

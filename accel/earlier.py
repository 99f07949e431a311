"""What earlier answers hold, put before the drafter of one request."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from accel.answers import LONGEST_MATCH, AnswerTrie
from accel.draft import DraftTree
from accel.trie import Source, TokenTrie

# Matches that are looked for in one draft, and the tokens that are copied of what follows each. More of them, a weight
# other than 1, or longer matches only gave no more accepted tokens on 24 recorded answers after 24 or 96 others.
MATCHES = 8
COPIED = 24


class EarlierAnswers:
    """Copies what followed in earlier answers into the trie of one request, where it is gone with the request, and
    credits the answers that helped."""

    def __init__(self, answers: AnswerTrie, trie: TokenTrie) -> None:
        self._answers, self._trie = answers, trie
        # Where copied tokens stand in the trie, by where they stand among the answers; and where each copy begins.
        self._copies: dict[int, int] = {}
        self._begins: list[tuple[int, int]] = []
        self._vocabulary: int | None = None
        self._drafted: tuple[DraftTree, Sequence[Sequence[tuple[int, int]]]] | None = None

    def recall(self) -> None:
        """Look for what the trie has read last among the answers, and put what followed there into it."""
        trie = self._trie
        for place, length in self._answers.matches(trie.tokens[-LONGEST_MATCH:], MATCHES):
            copy = self._copies.get(place)
            if copy is not None:
                trie.matches[copy] = max(length, trie.matches.get(copy, 0))
                continue
            text = self._answers.read(place, COPIED + 1)
            # What a damaged file has may be no token at all, and then no model can be asked about it.
            if len(text) < 2 or (self._vocabulary is not None and max(text) >= self._vocabulary):
                continue
            copy = trie.recall(text, length, Source.EARLIER)
            if copy is None:
                return
            self._begins.append((copy, place))
            # Not the last of them: what follows it isn't copied yet.
            last = len(text) - 1
            self._copies.update(zip(range(place, place + last), range(copy, copy + last), strict=True))

    def drafted(self, tree: DraftTree, places: Sequence[Sequence[tuple[int, int]]]) -> None:
        """``places`` are, for each row of ``tree``, where it stands behind, and the lengths that match there."""
        self._drafted = tree, places

    def settled(self, tokens: Sequence[int], vocabulary: int) -> None:
        """Of the last draft all but the last of ``tokens`` were accepted. An answer is credited for them if it is
        among the places with the longest match."""
        self._vocabulary = vocabulary
        if self._drafted is None:
            return
        (tree, places), self._drafted = self._drafted, None
        row = 0
        for token in tokens[:-1]:
            if token not in tree.children[row]:
                return
            row = tree.children[row][token]
        if not tree.sources[row] & Source.EARLIER:
            return
        longest = max(length for _, length in places[row])
        for place, length in places[row]:
            if length == longest and self._trie.sources[place] & Source.EARLIER:
                copy, at = self._begins[bisect_right(self._begins, place, key=_first) - 1]
                self._answers.used(at + place - copy)
                return


def _first(begin: tuple[int, int]) -> int:
    return begin[0]

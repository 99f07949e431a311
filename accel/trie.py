"""A token trie: which tokens followed which, how often, and where that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntFlag

# Stands between two sequences; it equals no token, so no run goes past it.
GAP = -1
# Occurrences of one token that are looked at anew; longer matches are followed wherever they began.
NEWEST = 192
LONGEST_FIRST_MATCH = 64
# Places kept free for `TokenTrie.recall`; what is read must stand in one piece, so there is no room behind it.
ROOM = 8192


class Source(IntFlag):
    """Where a run of tokens was seen."""

    NONE = 0
    PASSAGES = 1
    PROMPT = 2
    ANSWER = 4
    EARLIER = 8
    SCORES = 16


class TokenTrie:
    """Every run of tokens of the sequences put in, with how often each occurred, and where.

    A node of the trie, that is a run, is held as what it stands for: the places in one long text where the run ends.
    Its children are the tokens behind these places. So a token goes in at the price of one list entry, instead of one
    node for each of the suffixes it ends (16 for branches of 16 tokens), and no branch length bounds a match or a
    draft. Of arrays, dictionaries of nodes, and this, only this put 1,500 tokens in in less than a millisecond without
    a compiled extension.

    ``tokens`` is that text, `GAP` between sequences; ``sources`` and ``weights`` say of each of its places what it is
    part of, and how much its occurrence counts. ``matches`` has the places where what was read last occurred before,
    and how many tokens of it match there: the nodes of all suffixes of what was read.
    """

    def __init__(self, room: int = ROOM) -> None:
        """``room`` places at the beginning are kept free for `recall`."""
        self.tokens: list[int] = [GAP] * room
        self.sources: list[int] = [0] * room
        self.weights: list[float] = [0.0] * room
        self.matches: dict[int, int] = {}
        self._places: dict[int, list[int]] = {}
        self._room, self._recalled = room, 0

    def insert(self, tokens: Iterable[int], source: Source, weight: float = 1.0) -> None:
        """Put in a sequence of its own, each occurrence counting ``weight`` times."""
        self._append(tokens, source, weight)
        self._append((GAP,), source, 0.0)
        self.matches = {}

    def read(self, tokens: Sequence[int], source: Source = Source.PROMPT) -> None:
        """Put in the sequence that `feed` will continue; comes after every `insert`."""
        self._append(tokens, source, 1.0)
        text, last = self.tokens, len(self.tokens) - 1
        self.matches = {}
        for place in self._places.get(text[last], ())[-NEWEST:] if tokens else ():
            if place < last:
                length, most = 1, min(LONGEST_FIRST_MATCH, place + 1)
                while length < most and text[place - length] == text[last - length] != GAP:
                    length += 1
                self.matches[place] = length

    def feed(self, token: int, source: Source = Source.ANSWER) -> None:
        """Read one more token of the sequence that was begun with `read`."""
        before, text = self.matches, self.tokens
        longer = {place + 1: length + 1 for place, length in before.items() if text[place + 1] == token}
        for place in self._places.get(token, ())[-NEWEST:]:
            if place not in longer:
                longer[place] = 1
        self._append((token,), source, 1.0)
        self.matches = longer

    def recall(self, tokens: Sequence[int], length: int, source: Source, weight: float = 1.0) -> int | None:
        """Put in, while a sequence is being read, what went on from its last token elsewhere: ``tokens`` begin with
        that token, and ``length`` of the last tokens match there. Returns the place of the first of them; None where
        no room is left."""
        first = self._recalled
        after = first + len(tokens)
        # One place between two of them stays a gap.
        if after >= self._room:
            return None
        self._recalled = after + 1
        self.tokens[first:after] = tokens
        self.sources[first:after] = [int(source)] * len(tokens)
        self.weights[first:after] = [weight] * len(tokens)
        for place, token in enumerate(tokens, start=first):
            self._places.setdefault(token, []).append(place)
        self.matches[first] = length
        return first

    def mark(self, first: int, last: int, source: Source, weight: float) -> None:
        """Places from ``first`` up to, but not, ``last`` are also part of ``source``, and count ``weight`` times."""
        for place in range(first, last):
            self.sources[place] |= int(source)
            self.weights[place] = weight

    def count(self, run: Sequence[int]) -> float:
        """How often ``run`` was seen, occurrences weighted; 0 for the empty run."""
        text, size = self.tokens, len(run)
        places = self._places.get(run[-1], ()) if size else ()
        return sum(self.weights[place] for place in places if text[max(0, place - size + 1) : place + 1] == list(run))

    def places(self, token: int) -> Sequence[int]:
        """Where ``token`` stands, the newest last."""
        return self._places.get(token, ())

    def _append(self, tokens: Iterable[int], source: Source, weight: float) -> None:
        places, at, begin = self._places, len(self.tokens), len(self.tokens)
        self.tokens.extend(tokens)
        for token in self.tokens[begin:] if weight else ():
            found = places.get(token)
            if found is None:
                places[token] = [at]
            else:
                found.append(at)
            at += 1
        more = len(self.tokens) - begin
        # Plain integers: a flag's own operators are thirty times as slow.
        self.sources.extend([int(source)] * more)
        self.weights.extend([weight] * more)

"""A token trie: which tokens followed which, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

ROOT = 0


class Source(IntFlag):
    """Where a run of tokens was seen."""

    NONE = 0
    PASSAGES = 1
    PROMPT = 2
    ANSWER = 4


class TokenTrie:
    """Every run of at most ``branch_length`` tokens of the sequences fed to it, with how often each occurred and where.

    Nodes are integers and ``ROOT`` is 0; the node of a run is reached from the root token by token. Feeding goes
    through a `TrieCursor`, which costs ``branch_length`` dictionary steps a token and holds, at any moment, the nodes
    of all suffixes of what it has read: inserting a sequence and finding its continuations are one walk.
    """

    def __init__(self, branch_length: int = 16) -> None:
        if branch_length < 2:
            raise ValueError(f"branch_length must be at least 2, got {branch_length}")
        self.branch_length = branch_length
        self.children: list[dict[int, int]] = [{}]
        self.counts: list[float] = [0.0]
        # Plain integers: a flag's own operators are thirty times as slow, and this is done for every node fed.
        self.sources: list[int] = [0]

    def __len__(self) -> int:
        """Nodes, the root included."""
        return len(self.counts)

    def child(self, node: int, token: int) -> int:
        """The node of ``token`` below ``node``, made with count 0 if it wasn't there."""
        below = self.children[node]
        found = below.get(token)
        if found is None:
            found = below[token] = len(self.counts)
            self.children.append({})
            self.counts.append(0.0)
            self.sources.append(0)
        return found

    def insert(self, tokens: Iterable[int], weight: float = 1.0, source: Source = Source.PROMPT) -> None:
        """Count every run of at most ``branch_length`` tokens in ``tokens``, each occurrence ``weight`` times."""
        cursor = TrieCursor(self, source)
        for token in tokens:
            cursor.feed(token, weight)

    def count(self, run: Iterable[int]) -> float:
        """How often ``run`` was seen; 0 for a run that is unknown or longer than ``branch_length``."""
        node = ROOT
        for token in run:
            below = self.children[node].get(token)
            if below is None:
                return 0.0
            node = below
        return self.counts[node]


class TrieCursor:
    """A place in one sequence that is being read into a trie; ``source`` is what the next tokens are part of."""

    def __init__(self, trie: TokenTrie, source: Source = Source.PROMPT) -> None:
        self._trie = trie
        self.source = source
        self._suffixes: list[int] = []

    def feed(self, token: int, weight: float = 1.0) -> None:
        """Read one more token of the sequence, counting all runs that end in it."""
        trie = self._trie
        starts = [ROOT, *self._suffixes[: trie.branch_length - 1]]
        self._suffixes = [trie.child(node, token) for node in starts]
        source = int(self.source)
        for node in self._suffixes:
            trie.counts[node] += weight
            trie.sources[node] |= source

    @property
    def suffixes(self) -> list[int]:
        """Nodes of the suffixes of what was read: that of the last token alone first, the longest last."""
        return self._suffixes

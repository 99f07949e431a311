"""Answers given earlier, as a source of drafts: bounded, in memory or files, one for each tenant and corpus version."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# The lengths of the n-grams that are indexed, in tokens: nothing shorter than the first is found.
ORDERS = (2, 4)
# Older occurrences of an n-gram are not looked at: the newest are likeliest to be answers to the same question.
LOOKED_AT = 16
LONGEST_MATCH = 32
# Longer answers are cut, and the answers saved by their uses are few, so that no insertion takes long.
LONGEST_ANSWER = 1000
SAVED_AT_MOST = 8
# An answer of the longest kind and the most that it may save fill at most this part of the room together.
ROOM_FOR_ANSWERS = 16
MOST_USES = 2**20
LARGEST_TOKEN = 2**31 - 1
# Odd 64-bit numbers without pattern, as in Fibonacci hashing (Knuth, volume 3, section 6.4).
MULTIPLIER, SCRAMBLE = 0xD6E8FEB86659FD93, 0x9E3779B97F4A7C15
# Tokens of a file that are read at once, so that little memory is needed besides.
SCANNED = 2**16
VERSION = 1

Numbers = npt.NDArray[np.int64]


class AnswerMatch(NamedTuple):
    """``place``: where in all that was ever inserted the last matching token stands; ``length``: how many match."""

    place: int
    length: int


class AnswerTrie:
    """The runs of tokens of earlier answers, in a fixed amount of memory.

    As in `accel.trie.TokenTrie` the trie's nodes are sets of places in a text. The text is a ring here, and places are
    found through hash chains, as LZ77 compressors find theirs (RFC 1951, section 4): each place links to the place
    before where an n-gram with the same hash ended. So an answer goes in at a constant cost for each token, whatever
    the size, and there is nothing to rebalance. Where the ring is full the oldest answer makes room, unless drafts
    from it were accepted: then it goes in again with its uses halved (second chance, with decay), at most eight for
    each insertion.

    Places count everything ever inserted, so a link to what was overwritten since is recognised by its number. And
    tokens are compared one by one before a match is believed. So whatever a crash left in the files, what is read here
    is a guess that may be bad: a drafted token counts only after the model has confirmed it.

    Safe to share between threads. Keeps what it is given in the order it came, so one trie must serve one tenant and
    one version of a corpus only: the speed of drafting reveals that an answer was given before.
    """

    def __init__(self, tokens: int = 2**20, folder: Path | None = None, key: str = "") -> None:
        """Room for ``tokens`` tokens, at 28 to 36 bytes each.

        With a ``folder`` they are in two files there that outlive the process, and are dropped when they are cut short
        or were made for another ``key`` (a hash of tokenizer and corpus, say), room or version of this class. One
        process at a time: another one that has them open finds nothing of what is inserted here. Raises ValueError
        where there is too little room, OSError where the folder can't be written.
        """
        if tokens < 64:
            raise ValueError(f"an answer trie needs room for at least 64 tokens, got {tokens}")
        self._room = tokens
        self._longest = min(LONGEST_ANSWER, tokens // ROOM_FOR_ANSWERS)
        bucket_bits = (tokens - 1).bit_length() - 1
        self._shift = 64 - bucket_bits
        self._lock = threading.Lock()

        made_for = {"version": VERSION, "key": key, "tokens": tokens, "byteorder": sys.byteorder}
        numbers = 2 + len(ORDERS) * tokens
        memory = _memory(8 * numbers + 4 * tokens, folder, made_for)
        # How much was forgotten and how much was ever written; then the links of each order.
        state, *self._links = np.split(memory[: 8 * numbers].view(np.int64), range(2, numbers, tokens))
        # Below 0 at the beginning of an answer: -1 less how often it was of use.
        self._tokens = memory[8 * numbers :].view(np.int32)
        # The heads are derived, not kept: an answer changes a thousand of their pages, which are slow to write to in a
        # file (5 ms), and slow at first in memory that isn't touched (as by np.zeros).
        self._heads = [np.full(1 << bucket_bits, -1, dtype=np.int64) for _ in ORDERS]
        self.nbytes: int = memory.nbytes + sum(heads.nbytes for heads in self._heads)
        """Bytes of memory and disk, which never change."""
        # Single numbers are read through plain memory views: through numpy it takes four times as long.
        self._state, self._token_at = _view(state), _view(self._tokens)
        self._link_at, self._head_at = [_view(part) for part in self._links], [_view(part) for part in self._heads]
        self._find_heads()

    def __len__(self) -> int:
        """Tokens kept, and one more for each answer."""
        with self._lock:
            begin, end = self._bounds()
            return end - begin

    def insert(self, answer: Sequence[int], prompt: Sequence[int] = ()) -> None:
        """Keep an answer, up to its first 1,000 tokens, or a sixteenth of the room, counted from the last few tokens of
        its ``prompt``: after these its beginning is found, the sooner the more the question is the same.

        Raises ValueError for what isn't a token (0 to 2**31 - 1).
        """
        if not answer:
            return
        kept = [*prompt[-LONGEST_MATCH:], *answer][: self._longest]
        if min(kept) < 0 or max(kept) > LARGEST_TOKEN:
            raise ValueError(f"tokens are numbers from 0 to {LARGEST_TOKEN}, got {min(kept)} to {max(kept)}")
        with self._lock:
            saved = self._make_room(len(kept) + 1)
            self._append(np.concatenate([*saved, np.array([-1, *kept])]))

    def matches(self, context: Sequence[int], most: int = LOOKED_AT) -> list[AnswerMatch]:
        """Where what ``context`` ends with occurred in an answer: the longest matches first, then the newest.

        Each has at least 2 tokens and at most 32, and none reaches across the beginning of an answer.
        """
        run = list(context[-LONGEST_MATCH:])
        run.reverse()
        for at, token in enumerate(run):
            if token < 0:
                del run[at:]
                break
        found: dict[int, int] = {}
        with self._lock:
            bounds = self._bounds()
            for which in reversed(range(len(ORDERS))):
                if len(run) >= ORDERS[which] and len(found) < most:
                    self._follow(which, run, bounds, found)
        longest = sorted(((length, place) for place, length in found.items()), reverse=True)
        return [AnswerMatch(place, length) for length, place in longest[:most]]

    def read(self, place: int, most: int) -> list[int]:
        """The tokens of an answer from ``place`` on, at most so many; none where the place was overwritten since."""
        with self._lock:
            begin, end = self._bounds()
            if not begin < place < end:
                return []
            text = self._slice(place, min(end, place + most)).tolist()
        for at, token in enumerate(text):
            if token < 0:
                return text[:at]
        return text

    def used(self, place: int) -> None:
        """A draft of what stands at ``place`` was accepted: its answer is worth keeping."""
        with self._lock:
            begin, end = self._bounds()
            if not begin < place < end:
                return
            before = max(begin, place - self._longest)
            marks = np.flatnonzero(self._slice(before, place) < 0)
            if len(marks):
                at = (before + int(marks[-1])) % self._room
                self._token_at[at] = max(self._token_at[at] - 1, -1 - MOST_USES)

    def _bounds(self) -> tuple[int, int]:
        """Of what is kept. What a crash left may be no bounds at all; nothing is kept then."""
        begin, end = self._state
        if not 0 <= begin <= end <= min(begin + self._room, 2**62):
            self._state[0] = self._state[1] = begin = end = 0
        return begin, end

    def _slice(self, begin: int, end: int) -> Numbers:
        """A copy of what stands at the places from ``begin`` to ``end``."""
        first, last = begin % self._room, begin % self._room + end - begin
        if last <= self._room:
            return self._tokens[first:last].astype(np.int64)
        return np.concatenate([self._tokens[first:], self._tokens[: last - self._room]]).astype(np.int64)

    def _follow(self, which: int, run: Sequence[int], bounds: tuple[int, int], found: dict[int, int]) -> None:
        """Put the places of one chain where the ``run``, its last token first, occurred into ``found``."""
        begin, place = bounds
        tokens, links, room, order = self._token_at, self._link_at[which], self._room, ORDERS[which]
        following = self._head_at[which][self._bucket(run[order - 1 :: -1])]
        for _ in range(LOOKED_AT):
            # A link forward would be damage, and could lead round and round.
            if not begin < following < place:
                return
            place = following
            if place not in found:
                at, length, most = place % room, 0, min(len(run), place - begin)
                # Left of the ring's first slot is its last one, for a negative index too.
                while length < most and tokens[at - length] == run[length]:
                    length += 1
                if length >= order:
                    found[place] = length
            following = links[place % room]

    def _bucket(self, ngram: Sequence[int]) -> int:
        mixed = 0
        for token in ngram:
            mixed = mixed * MULTIPLIER + token
        return (mixed * SCRAMBLE & 0xFFFFFFFFFFFFFFFF) >> self._shift

    def _make_room(self, need: int) -> list[Numbers]:
        """Forget the oldest answers until there are ``need`` free slots besides those for the answers returned, which
        were of use."""
        begin, end = self._bounds()
        saved: list[Numbers] = []
        if end - begin + need <= self._room:
            return saved
        # As many as could be looked at: those saved, those forgotten in place of as many slots, the last one's rest.
        text = self._slice(begin, min(end, begin + (SAVED_AT_MOST + 2) * (self._longest + 1)))
        marks = np.flatnonzero(text < 0).tolist()
        if begin + len(text) == end:
            marks.append(len(text))
        free = self._room - (end - begin)
        for at, after in pairwise(marks if text[0] < 0 else []):
            if free >= need:
                break
            uses = -1 - int(text[at])
            if uses and len(saved) < SAVED_AT_MOST and after - at <= self._longest + 1:
                text[at] = -1 - uses // 2
                saved.append(text[at:after])
                need += after - at
            free += after - at
            begin += after - at
        if free < need:
            # Answers that begin nowhere, or never end: damage.
            begin, saved = end, []
        self._state[0] = begin
        return saved

    def _append(self, text: Numbers) -> None:
        """Write ``text``, answers with their marks, and link its n-grams; there must be room for it."""
        end = self._state[1]
        self._tokens[np.arange(end, end + len(text)) % self._room] = text
        for order, heads, links in zip(ORDERS, self._heads, self._links, strict=True):
            ends, buckets = self._ngrams(text, order)
            if not len(ends):
                continue
            # One bucket's places side by side, in their order: each links to the one before it, the first to the head.
            by_bucket = np.argsort(buckets, kind="stable")
            places, buckets = ends[by_bucket] + end, buckets[by_bucket]
            first = np.concatenate([[True], buckets[1:] != buckets[:-1]])
            before = np.roll(places, 1)
            before[first] = heads[buckets[first]]
            links[places % self._room] = before
            last = np.roll(first, -1)
            heads[buckets[last]] = places[last]
        # At last, so that what a crash cuts short was never there.
        self._state[1] = end + len(text)

    def _find_heads(self) -> None:
        """The newest place of each bucket, in what a file had."""
        begin, end = self._bounds()
        for at in range(begin, end, SCANNED):
            text = self._slice(at, min(end, at + SCANNED + max(ORDERS) - 1))
            for order, heads in zip(ORDERS, self._heads, strict=True):
                ends, buckets = self._ngrams(text, order)
                # Of several places for one bucket numpy keeps the last.
                heads[buckets] = ends + at

    def _ngrams(self, text: Numbers, order: int) -> tuple[Numbers, Numbers]:
        """Where in ``text`` the n-grams within one answer end, and their buckets."""
        windows = max(0, len(text) - order + 1)
        mixed = np.zeros(windows, dtype=np.uint64)
        for at in range(order):
            mixed = mixed * np.uint64(MULTIPLIER) + text[at : at + windows].astype(np.uint64)
        marks = np.concatenate([[0], np.cumsum(text < 0)])
        begins = np.flatnonzero(marks[order:] == marks[:windows])
        buckets = (mixed[begins] * np.uint64(SCRAMBLE)) >> np.uint64(self._shift)
        return begins + order - 1, buckets.astype(np.int64)


def _view(numbers: npt.NDArray[Any]) -> Any:
    return memoryview(numbers)  # type: ignore[arg-type] # numpy arrays are buffers, which their types say from 3.12 on


def _memory(size: int, folder: Path | None, made_for: dict[str, Any]) -> npt.NDArray[np.uint8]:
    """``size`` bytes, zero where they are new; in a ``folder`` those that were there, if ``made_for`` the same."""
    if folder is None:
        return np.full(size, 0, dtype=np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    data, about = folder / "answers.bin", folder / "answers.json"
    label = json.dumps(made_for).encode()
    try:
        fits = about.read_bytes() == label and data.is_file() and data.stat().st_size == size
    except OSError:
        fits = False
    if not fits:
        # Removed and not emptied: who has the old ones open still must find their bytes.
        for path in (about, data):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
        data.touch(mode=0o600)
        # Not a file with holes: filling one on a full disk ends the process, in place of raising OSError here.
        data.write_bytes(bytes(size))
        about.write_bytes(label)
    return np.memmap(data, dtype=np.uint8, mode="r+", shape=(size,))

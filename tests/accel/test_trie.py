"""The trie counts every run of tokens, and no others, and follows every suffix of what it reads."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from accel import Source, TokenTrie
from accel.trie import GAP, NEWEST

sequences = st.lists(st.lists(st.integers(0, 3), max_size=20), max_size=4)


def trie_of(texts: Sequence[Sequence[int]], weights: Sequence[float] = ()) -> TokenTrie:
    trie = TokenTrie()
    for text, weight in zip(texts, weights or [1.0] * len(texts), strict=True):
        trie.insert(text, Source.PASSAGES, weight)
    return trie


def occurrences(run: Sequence[int], text: Sequence[int]) -> int:
    return sum(list(text[at : at + len(run)]) == list(run) for at in range(len(text)))


def matches_by_hand(texts: Sequence[Sequence[int]], read: Sequence[int]) -> set[tuple[tuple[int, ...], int]]:
    """Of every place before the last, in any sequence: what stands up to there, and how many of the last tokens it
    ends with."""
    found = set()
    for begin in (*texts, read[:-1]):
        for end in range(1, len(begin) + 1):
            length = 0
            while length < min(end, len(read)) and begin[end - 1 - length] == read[-1 - length]:
                length += 1
            if length:
                found.add((tuple(begin[:end]), length))
    return found


def matches_of(trie: TokenTrie) -> set[tuple[tuple[int, ...], int]]:
    found = set()
    for place, length in trie.matches.items():
        begin = place + 1
        while begin and trie.tokens[begin - 1] != GAP:
            begin -= 1
        found.add((tuple(trie.tokens[begin : place + 1]), length))
    return found


@given(sequences, st.lists(st.integers(0, 3), max_size=20))
def test_counts_are_those_of_a_search_by_hand(texts: list[list[int]], read: list[int]) -> None:
    trie = trie_of(texts)
    trie.read(read[:3])
    for token in read[3:]:
        trie.feed(token)
    for text in (*texts, read):
        for begin in range(len(text)):
            for end in range(begin + 1, min(begin + 7, len(text) + 1)):
                run = text[begin:end]
                assert trie.count(run) == sum(occurrences(run, text) for text in (*texts, read))
    assert trie.count([9]) == trie.count([]) == 0


@given(sequences, st.lists(st.integers(0, 3), min_size=1, max_size=20), st.lists(st.integers(0, 3), max_size=20))
def test_matches_are_the_longest_equal_suffixes(texts: list[list[int]], prompt: list[int], answer: list[int]) -> None:
    trie = trie_of(texts)
    trie.read(prompt)
    assert matches_of(trie) == matches_by_hand(texts, prompt)
    for at, token in enumerate(answer, start=1):
        trie.feed(token)
        assert matches_of(trie) == matches_by_hand(texts, prompt + answer[:at])


def test_no_run_crosses_from_one_sequence_to_the_next() -> None:
    trie = trie_of([[5, 1, 2], [1, 2]])
    trie.read([1, 2])
    assert trie.count([2, 1]) == 0
    assert sorted(trie.matches.values()) == [2, 2]


def test_a_match_is_followed_past_any_number_of_newer_occurrences() -> None:
    trie = trie_of([[3, 7, 8], [7] * (NEWEST + 50)])
    trie.read([3])
    trie.feed(7)
    assert max(trie.matches.values()) == 2
    assert trie.tokens[max(trie.matches, key=lambda place: trie.matches[place]) + 1] == 8


def test_weights_add_up() -> None:
    trie = trie_of([[1, 2], [1, 2], [4, 1, 2, 1]], weights=[3, 1, 0.5])
    assert trie.count([1, 2]) == 4.5
    assert trie.count([1]) == 5


def test_every_place_knows_its_source() -> None:
    trie = trie_of([[1]])
    trie.read([2])
    trie.feed(3)
    seen = {token: source for token, source in zip(trie.tokens, trie.sources, strict=True) if token != GAP}
    assert seen == {1: Source.PASSAGES, 2: Source.PROMPT, 3: Source.ANSWER}
    assert [trie.places(token)[0] for token in (1, 2, 3)] == [trie.tokens.index(token) for token in (1, 2, 3)]

"""The trie counts every run of tokens, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accel import TokenTrie, TrieCursor

sequences = st.lists(st.lists(st.integers(0, 4), max_size=25), max_size=4)


@given(sequences, st.integers(2, 6))
def test_counts_are_those_of_a_search_by_hand(texts: list[list[int]], branch_length: int) -> None:
    trie = TokenTrie(branch_length)
    for text in texts:
        trie.insert(text)
    runs = {tuple(t[i : i + n]) for t in texts for i in range(len(t)) for n in range(1, branch_length + 1)}
    for run in runs:
        by_hand = sum(tuple(t[i : i + len(run)]) == run for t in texts for i in range(len(t)))
        assert trie.count(run) == by_hand
    assert len(trie) == 1 + len({run for run in runs if run})
    assert trie.count([9]) == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(2, 6))
def test_a_cursor_stands_at_every_suffix_of_what_it_read(text: list[int], branch_length: int) -> None:
    trie = TokenTrie(branch_length)
    cursor = TrieCursor(trie)
    for token in text:
        cursor.feed(token)
    assert len(cursor.suffixes) == min(len(text), branch_length)
    for length, node in enumerate(cursor.suffixes, start=1):
        expected = 0
        for token in text[-length:]:
            expected = trie.children[expected][token]
        assert node == expected


def test_weights_add_up() -> None:
    trie = TokenTrie()
    trie.insert([1, 2], weight=3)
    trie.insert([1, 2])
    assert trie.count([1, 2]) == 4


def test_a_trie_of_single_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="branch_length"):
        TokenTrie(1)

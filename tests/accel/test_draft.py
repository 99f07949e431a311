"""Draft trees keep their budget and hold only what the trie has seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accel import Drafter, DraftTree, TokenTrie, TrieCursor

texts = st.lists(st.integers(0, 4), min_size=1, max_size=40)


def draft(text: list[int], rows: int, max_depth: int = 99, never: tuple[int, ...] = ()) -> DraftTree:
    trie = TokenTrie()
    cursor = TrieCursor(trie)
    for token in text:
        cursor.feed(token)
    return Drafter(rows, never).draft(trie, cursor, root=text[-1], max_depth=max_depth)


def branch(tree: DraftTree, row: int) -> list[int]:
    return [] if row == 0 else [*branch(tree, tree.parents[row]), tree.tokens[row]]


@given(texts, st.integers(1, 20), st.integers(0, 6))
def test_every_branch_continued_some_suffix_before(text: list[int], rows: int, max_depth: int) -> None:
    tree = draft(text, rows, max_depth, never=(4,))
    assert tree.rows <= rows
    assert tree.depths.max() <= max_depth
    assert 4 not in tree.tokens[1:]
    seen = " ".join(map(str, text))
    for row in range(1, tree.rows):
        continued = [text[-1], *branch(tree, row)]
        assert " ".join(map(str, continued)) in seen


@given(texts, st.integers(2, 20))
def test_siblings_differ_and_rows_see_their_ancestors_only(text: list[int], rows: int) -> None:
    tree = draft(text, rows)
    assert len({(p, t) for p, t in zip(tree.parents, tree.tokens, strict=True)}) == tree.rows
    for row in range(tree.rows):
        above, at = set(), row
        while at >= 0:
            above.add(at)
            at = tree.parents[at]
        assert set(np.flatnonzero(tree.ancestors[row])) == above
        assert tree.depths[row] == len(above) - 1


def test_the_longest_match_comes_first() -> None:
    # After "1 2" came 3 once; after "2" alone came 9 twice.
    tree = draft([1, 2, 3, 0, 2, 9, 0, 2, 9, 0, 1, 2], rows=2)
    assert tree.tokens == (2, 3)


def test_one_row_is_no_draft() -> None:
    assert draft([1, 2, 1, 2], rows=1) == DraftTree.root(2)


@pytest.mark.parametrize("parents", [(0,), (-1, 1), (-1, -1), (-1, 0, 2)])
def test_rows_that_come_before_their_parents_are_refused(parents: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="row"):
        DraftTree(tuple(range(len(parents))), parents)

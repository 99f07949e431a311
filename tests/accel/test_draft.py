"""A draft tree knows who continues whom, and takes no other shape than a tree's."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accel import DraftTree, Source, Undrafted


def random_tree(rows: int, seed: int) -> DraftTree:
    draw = random.Random(seed)
    # Every row has a token of its own, so that siblings differ.
    return DraftTree(tuple(range(50, 50 + rows)), (-1, *[draw.randrange(row) for row in range(1, rows)]))


@given(st.integers(1, 20), st.integers(0, 10**6))
def test_rows_see_themselves_and_their_ancestors_only(rows: int, seed: int) -> None:
    tree = random_tree(rows, seed)
    assert tree.rows == rows
    for row in range(rows):
        above, at = set(), row
        while at >= 0:
            above.add(at)
            at = tree.parents[at]
        assert set(np.flatnonzero(tree.ancestors[row])) == above
        assert tree.depths[row] == len(above) - 1


@given(st.integers(1, 20), st.integers(0, 10**6))
def test_children_are_found_by_their_token(rows: int, seed: int) -> None:
    tree = random_tree(rows, seed)
    for row, children in enumerate(tree.children):
        assert children == {tree.tokens[at]: at for at in range(rows) if tree.parents[at] == row}


def test_no_draft_is_one_row() -> None:
    tree = Undrafted().draft(7, max_depth=9)
    assert tree == DraftTree.root(7)
    assert (tree.rows, tree.tokens, tree.sources) == (1, (7,), (Source.NONE,))


@pytest.mark.parametrize("parents", [(), (0,), (-1, 1), (-1, -1), (-1, 0, 2)])
def test_rows_that_come_before_their_parents_are_refused(parents: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ro"):
        DraftTree(tuple(range(len(parents))), parents)


def test_a_token_without_a_parent_is_refused() -> None:
    with pytest.raises(ValueError, match="one parent for each token"):
        DraftTree((1, 2), (-1,))

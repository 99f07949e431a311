"""Inverted lists give what an exact search would, as far as they promise; changes keep them in step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import ann
from retrieval.ann import VectorIndex
from retrieval.embedder import Vectors


def clustered(count: int, seed: int = 0) -> Vectors:
    random = np.random.default_rng(seed)
    centres = random.standard_normal((20, 16), dtype=np.float32)
    vectors = centres[random.integers(20, size=count)] + 0.3 * random.standard_normal((count, 16), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = clustered(1200)
IDS = np.arange(1200) * 3 + 1


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ann, "EXACT_UP_TO", 800)
    monkeypatch.setattr(ann, "ASKED", 50)


@pytest.fixture
def listed() -> VectorIndex:
    return full().rebuilt()


def full() -> VectorIndex:
    index = VectorIndex.empty(16)
    index.add(IDS, VECTORS)
    return index


def test_an_index_is_exact_until_it_is_large_and_then_says_how_right_it_is() -> None:
    index = full()
    assert not index.is_fit
    rebuilt = index.rebuilt()
    assert rebuilt.is_fit
    assert rebuilt.lists is not None
    assert rebuilt.lists.recall >= ann.RECALL
    assert rebuilt.lists.nprobe < rebuilt.lists.nlist
    assert rebuilt.ids.tolist() == index.ids.tolist() == IDS.tolist()
    assert np.array_equal(rebuilt.vectors(IDS), VECTORS)


def test_an_index_that_has_outgrown_its_lists_or_shrunk_is_made_anew(listed: VectorIndex) -> None:
    listed.add(IDS + 1, clustered(1200, 1))
    assert listed.is_fit
    listed.add(np.array([2]) + 9999, clustered(1))
    assert not listed.is_fit
    again = listed.rebuilt()
    assert again.lists is not None
    assert again.lists.made_for == 2401
    again.remove(again.ids[400:])
    assert not again.is_fit
    assert again.rebuilt().lists is None
    assert again.rebuilt().ids.tolist() == again.ids.tolist()


def test_a_filter_leaves_nothing_out_that_could_be_found(listed: VectorIndex) -> None:
    exact = full()

    @given(st.integers(0, 1199), st.integers(1, 1200), st.integers(1, 30), st.integers(0, 9))
    @settings(max_examples=60)
    def check(asked: int, share: int, limit: int, seed: int) -> None:
        allowed = np.random.default_rng(seed).choice(IDS, share, replace=False)
        found = listed.search(VECTORS[asked], allowed, limit)
        best = exact.search(VECTORS[asked], allowed, limit)
        assert len(found) == len(best) == min(limit, share)
        assert {each.passage_id for each in found} <= set(allowed.tolist())
        assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
        true = listed.similarities(VECTORS[asked], [each.passage_id for each in found])
        assert all(each.score == pytest.approx(true[each.passage_id], abs=1e-5) for each in found)
        if share * listed.lists.nlist <= listed.lists.nprobe * len(IDS):  # type: ignore[union-attr]
            assert [each.score for each in found] == pytest.approx([each.score for each in best], abs=1e-5)

    check()


def test_a_filter_to_one_far_list_finds_all_of_it(listed: VectorIndex) -> None:
    far = IDS[np.argsort(VECTORS @ VECTORS[0])[:600]]
    assert len(listed.search(VECTORS[0], far, 600)) == 600


def test_whatever_is_added_and_removed_the_index_holds_the_rest(listed: VectorIndex, tmp_path: Path) -> None:
    listed.write(tmp_path / "index")

    @given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 1199), min_size=1, max_size=40)), max_size=12))
    @settings(max_examples=25)
    def check(changes: list[tuple[bool, set[int]]]) -> None:
        apply(VectorIndex.read(tmp_path / "index", listed.lists), changes)

    check()


def apply(index: VectorIndex, changes: list[tuple[bool, set[int]]]) -> None:
    held = set(range(1200))
    for add, positions in changes:
        some = np.array(sorted(positions - held if add else positions & held), dtype=np.int64)
        if not len(some):
            continue
        if add:
            index.add(IDS[some], VECTORS[some])
        else:
            index.remove(IDS[some])
        held = held | positions if add else held - positions
    assert index.ids.tolist() == IDS[sorted(held)].tolist()
    assert np.array_equal(index.vectors(IDS[sorted(held)]), VECTORS[sorted(held)])
    gone = [int(IDS[at]) for at in range(1200) if at not in held]
    assert index.similarities(VECTORS[0], gone) == {}
    assert {each.passage_id for each in index.search(VECTORS[0], IDS, 1200)} == set(IDS[sorted(held)].tolist())


def test_lists_are_read_as_they_were_written(listed: VectorIndex, tmp_path: Path) -> None:
    listed.write(tmp_path / "index")
    read = VectorIndex.read(tmp_path / "index", listed.lists)
    assert read.search(VECTORS[5], IDS, 20) == listed.search(VECTORS[5], IDS, 20)
    read.remove(IDS[:5])
    assert read.ids.tolist() == IDS[5:].tolist()

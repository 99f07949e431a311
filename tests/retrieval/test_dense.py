"""The dense index among processes that die, that are older, and that search while it is made anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus import ingest
from corpus.database import Database
from corpus.loaders import Limits
from retrieval import ann
from retrieval.ann import VectorIndex
from retrieval.dense import DenseIndex, leftovers
from retrieval.embedding import embed_missing
from tests.retrieval.test_concurrency import Letters


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.migrate()
    yield database
    database.close()


def take_in(database: Database, path: Path, sections: int) -> None:
    path.write_text("".join(f"# Fee {number}\n\nThe fee is {number}.\n\n" for number in range(sections)))
    list(ingest.carry_out(database, ingest.plan(database, [path], "default"), Limits()))
    list(embed_missing(database, Letters()))  # type: ignore[arg-type]


def opened(folder: Path) -> DenseIndex:
    return DenseIndex(folder / "indexes", Letters.identity, Letters.dimension)


def refreshed(database: Database, folder: Path) -> DenseIndex:
    index = opened(folder)
    with database.reading() as session:
        index.refresh(session)
    return index


class Killed(BaseException):
    pass


@pytest.mark.parametrize("died_before", range(6))
def test_whoever_dies_while_saving_leaves_the_old_index_or_the_new(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, died_before: int
) -> None:
    take_in(database, tmp_path / "one.md", 2)
    refreshed(database, tmp_path).save()
    take_in(database, tmp_path / "two.md", 3)
    index, steps = refreshed(database, tmp_path), iter(range(9))
    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "write_text"):
            done = getattr(Path, name)

            def or_die(path: Path, *arguments: object, done=done, **named: object) -> object:  # type: ignore[no-untyped-def]
                if next(steps) >= died_before:  # who is dead does nothing more, not even tidy up
                    raise Killed
                return done(path, *arguments, **named)

            patch.setattr(Path, name, or_die)
        with pytest.raises(Killed):
            index.save()
    assert len(opened(tmp_path)) == (2 if died_before < 4 else 5)
    refreshed(database, tmp_path).save()
    assert len(opened(tmp_path)) == 5
    assert leftovers(tmp_path / "indexes") == []
    assert len(list((tmp_path / "indexes").glob("dense-*"))) == 1


def test_an_older_process_does_not_undo_what_a_newer_one_saved(database: Database, tmp_path: Path) -> None:
    take_in(database, tmp_path / "one.md", 2)
    older = refreshed(database, tmp_path)
    take_in(database, tmp_path / "two.md", 3)
    refreshed(database, tmp_path).save()
    older.save()
    assert len(opened(tmp_path)) == 5


def test_searches_go_on_while_the_index_is_made_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ann, "EXACT_UP_TO", 100)
    monkeypatch.setattr(ann, "ASKED", 50)
    take_in(database, tmp_path / "one.md", 120)
    begun, go_on, rebuilt = threading.Event(), threading.Event(), VectorIndex.rebuilt

    def slowly(index: VectorIndex) -> VectorIndex:
        begun.set()
        go_on.wait(60)
        return rebuilt(index)

    monkeypatch.setattr(VectorIndex, "rebuilt", slowly)
    index = opened(tmp_path)
    with database.reading() as session:
        index.refresh(session, wait=False)
        assert begun.wait(60)
        vector = np.ones(26, dtype="<f4")
        assert len(index.search(vector, index.ids, 10)) == 10
        take_in(database, tmp_path / "two.md", 1)
        assert not index.refresh(session, wait=False)
        assert index.lists is None
        go_on.set()
        assert index.refresh(session)
    assert index.lists is not None
    assert len(index) == 121

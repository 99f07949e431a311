"""A file is replaced as a whole or stays as it was, and nothing else is left beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import accel.files
import corpus.files

Replacing = Callable[[Path], AbstractContextManager[Path]]
both = pytest.mark.parametrize("replacing", [corpus.files.replacing, accel.files.replacing])


@both
def test_a_file_is_replaced_once_it_is_whole(replacing: Replacing, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("before")
    with replacing(target) as temporary:
        temporary.write_text("after")
        assert target.read_text() == "before"
        assert temporary.parent == tmp_path
    assert target.read_text() == "after"
    assert list(tmp_path.iterdir()) == [target]


@both
def test_what_fails_halfway_leaves_the_file_as_it_was(replacing: Replacing, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    target.write_text("before")

    def write() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


@both
def test_two_that_write_at_once_do_not_touch_each_others(replacing: Replacing, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    with replacing(target) as first, replacing(target) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first"  # the outer one is done last


def test_a_folder_takes_its_place_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with accel.files.replacing(target) as temporary:
        temporary.mkdir()
        (temporary / "weights").touch()
    assert [path.name for path in target.iterdir()] == ["weights"]

    def again() -> None:
        with accel.files.replacing(target) as temporary:
            temporary.mkdir()

    with pytest.raises(OSError, match="not empty"):
        again()
    assert list(tmp_path.iterdir()) == [target]


def test_what_was_not_put_in_place_is_removed(tmp_path: Path) -> None:
    with corpus.files.unfinished(tmp_path / "upload") as temporary:
        temporary.write_text("left")
    assert list(tmp_path.iterdir()) == []

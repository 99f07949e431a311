"""Broken, hostile and odd files: each is refused with its reason or taken, and harms nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import Unreadable
from corpus.loaders import Limits
from corpus.passages import CHARACTERS, Size
from corpus.reading import read
from corpus.recognition import Recognition
from corpus.sandbox import Sandbox
from tests.conftest import Run
from tests.corpus.deadly import Deadly
from tests.corpus.hostile import ODD, PICTURES, SECRET, Odd

pytestmark = pytest.mark.sandboxed

MIB = 2**20
DEADLINE_S = 120
LIMITS = Limits(unpacked_bytes=100 * MIB, pages=1_000, cells=30_000, seconds=100, memory_bytes=768 * MIB)

# What these hold is taken, and embedding it would take longer than all the rest.
LONG = ("wide.xlsx", "far-cell.xlsx", "one-line.html", "long-list.html", "open-brackets.md")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS, CHARACTERS) as sandbox:
        yield sandbox


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_each_is_refused_with_its_reason_or_taken(tmp_path: Path, sandbox: Sandbox, odd: Odd) -> None:
    odd.make(tmp_path / odd.name)
    begun = sandbox.begin(tmp_path / odd.name, None)
    if odd.refused:
        with pytest.raises(Unreadable, match=odd.refused):
            begun.result(DEADLINE_S)
    else:
        content = begun.result(DEADLINE_S).content
        assert [bool(re.search(odd.warned, warning)) for warning in content.warnings] == [True] * bool(odd.warned)
        assert not any(SECRET in page.text for page in content.pages)


@pytest.mark.parametrize("odd", PICTURES, ids=lambda odd: odd.name)
def test_pictures_that_are_too_large_are_refused(tmp_path: Path, recognition: Recognition, odd: Odd) -> None:
    odd.make(tmp_path / odd.name)
    with Sandbox(replace(LIMITS, ocr=recognition), CHARACTERS) as sandbox:
        with pytest.raises(Unreadable, match=odd.refused):
            sandbox.begin(tmp_path / odd.name, None).result(DEADLINE_S)
        assert sandbox.begin(good(tmp_path), None).result(DEADLINE_S).title == "Fees"


def good(folder: Path) -> Path:
    (folder / "good.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    return folder / "good.md"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (replace(LIMITS, seconds=1), "longer than 1 seconds"),
        (replace(LIMITS, memory_bytes=256 * MIB), "more than 256 MiB of memory"),
    ],
)
def test_a_file_beyond_a_limit_of_its_reader_fails_alone(tmp_path: Path, limits: Limits, reason: str) -> None:
    (tmp_path / "large.txt").write_text("The fee is 5 €, \N{BANK}.\n" * 2_000_000)
    with Sandbox(limits, CHARACTERS) as sandbox:
        large, small = sandbox.begin(tmp_path / "large.txt", None), sandbox.begin(good(tmp_path), None)
        with pytest.raises(Unreadable, match=reason):
            large.result(DEADLINE_S)
        assert small.result(DEADLINE_S).title == "Fees"


def test_a_file_that_kills_its_reader_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "poison.md").write_text("poison")
    with Sandbox(LIMITS, Size(Deadly())) as sandbox:
        deadly = [sandbox.begin(tmp_path / "poison.md", None) for _ in range(3)]
        alive = sandbox.begin(good(tmp_path), None)
        for begun in deadly:
            with pytest.raises(Unreadable, match="process that read it crashed"):
                begun.result(DEADLINE_S)
        assert alive.result(DEADLINE_S).title == "Fees"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = good(tmp_path)

    def measure(text: str) -> int:
        path.write_text("# Fees\n\nThe fee is 6 euros.\n")
        return len(text)

    with pytest.raises(Unreadable, match="changed while it was read"):
        read(path, None, LIMITS, Size(measure))


def test_leaving_ends_what_is_being_read(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("The fee is 5 euros.\n\n" * 1_000_000)
    with Sandbox(LIMITS, CHARACTERS) as sandbox:
        large = sandbox.begin(tmp_path / "large.txt", None)
        sandbox.begin(good(tmp_path), None).result(DEADLINE_S)
    assert large.done()
    assert large.exception() is not None


def test_a_folder_of_them_goes_in_with_the_good_ones(citewell: Run, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    good(folder)
    (folder / "zz-good.md").write_text("# Last\n\nThe last fee is 7 euros.\n")
    (folder / "bell\x1b\x07.md").write_text("# Bell\n\nIt rings.\n")
    odd_ones = [odd for odd in ODD if odd.name not in LONG]
    for odd in odd_ones:
        odd.make(folder / odd.name)
    limits = {"UNPACKED_MIB": "100", "PAGES": "1000", "CELLS": "30000", "MEMORY_MIB": "768"}
    done = citewell("ingest", folder, **{f"CITEWELL_LIMITS__{name}": value for name, value in limits.items()})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    for odd in odd_ones:
        if odd.refused and odd.refused not in ("no file", "can't be opened"):
            assert re.search(rf"{odd.name}: .*{odd.refused}", done.stderr)
        if odd.warned:
            assert re.search(rf"{odd.name}: taken, but .*{odd.warned}", done.stderr)
    listed = citewell("documents", "list").stdout
    assert "good.md" in listed
    assert "zz-good.md" in listed

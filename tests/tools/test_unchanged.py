"""A slow check is left out only where nothing that it depends on has changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.unchanged import main


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("a = 1\n")
    (tmp_path / "notes.md").write_text("beside\n")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    return tmp_path


def test_what_was_noted_is_unchanged_until_a_file_below_is_another(repository: Path) -> None:
    assert main(["stamp", "code"]) == 1
    main(["--write", "stamp", "code"])
    assert main(["stamp", "code"]) == 0
    (repository / "notes.md").write_text("something else\n")
    assert main(["stamp", "code"]) == 0
    (repository / "code" / "a.py").write_text("a = 2\n")
    assert main(["stamp", "code"]) == 1


def test_a_new_file_and_a_renamed_one_are_changes(repository: Path) -> None:
    main(["--write", "stamp", "code"])
    (repository / "code" / "b.py").write_text("")
    subprocess.run(["git", "add", "-A"], check=True)
    assert main(["stamp", "code"]) == 1
    main(["--write", "stamp", "code"])
    subprocess.run(["git", "mv", "code/b.py", "code/c.py"], check=True)
    assert main(["stamp", "code"]) == 1

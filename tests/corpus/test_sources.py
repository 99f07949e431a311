"""Every file of a folder is read, or named with the reason why it isn't."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.ingestion import show_reports
from corpus.errors import NothingToIngest
from corpus.jobs import FileReport, Outcome
from corpus.sources import find_files
from tests.conftest import ROOT, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one of everything."""
    folder = tmp_path / "mixed"
    for name in ("fees.md", "cards/limits.md", "rates.csv", "cards/scan.tiff", "LICENSE", ".hidden.md", "~$fees.docx"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# Fees\n\nThe fee is 5 euros.\n")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.md").write_text("# Not this\n\nNothing.\n")
    (folder / "manifest.csv").write_text("file,title\nfees.md,All fees\n")
    (folder / "cards" / "manifest.yaml").write_text("documents: []")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    (folder / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.md")
    return folder


def test_every_file_of_a_folder_is_accounted_for(folder: Path) -> None:
    found = find_files([folder])
    assert [source.document for source in found.sources] == ["cards/limits.md", "fees.md"]
    told = {each.path.relative_to(folder).as_posix(): each.reason for each in found.unread}
    assert told == {
        ".git": "a hidden folder",
        ".hidden.md": "a hidden file",
        "LICENSE": "files ending in nothing are not read",
        "cards/manifest.yaml": "a manifest.yaml is followed only in the folder that is ingested itself",
        "cards/scan.tiff": "files ending in .tiff are not read",
        "elsewhere": "a link to a folder, which isn't followed: ingest that folder by its own path",
        "gone.md": "a link to a file that isn't there",
        "pipe.md": "neither a file nor a folder",
        "rates.csv": "files ending in .csv are not read",
        "~$fees.docx": "the lock of a document that is open elsewhere",
    }
    assert [each.path.name for each in found.unread if each.is_fault] == ["gone.md"]


AS_NOBODY = """
import os, sys
from pathlib import Path
from app.cli.ingestion import show_reports
from corpus.errors import NothingToIngest
from corpus.jobs import FileReport, Outcome
from corpus.sources import find_files

os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
found = find_files([Path("mixed")])
print(*[source.document for source in found.sources])
print(*[(str(each.path), each.reason) for each in found.unread if each.is_fault and each.path.name == "cards"])
try:
    find_files([Path("mixed/cards")])
except NothingToIngest as error:
    print(error)
"""


def test_a_folder_that_may_not_be_opened_is_a_fault(folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.csv").unlink()
    (folder / "cards").chmod(0)
    # It is entered before the rights are given up: the folders above need not be open to others.
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, tmp_path], capture_output=True, text=True, cwd=ROOT)
    (folder / "cards").chmod(0o755)
    assert done.stdout.splitlines() == [
        "fees.md",
        "('mixed/cards', \"the folder can't be opened: Permission denied\")",
        "mixed/cards can't be opened: Permission denied; ask for the right to read it",
    ], done.stderr


def test_a_folder_of_nothing_that_is_read_says_what_lies_there(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.csv").write_text("a,b\n")
    with pytest.raises(NothingToIngest) as caught:
        find_files([tmp_path])
    assert "49.csv and 10 more" in str(caught.value)
    assert "50.csv" not in str(caught.value)


def test_the_command_line_names_them_and_ends_with_a_status_of_its_own(citewell: Run, folder: Path) -> None:
    (folder / "gone.md").unlink()
    for state, added in (("2 added", 2), ("2 unchanged", 0)):
        done = citewell("ingest", folder)
        assert done.returncode == 3
        assert state in done.stdout
        assert "0 failed, 9 skipped" in done.stdout
        assert f"{added} changes" in done.stdout
        for name in ("rates.csv", "cards/scan.tiff", "LICENSE", ".git", "~$fees.docx"):
            assert f"{folder / name}: skipped: " in done.stderr
    shown = citewell("jobs", "show", "1").stdout
    assert "2 done, 9 skipped" in shown
    assert f"{folder / 'rates.csv'}: skipped: files ending in .csv are not read" in shown
    for name in ("rates.csv", "cards/scan.tiff", "LICENSE", "cards/manifest.yaml", "elsewhere", "pipe.md"):
        (folder / name).unlink()
    assert citewell("ingest", folder).returncode == 0
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    failed = citewell("ingest", folder)
    assert (failed.returncode, "gone.md: a link to a file that isn't there" in failed.stderr) == (1, True)


def test_of_many_the_first_fifty_are_named_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    reports = [FileReport(Path(f"{n:02}.csv"), "", Outcome.SKIPPED, reason="files ending in .csv") for n in range(60)]
    show_reports([FileReport(Path(".DS_Store"), "", Outcome.SKIPPED, reason="a hidden file"), *reports])
    said = capsys.readouterr()
    assert "49.csv: skipped" in said.err
    assert "50.csv" not in said.err
    assert "and 11 more were skipped: citewell jobs show names them all" in said.err
    assert "61 skipped" in said.out


def test_a_withdrawn_text_comes_back_only_with_restore(citewell: Run, tmp_path: Path) -> None:
    fees, new = tmp_path / "fees.md", tmp_path / "new.md"
    fees.write_text("# Fees\n\nThe fee is 5 euros.\n")
    new.write_text("# Fees\n\nThe fee is 6 euros.\n")
    citewell("ingest", fees)
    citewell("ingest", new, "--as-version-of", "fees.md")
    again = citewell("ingest", fees)
    assert (again.returncode, "unchanged: it is version 1, withdrawn on" in again.stderr) == (0, True)
    assert "1 new version," in citewell("ingest", "--restore", fees).stdout

"""Faults of our own are logged with their traceback, and never said to be a file's."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from corpus import faults
from corpus.database import Database
from corpus.errors import NotText, Unreadable
from corpus.faults import is_ours
from corpus.loaders import Limits, load
from corpus.passages import CHARACTERS, Size
from corpus.sandbox import Sandbox, _Process
from tests.corpus.deadly import Faulty, Unsendable

pytestmark = pytest.mark.sandboxed

DEADLINE_S = 120
OURS = "a fault of this program, not of the file"


def good(folder: Path) -> Path:
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    return folder / "fees.md"


@pytest.mark.parametrize("measure", [Faulty(), Unsendable()], ids=["while it reads", "outside of reading"])
def test_a_fault_of_ours_is_logged_with_its_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, measure: Faulty | Unsendable
) -> None:
    with Sandbox(Limits(), Size(measure)) as sandbox, pytest.raises(Unreadable, match=OURS):
        sandbox.begin(good(tmp_path), None).result(DEADLINE_S)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "fees.md" in record.getMessage()
    assert "Traceback (most recent call last)" in record.getMessage()
    assert type(measure).__name__ in record.getMessage() or "deadly.py" in record.getMessage()


def test_a_fault_in_a_loader_is_ours_and_one_in_a_parser_is_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import corpus.loaders.markdown as loader

    def forget(*_: object) -> None:
        raise KeyError("title")

    monkeypatch.setattr(loader, "load_markdown", forget)
    # Its frame is in this file, which is no part of the program: so a library's would be.
    with pytest.raises(Unreadable, match=r"damaged \(KeyError\)"):
        load(good(tmp_path), Limits())
    monkeypatch.setattr("corpus.faults._OURS", (Path(__file__).parent,))
    with pytest.raises(KeyError):
        load(good(tmp_path), Limits())


@pytest.mark.parametrize(("line", "ours"), [("b'\\xff'.decode()", False), ("{}['x']", True)])
def test_what_a_text_says_of_itself_is_no_fault_of_ours(line: str, ours: bool) -> None:
    loader = Path(faults.__file__).parent / "loaders" / "markdown.py"
    with pytest.raises((UnicodeDecodeError, KeyError)) as caught:
        exec(compile(line, str(loader), "exec"))
    assert is_ours(caught.value) is ours


def test_a_damaged_file_is_said_to_be_and_logged_below_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "fees.pdf").write_bytes(b"%PDF-1.7\n" + b"nonsense" * 100)
    with Sandbox(Limits(), CHARACTERS) as sandbox, pytest.raises(Unreadable) as caught:
        sandbox.begin(tmp_path / "fees.pdf", None).result(DEADLINE_S)
    assert OURS not in str(caught.value)
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_a_reader_that_was_stopped_starts_no_process(tmp_path: Path) -> None:
    reader = _Process(Limits(), CHARACTERS)
    reader.stop()
    with pytest.raises(Unreadable, match="cut off"):
        reader.read(good(tmp_path), None)
    assert reader._process is None


def test_only_what_is_given_to_a_database_is_said_to_be_no_text(database_url: str) -> None:
    from corpus import store

    database = Database(database_url)
    database.migrate()
    for opened in (database.reading, database.writing):
        with pytest.raises(UnicodeEncodeError), opened():
            "\ud800".encode()
        with pytest.raises(NotText), opened() as session:
            store.find_document(session, "default", "\ud800")
    database.close()

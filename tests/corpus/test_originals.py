"""The file of every version is kept as it was, as long as a version needs it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from corpus import ingest, jobs, store
from corpus.database import Database
from corpus.errors import OriginalNotKept, Unreadable
from corpus.jobs import FileReport, Outcome
from corpus.loaders import Limits
from corpus.originals import Originals
from corpus.schema import Version
from corpus.sources import SourceFile

TEXT = "# Fees\n\nThe fee is 5 euros.\n"


def file(folder: Path, name: str, text: str = TEXT) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def take_in(
    database: Database, originals: Originals | None, path: Path, collection: str = "default", restore: bool = False
) -> FileReport:
    plan = ingest.plan(database, [path], collection, restore=restore)
    [report] = ingest.carry_out(database, plan, Limits(), originals=originals)
    return report


def delete(database: Database, originals: Originals, name: str, collection: str = "default") -> None:
    with database.changing_corpus() as session:
        record = store.delete_document(session, collection, name)
    with database.changing_corpus() as session:
        originals.forget(session, [version.content_hash for version in record.versions])


def kept(originals: Originals) -> dict[str, str]:
    """What lies in the folder: each file by its path there, with its text."""
    files = [path for path in originals.folder.rglob("*") if path.is_file()]
    return {path.relative_to(originals.folder).as_posix(): path.read_text() for path in files}


def sha256(text: str = TEXT) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_versions_file_is_kept_by_what_it_holds(database: Database, originals: Originals, tmp_path: Path) -> None:
    take_in(database, originals, file(tmp_path, "fees.md"))
    newer = TEXT.replace("5", "6")
    take_in(database, originals, file(tmp_path, "fees.md", newer))
    (tmp_path / "fees.md").unlink()
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT, f"{sha256(newer)}/fees.md": newer}
    with database.reading() as session:
        assert set(session.scalars(select(Version.content_hash))) == {sha256(), sha256(newer)}
        assert (originals.missing(session), list(originals.strays(session))) == (0, [])


def test_a_file_that_is_known_is_kept_when_it_is_ingested_again(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    path = file(tmp_path, "fees.md")
    take_in(database, None, path)
    with database.reading() as session:
        assert originals.missing(session) == 1
    assert take_in(database, originals, path).outcome is Outcome.UNCHANGED
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT}
    with database.reading() as session:
        before = store.state(session)
    assert take_in(database, originals, path).outcome is Outcome.UNCHANGED
    with database.reading() as session:
        assert store.state(session) == before


def test_a_file_that_is_refused_is_not_kept(database: Database, originals: Originals, tmp_path: Path) -> None:
    assert take_in(database, originals, file(tmp_path, "fees.md", "")).outcome is Outcome.FAILED
    take_in(database, None, file(tmp_path, "a/limits.md"))
    with pytest.raises(Unreadable, match="changed while it was read"):
        originals.keep(tmp_path / "a" / "limits.md", sha256("another text"))
    with pytest.raises(Unreadable, match="can't be opened"):
        originals.keep(tmp_path / "nowhere.md", sha256())
    assert kept(originals) == {}


def test_nothing_is_stored_of_a_file_that_cannot_be_kept_and_its_job_goes_on_later(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    path = file(tmp_path, "fees.md")
    plan = ingest.plan(database, [path], "default")
    originals.folder.parent.mkdir(exist_ok=True)
    originals.folder.write_text("A file where the folder should be.")
    with pytest.raises(OriginalNotKept, match=r"can't be kept.*data_dir is writable"):
        list(ingest.carry_out(database, plan, Limits(), originals=originals))
    with database.reading() as session:
        assert store.is_empty(session, "default")
    originals.folder.unlink()
    [report] = ingest.carry_out(database, jobs.resumed(database, plan.id), Limits(), originals=originals)
    assert report.outcome is Outcome.ADDED
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT}


def test_an_original_goes_with_the_last_version_that_has_its_bytes(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    take_in(database, originals, file(tmp_path, "fees.md"))
    take_in(database, originals, file(tmp_path, "other/prices.md"))
    take_in(database, originals, file(tmp_path, "fees.md"), collection="second")
    take_in(database, originals, file(tmp_path, "fees.md", TEXT.replace("5", "6")))
    assert len(kept(originals)) == 2
    delete(database, originals, "fees.md")
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT}
    delete(database, originals, "prices.md")
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT}
    delete(database, originals, "fees.md", "second")
    assert kept(originals) == {}
    assert list(originals.folder.iterdir()) == []


def test_one_file_read_as_two_formats_is_kept_for_each(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    take_in(database, originals, file(tmp_path, "fees.md"))
    take_in(database, originals, file(tmp_path, "fees.txt"))
    take_in(database, originals, file(tmp_path, "copy/prices.md"))
    assert kept(originals) == {f"{sha256()}/fees.md": TEXT, f"{sha256()}/fees.txt": TEXT}
    for name, ending in (("markdown", ".md"), ("text", ".txt")):
        found = originals.find(sha256(), name)
        assert found is not None
        assert found.suffix == ending


def test_what_an_earlier_version_of_the_program_left_of_uploads_counts_as_originals(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    upload = file(originals.uploads / sha256(), "fees.md")
    plan = jobs.note(database, [SourceFile(upload, "fees.md")], "default")
    [report] = ingest.carry_out(database, plan, Limits(), originals=originals)
    assert (report.outcome, kept(originals)) == (Outcome.ADDED, {})
    with database.reading() as session:
        assert (originals.missing(session), list(originals.strays(session))) == (0, [])
    waiting = jobs.note(database, [SourceFile(upload, "prices.md")], "default")
    delete(database, originals, "fees.md")
    assert upload.exists()
    [report] = ingest.carry_out(database, waiting, Limits(), originals=originals)
    assert report.outcome is Outcome.ADDED
    delete(database, originals, "prices.md")
    assert not upload.parent.exists()


def test_what_belongs_to_no_version_and_no_job_is_a_stray(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    take_in(database, originals, file(tmp_path, "fees.md"))
    left = file(originals.folder / sha256("gone"), "gone.md", "gone").parent
    cut_off = file(originals.folder, ".original.1234", "half").parent / ".original.1234"
    forgotten = file(originals.uploads / "ab12", "old.md").parent
    waits = file(originals.uploads / "cd34", "new.md")
    jobs.note(database, [SourceFile(waits, "new.md")], "default")
    with database.reading() as session:
        assert set(originals.strays(session)) == {left, cut_off, forgotten}
    assert left.exists()

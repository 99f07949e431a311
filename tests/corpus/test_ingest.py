"""What ingesting changes, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

import app.answering.answer_log
import retrieval.schema  # noqa: F401 - its table belongs to the metadata that is compared
from corpus import ingest, jobs, passage_store, store
from corpus.database import Database
from corpus.errors import (
    BadManifest,
    DatabaseUnusable,
    NothingToIngest,
    NotOneFile,
    SameName,
    UnknownCollection,
    UnknownDocument,
)
from corpus.jobs import FileReport, JobState, Outcome
from corpus.loaders import Limits
from corpus.schema import Base, Page, Passage, now
from retrieval import lexical

LEXICAL = ("passages_fts", "passage_words")
# Each fails where the lexical index holds other words than the passages.
INTEGRITY_CHECK = {
    "sqlite": "INSERT INTO passages_fts (passages_fts) VALUES ('integrity-check')",
    "postgresql": """
        WITH wanted AS (
            SELECT word, id, count(*), sum(count(*)) OVER (PARTITION BY id)
            FROM passages, lexical_words(concat_ws(' ', heading, context, text)) AS word GROUP BY word, id
        ), held AS (SELECT word, passage_id, count, length FROM passage_words),
        wrong AS ((TABLE wanted EXCEPT TABLE held) UNION (TABLE held EXCEPT TABLE wanted))
        SELECT 1 / ((SELECT count(*) FROM wrong) = 0 AND passages = (SELECT count(*) FROM passages)
            AND words = (SELECT sum(count) FROM held))::int FROM passage_words_total""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    (folder / "cards").mkdir()
    (folder / "cards" / "limits.md").write_text("# Limits\n\nThe limit is 100 euros.\n")
    return folder


def take_in(
    database: Database, *paths: Path, effective_from: date | None = None, version_of: str | None = None
) -> list[FileReport]:
    plan = ingest.plan(database, paths, "default", effective_from=effective_from, version_of=version_of)
    reports = list(ingest.carry_out(database, plan, Limits()))
    jobs.advance(database, plan.id, JobState.DONE)
    return reports


def outcomes(reports: list[FileReport]) -> list[str]:
    return [report.outcome.value for report in reports]


def in_force(database: Database, day: date) -> list[str]:
    with database.reading() as session:
        collection = store.require_collection(session, "default")
        ids = passage_store.eligible_passage_ids(session, collection, day)
        return [record.text for record in passage_store.passages(session, ids)]


def test_a_folder_goes_in_once(database: Database, folder: Path) -> None:
    assert outcomes(take_in(database, folder)) == ["added", "added"]
    with database.reading() as session:
        before = store.state(session)
        assert [d.name for d in store.documents(session, "default")] == ["cards/limits.md", "fees.md"]
    assert outcomes(take_in(database, folder)) == ["unchanged", "unchanged"]
    with database.reading() as session:
        assert store.state(session) == before


def test_a_changed_file_becomes_a_new_version(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md", effective_from=date(2024, 1, 1))
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 6 euros.\n")
    assert outcomes(take_in(database, folder / "fees.md", effective_from=date(2026, 1, 1))) == ["new version"]
    assert in_force(database, date(2025, 12, 31)) == ["The fee is 5 euros."]
    assert in_force(database, date(2026, 1, 1)) == ["The fee is 6 euros."]
    assert in_force(database, date(2023, 12, 31)) == []


def test_without_a_date_a_changed_file_applies_from_today(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 6 euros.\n")
    take_in(database, folder / "fees.md")
    assert in_force(database, date(2000, 1, 1)) == ["The fee is 5 euros."]
    assert in_force(database, now().date()) == ["The fee is 6 euros."]


def test_an_undated_version_can_be_dated_later(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    assert outcomes(take_in(database, folder / "fees.md", effective_from=date(2025, 5, 1))) == ["dated"]
    assert in_force(database, date(2025, 4, 30)) == []
    assert outcomes(take_in(database, folder / "fees.md", effective_from=date(2025, 5, 1))) == ["unchanged"]


def test_a_manifest_names_versions_of_one_document(database: Database, folder: Path) -> None:
    (folder / "fees-2020.md").write_text("# Fees\n\nThe fee was 3 euros.\n")
    (folder / "manifest.yaml").write_text(
        "documents:\n"
        "  - {file: fees.md, document: fees, title: All fees, effective_from: 2026-01-01}\n"
        "  - {file: fees-2020.md, document: fees, title: All fees, effective_from: 2020-01-01, origin: The archive}\n"
    )
    take_in(database, folder)
    assert set(outcomes(take_in(database, folder))) == {"unchanged"}
    with database.reading() as session:
        record = store.document(session, "default", "fees")
    assert [(v.effective_from, v.effective_to) for v in record.versions] == [
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), None),
    ]
    assert record.title == "All fees"
    assert {(version.effective_from, version.origin) for version in record.versions} == {
        (date(2020, 1, 1), "The archive"),
        (date(2026, 1, 1), None),
    }


@pytest.mark.parametrize("name", ["manifest.yaml", "manifest.csv"])
def test_a_wrong_manifest_is_refused_and_nothing_goes_in(database: Database, folder: Path, name: str) -> None:
    (folder / name).write_text("nonsense: here\n")
    with pytest.raises(BadManifest, match=name):
        take_in(database, folder)
    with database.reading() as session:
        assert store.is_empty(session, "default")


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(database: Database, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"no pdf")
    reports = {report.document: report for report in take_in(database, folder)}
    assert reports["broken.pdf"].outcome is Outcome.FAILED
    assert "not a PDF" in reports["broken.pdf"].reason
    assert sum(report.outcome is Outcome.ADDED for report in reports.values()) == 2


def test_a_file_of_any_name_becomes_a_version_of_a_document_that_is_named(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    (folder / "fees 2030 final.md").write_text("# Fees\n\nThe fee is 7 euros.\n")
    new = folder / "fees 2030 final.md"
    with database.reading() as session:
        number = store.document(session, "default", "fees.md").id
    assert outcomes(take_in(database, new, effective_from=date(2030, 1, 1), version_of=str(number))) == ["new version"]
    assert outcomes(take_in(database, new, effective_from=date(2030, 1, 1), version_of="fees.md")) == ["unchanged"]
    assert in_force(database, date(2029, 12, 31)) == ["The fee is 5 euros."]
    assert in_force(database, date(2030, 1, 1)) == ["The fee is 7 euros."]


def test_a_version_of_nothing_or_of_several_files_is_refused(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    with pytest.raises(UnknownDocument, match="'charges'"):
        take_in(database, folder / "fees.md", version_of="charges")
    for paths in ((folder,), (folder / "fees.md", folder / "cards" / "limits.md")):
        with pytest.raises(NotOneFile, match=r"'fees\.md' is one file"):
            take_in(database, *paths, version_of="fees.md")
    assert jobs.unfinished(database) == []


def test_an_interrupted_version_is_still_one_of_its_document(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    ingest.plan(
        database, [folder / "cards" / "limits.md"], "default", effective_from=date(2030, 1, 1), version_of="fees.md"
    )
    [left] = jobs.unfinished(database)
    assert outcomes(list(ingest.carry_out(database, left, Limits()))) == ["new version"]
    assert in_force(database, date(2030, 1, 1)) == ["The limit is 100 euros."]


def test_paths_that_mean_nothing_are_refused(database: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / ("n" * 300), tmp_path / "var"):
        with pytest.raises(NothingToIngest):
            take_in(database, path)


def test_two_files_of_one_given_name_are_refused_before_anything_goes_in(database: Database, folder: Path) -> None:
    (folder / "manifest.csv").write_text("file,document\nfees.md,terms\ncards/limits.md,terms\n")
    with pytest.raises(SameName, match=r"limits\.md and .*fees\.md would both be document 'terms'"):
        take_in(database, folder)
    with database.reading() as session:
        assert store.is_empty(session, "default")


def test_filling_in_an_older_version_does_not_make_the_current_one_new(database: Database, folder: Path) -> None:
    current = (folder / "fees.md").read_text()
    take_in(database, folder / "fees.md", effective_from=date(2026, 1, 1))
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 3 euros.\n")
    take_in(database, folder / "fees.md", effective_from=date(2024, 1, 1))
    (folder / "fees.md").write_text(current)
    assert outcomes(take_in(database, folder / "fees.md")) == ["unchanged"]


def test_a_name_that_is_no_text_is_refused(database: Database, folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.md")).write_text("# Coffee\n\nHot.\n")
    assert sorted(outcomes(take_in(database, folder))) == ["added", "added", "failed"]


def test_two_processes_may_make_the_tables_at_once(bare_database_url: str) -> None:
    program = f"from corpus.database import Database; Database({bare_database_url!r}).migrate()"
    processes = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate(timeout=120)[1] for process in processes] == [b""] * 4


def test_deleting_a_document_takes_its_passages_out_of_every_index(database: Database, folder: Path) -> None:
    take_in(database, folder)
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "fees.md")
    with database.reading() as session:
        assert session.scalars(select(Passage.text)).all() == ["The limit is 100 euros."]
        assert session.scalar(select(func.count()).select_from(Page)) == 1
        allowed = np.array(passage_store.eligible_passage_ids(session, 1, now().date()))
        assert len(lexical.search(session, "fee or limit", allowed, 5)) == 1
        session.execute(text(INTEGRITY_CHECK[database.engine.name]))
        with pytest.raises(UnknownDocument, match=r"fees\.md"):
            store.document(session, "default", "fees.md")


def test_every_stored_passage_is_its_span_of_the_page(database: Database) -> None:
    take_in(database, Path(__file__).parent.parent.parent / "corpus" / "sample")
    with database.reading() as session:
        rows = session.execute(select(Passage, Page.text).join(Page)).all()
        assert len(rows) > 200
        assert all(passage.text == page[passage.start : passage.end] for passage, page in rows)


def test_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    assert app.answering.answer_log.StoredAnswer.metadata is Base.metadata
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or not (name or "").startswith(LEXICAL)},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_an_unknown_collection_names_those_there_are(database: Database, folder: Path) -> None:
    take_in(database, folder)
    with database.reading() as session, pytest.raises(UnknownCollection, match="there are: default"):
        store.require_collection(session, "other")


@pytest.mark.parametrize(
    "url",
    ["sqlite:////proc/nowhere/test.db", "sqlite:////dev/null/test.db", "nonsense", "postgresql://me:secret@host/db"],
)
def test_a_database_that_cannot_be_used_is_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        Database(url).migrate()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_read_only_database_is_one_sentence_and_keeps_its_documents(database: Database, folder: Path) -> None:
    take_in(database, folder / "fees.md")
    path = database.url.database
    read_only = Database(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(DatabaseUnusable, match="writable"):
        take_in(read_only, folder / "cards")
    read_only.close()
    assert in_force(database, now().date()) == ["The fee is 5 euros."]


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are my notes, and no database at all " * 50)
    with pytest.raises(DatabaseUnusable, match="not a database"):
        Database(f"sqlite:///{tmp_path / 'notes.db'}").migrate()


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer version"):
        database.migrate()

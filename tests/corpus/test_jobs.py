"""What a job remembers of its files, wherever the process that reads them ends."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from corpus import ingest, jobs, store
from corpus.database import MIGRATIONS, Database
from corpus.errors import UnknownJob
from corpus.jobs import FileRecord, FileReport, FileState, JobState, Outcome, Plan
from corpus.loaders import Limits
from corpus.sources import SourceFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(f"# {name}\n\nThe fee is 5 euros.\n")
    return folder


def files_of(database: Database, job_id: int) -> list[FileRecord]:
    with database.reading() as session:
        return jobs.files(session, job_id)


def test_an_interrupted_job_goes_on_with_the_files_that_are_not_done(database: Database, folder: Path) -> None:
    plan = ingest.plan(database, [folder], "default")
    next(ingest.carry_out(database, plan, Limits()))
    jobs.begin(database, plan.id, 2)  # the process dies while it reads
    [left] = jobs.unfinished(database)
    assert list(left.sources) == [2, 3]
    assert [report.outcome for report in ingest.carry_out(database, left, Limits())] == [Outcome.ADDED] * 2
    assert {file.outcome for file in files_of(database, plan.id)} == {Outcome.ADDED}
    jobs.advance(database, plan.id, JobState.DONE)
    assert jobs.unfinished(database) == []


def test_what_a_job_was_told_of_its_files_outlives_the_process(database: Database, folder: Path) -> None:
    (folder / "manifest.yaml").write_text("documents: [{file: a.md, document: fees, title: All fees}]")
    plan = ingest.plan(database, [folder], "default", effective_from=date(2026, 1, 1))
    (folder / "manifest.yaml").unlink()
    assert jobs.resumed(database, plan.id) == plan
    assert plan.sources[1].document == "fees"


def test_a_failed_file_says_why_and_is_not_tried_again(database: Database, folder: Path) -> None:
    (folder / "b.md").write_bytes(b"")
    (folder / os.fsdecode(b"caf\xe9.md")).write_text("# Coffee\n\nHot.\n")
    plan = ingest.plan(database, [folder], "default")
    list(ingest.carry_out(database, plan, Limits()))
    _, empty, _, unnamed = files_of(database, plan.id)
    assert (empty.state, empty.outcome, empty.reason) == (FileState.FAILED, Outcome.FAILED, "the file is empty")
    assert unnamed.document == "caf\\udce9.md"
    assert jobs.resumed(database, plan.id).sources == {}
    with database.reading() as session:
        record = jobs.record(session, plan.id)
    assert record.files == {FileState.DONE: 2, FileState.FAILED: 2}
    assert record.passages == 2


def test_a_file_that_is_gone_when_the_job_goes_on_has_failed(database: Database, folder: Path) -> None:
    plan = ingest.plan(database, [folder], "default")
    folder.rename(folder.with_name("moved"))
    assert {report.outcome for report in ingest.carry_out(database, plan, Limits())} == {Outcome.FAILED}
    assert "No such file" in files_of(database, plan.id)[0].reason


def test_a_version_and_what_became_of_its_file_are_stored_together(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ingest.plan(database, [folder / "a.md"], "default")
    settle = jobs.settle

    def settle_and_die(*arguments: object) -> None:
        settle(*arguments)
        raise SystemExit

    monkeypatch.setattr(jobs, "settle", settle_and_die)
    with pytest.raises(SystemExit):
        list(ingest.carry_out(database, plan, Limits()))
    assert files_of(database, plan.id)[0].state is FileState.READING
    with database.reading() as session:
        assert store.is_empty(session, "default")


def test_two_processes_at_one_job_store_no_file_twice(database: Database, folder: Path) -> None:
    plan = ingest.plan(database, [folder], "default")
    one, two = (ingest.carry_out(database, plan, Limits()) for _ in range(2))
    reports = [next(one), *two, *one]
    stored = [report.document for report in reports if report.outcome is Outcome.ADDED]
    assert stored == ["a.md", "b.md", "c.md"]
    assert {file.outcome for file in files_of(database, plan.id)} == {Outcome.ADDED}


def test_an_old_job_puts_no_overtaken_text_into_force(database: Database, folder: Path) -> None:
    def send(name: str, words: str, day: date | None = None) -> Plan:
        (folder / name).write_text(f"# Fees\n\n{words}\n")
        source = SourceFile(folder / name, "fees.md", effective_from=day)
        return jobs.note(database, [source], "default")

    def carry_out(plan: Plan) -> FileReport:
        [report] = ingest.carry_out(database, jobs.resumed(database, plan.id), Limits())
        return report

    carry_out(send("1.md", "Five."))
    second, dated = send("2.md", "Six."), send("4.md", "Four.", date(2020, 1, 1))
    jobs.give_up(database, second.id, "The disk is full.")
    assert carry_out(send("3.md", "Seven.")).outcome is Outcome.NEW_VERSION
    jobs.reopen(database, second.id)
    report = carry_out(second)
    assert (report.outcome, "a newer text came in meanwhile" in report.reason) == (Outcome.FAILED, True)
    with database.reading() as session:
        assert len(store.document(session, "default", "fees.md").versions) == 2
    assert carry_out(dated).outcome is Outcome.NEW_VERSION
    assert carry_out(send("2.md", "Six.")).outcome is Outcome.NEW_VERSION


def test_what_became_of_a_file_outlives_its_document(database: Database, folder: Path) -> None:
    plan = ingest.plan(database, [folder / "a.md"], "default")
    list(ingest.carry_out(database, plan, Limits()))
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "a.md")
    assert files_of(database, plan.id)[0].outcome is Outcome.ADDED


def test_a_done_job_stays_done_and_a_problem_goes_when_it_goes_on(database: Database, folder: Path) -> None:
    plan = ingest.plan(database, [folder], "default")
    jobs.stumble(database, plan.id, "The disk is full.")
    with database.reading() as session:
        assert jobs.record(session, plan.id).problem == "The disk is full."
    jobs.advance(database, plan.id, JobState.DONE)
    jobs.advance(database, plan.id, JobState.READING)
    with database.reading() as session:
        [record] = jobs.records(session)
        assert (record.state, record.problem, jobs.any_unfinished(session)) == (JobState.DONE, "", False)
        with pytest.raises(UnknownJob, match="no job 99"):
            jobs.record(session, 99)


def test_an_ingestion_begun_before_there_were_jobs_becomes_one(database: Database, folder: Path) -> None:
    migrate(database, command.downgrade, "0001")
    values = "collection, paths, effective_from, started_at, finished_at"
    with database.engine.begin() as connection:
        for finished_at in ("NULL", "CURRENT_TIMESTAMP"):
            connection.execute(
                text(
                    f"INSERT INTO ingestions ({values}) "
                    f"VALUES ('default', '[\"{folder / 'a.md'}\"]', '2026-01-01', CURRENT_TIMESTAMP, {finished_at})"
                )
            )
    migrate(database, command.upgrade, "head")
    [plan] = jobs.unfinished(database)
    [report] = ingest.carry_out(database, plan, Limits())
    assert (report.document, report.outcome) == ("a.md", Outcome.ADDED)
    with database.reading() as session:
        assert [job.state for job in jobs.records(session)] == [JobState.DONE, JobState.QUEUED]


def migrate(database: Database, direction: object, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        direction(config, revision)

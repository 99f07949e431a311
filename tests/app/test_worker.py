"""The thread that carries jobs out: what it takes up, lets go, and says of what it can't do."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import app.worker
from app.cli import app as program
from app.errors import BadUpload
from app.service import Citewell
from app.uploads import keep
from app.worker import Worker
from corpus import ingest, jobs
from corpus.jobs import FileState, JobRecord, JobState, Plan
from retrieval.errors import IndexNotSaved


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(f"# {name}\n\nThe fee is 5 euros.\n")
    return folder


def reaches(service: Citewell, plan: Plan, state: JobState, problem: str = "") -> JobRecord:
    while True:
        with service.database.reading() as session:
            record = jobs.record(session, plan.id)
        if (record.state, record.problem) == (state, problem):
            return record
        time.sleep(0.01)


def test_an_unfinished_job_is_taken_up_at_the_start(either: Citewell, folder: Path) -> None:
    plans = [ingest.plan(either.database, [folder], name) for name in ("one", "two")]
    next(either.work(plans[0]))
    worker = Worker(either)
    worker.start()
    assert [reaches(either, plan, JobState.DONE).files for plan in plans] == [{FileState.DONE: 3}] * 2
    assert either.index_sizes() == (6, 6, 6)
    worker.stop()


def test_a_worker_that_is_stopped_leaves_the_rest_for_the_next(
    either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ingest.plan(either.database, [folder], "default")
    worker = Worker(either)
    begin = jobs.begin

    def begin_and_stop(*arguments: object) -> bool:
        worker._stopping.set()
        return begin(*arguments)

    monkeypatch.setattr(jobs, "begin", begin_and_stop)
    worker.start()
    worker.stop()
    assert list(jobs.resumed(either.database, plan.id).sources) == [2, 3]


def test_a_job_that_cannot_go_on_says_why_and_is_tried_again(
    either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, save = Worker(either), either.index.save
    monkeypatch.setattr(app.worker, "RETRY_S", 0.5)
    monkeypatch.setattr(either.index, "save", lambda: refuse())

    def refuse() -> None:
        raise IndexNotSaved("The disk is full.")

    plan = ingest.plan(either.database, [folder], "default")
    worker.start()
    reaches(either, plan, JobState.INDEXING, "The disk is full.")
    monkeypatch.setattr(either.index, "save", save)
    reaches(either, plan, JobState.DONE)
    worker.stop()


def test_an_upload_is_kept_by_what_it_holds(tmp_path: Path) -> None:
    kept = keep(io.BytesIO(b"text"), r"C:\papers\fees.md", tmp_path)
    assert kept == keep(io.BytesIO(b"text"), "fees.md", tmp_path)
    assert kept.name == "fees.md"
    assert kept.read_bytes() == b"text"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]
    for name in ("", "..", "a\nb", "x" * 201):
        with pytest.raises(BadUpload):
            keep(io.BytesIO(b"text"), name, tmp_path)


def test_jobs_are_listed_and_shown(empty: Citewell, folder: Path) -> None:
    (folder / "b.md").write_bytes(b"")
    plan = ingest.plan(empty.database, [folder], "default")
    list(ingest.carry_out(empty.database, plan, empty._limits))
    jobs.stumble(empty.database, plan.id, "The disk is full.")
    arguments = ["--data-dir", str(empty.settings.data_dir), "jobs"]
    listed = CliRunner().invoke(program, [*arguments, "list"]).output
    assert "2 done" in listed
    shown = CliRunner().invoke(program, [*arguments, "show", "1"]).output
    for part in ("2 passages, 0 embedded", "The disk is full.", "a.md: added, 1 passage", "b.md: failed: the file is"):
        assert part in shown

"""The thread that carries jobs out: what it takes up, lets go, and says of what it can't do."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import app.ingestion.worker
from app.cli import app as program
from app.errors import BadUpload, UploadNotKept
from app.ingestion.runner import limits_of
from app.ingestion.uploads import drop, keep
from app.ingestion.worker import Worker
from app.service import Citewell
from app.settings import IngestionSettings
from corpus import ingest, jobs
from corpus.jobs import FileState, JobRecord, JobState, Outcome, Plan
from retrieval.errors import IndexNotSaved


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(f"# {name}\n\nThe fee is 5 euros.\n")
    return folder


def reaches(service: Citewell, plan: Plan, state: JobState, problem: str = "") -> JobRecord:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with service.database.reading() as session:
            record = jobs.record(session, plan.id)
        if (record.state, record.problem) == (state, problem):
            return record
        time.sleep(0.01)
    pytest.fail(f"job {plan.id} is {record.state} ({record.problem!r}), and not {state} ({problem!r})")


def test_an_unfinished_job_is_taken_up_at_the_start(either: Citewell, folder: Path) -> None:
    plans = [ingest.plan(either.database, [folder], name) for name in ("one", "two")]
    next(either.ingestion.work(plans[0]))
    worker = Worker(either.database, either.ingestion)
    worker.start()
    assert [reaches(either, plan, JobState.DONE).files for plan in plans] == [{FileState.DONE: 3}] * 2
    assert either.ingestion.sizes() == (6, 6, 6)
    worker.stop()


def test_a_worker_that_is_stopped_leaves_the_rest_for_the_next(
    either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ingest.plan(either.database, [folder], "default")
    worker = Worker(either.database, either.ingestion)
    begin = jobs.begin

    def begin_and_stop(*arguments: object) -> bool:
        worker._stopping.set()
        return begin(*arguments)

    monkeypatch.setattr(jobs, "begin", begin_and_stop)
    worker.start()
    worker.stop()
    assert list(jobs.resumed(either.database, plan.id).sources) == [2, 3]


WHY = "The index can't be written at the moment: the server's log says more of job {}."


class Faulty:
    """Stands before a service's work, and refuses some jobs as a full disk would."""

    def __init__(self, service: Citewell, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refused: set[int] = set()
        self.tries = 0
        self._work = service.ingestion.work
        monkeypatch.setattr(service.ingestion, "work", self.work)

    def work(self, plan: Plan) -> Iterator[object]:
        if plan.id in self.refused:
            self.tries += 1
            raise IndexNotSaved("The index can't be written to /srv/secret-folder.")
        yield from self._work(plan)


def test_a_job_that_cannot_go_on_says_why_without_paths_and_is_tried_again(
    either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker, faulty = Worker(either.database, either.ingestion), Faulty(either, monkeypatch)
    monkeypatch.setattr(app.ingestion.worker, "RETRY_S", 0.1)
    monkeypatch.setattr(app.ingestion.worker, "LONGEST_RETRY_S", 0.1)
    monkeypatch.setattr(app.ingestion.worker, "TRIES", 10**6)
    plan = ingest.plan(either.database, [folder], "default")
    faulty.refused.add(plan.id)
    worker.start()
    reaches(either, plan, JobState.QUEUED, WHY.format(plan.id))
    faulty.refused.clear()
    reaches(either, plan, JobState.DONE)
    worker.stop()
    first = next(record for record in caplog.records if record.name == "app.ingestion.worker")
    assert first.levelname == "ERROR"
    assert first.exc_info
    assert "/srv/secret-folder" in caplog.text


def test_a_failing_job_holds_up_no_other(either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, faulty = Worker(either.database, either.ingestion), Faulty(either, monkeypatch)
    monkeypatch.setattr(app.ingestion.worker, "RETRY_S", 3600.0)
    failing, sound = (ingest.plan(either.database, [folder / name], "default") for name in ("a.md", "b.md"))
    faulty.refused.add(failing.id)
    worker.start()
    reaches(either, sound, JobState.DONE)
    reaches(either, failing, JobState.QUEUED, WHY.format(failing.id))
    assert faulty.tries == 1
    worker.stop()


def test_a_job_is_given_up_after_so_many_tries_and_taken_up_again_when_asked(
    either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, faulty = Worker(either.database, either.ingestion), Faulty(either, monkeypatch)
    monkeypatch.setattr(app.ingestion.worker, "RETRY_S", 0.001)
    plans = [ingest.plan(either.database, [folder / name], "default") for name in ("a.md", "b.md")]
    faulty.refused.update(plan.id for plan in plans)
    worker.start()
    for plan in plans:
        again = f"It was given up after 8 tries: mend the cause, then run citewell jobs retry {plan.id}."
        reaches(either, plan, JobState.FAILED, f"{WHY.format(plan.id)} {again}")
    worker.stop()
    assert faulty.tries == 2 * app.ingestion.worker.TRIES
    assert not either.ingestion.is_running()
    assert jobs.unfinished(either.database) == []
    faulty.refused.clear()
    assert [report.outcome for report in either.ingestion.retry(plans[0].id)] == [Outcome.ADDED]
    reaches(either, plans[0], JobState.DONE)
    again = Worker(either.database, either.ingestion)
    again.start()
    reaches(either, plans[1], JobState.DONE)
    again.stop()


def test_tries_come_ever_more_seldom(either: Citewell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, plan = Worker(either.database, either.ingestion), ingest.plan(either.database, [folder], "default")
    waits: list[float] = []
    monkeypatch.setattr(worker, "_put", lambda job_id, due: waits.append(due - time.monotonic()))
    for _ in range(app.ingestion.worker.TRIES):
        worker._stumble(plan.id, IndexNotSaved("The disk is full."))
    assert waits == pytest.approx([60, 120, 240, 480, 960, 1920, 3600], abs=10)


def test_each_upload_lies_by_itself_until_it_is_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    kept = keep(io.BytesIO(b"text"), r"C:\papers\fees.md", folder)
    same = keep(io.BytesIO(b"text"), "fees.md", folder)
    assert kept.name == same.name == "fees.md"
    assert kept.read_bytes() == b"text"
    assert {path for path in folder.rglob("*") if path.is_file()} == {kept, same}
    other, of_before = tmp_path / "papers" / "fees.md", folder / ("0" * 64) / "fees.md"
    for path in (other, of_before):
        path.parent.mkdir()
        path.write_text("text")
    for path in (kept, other, of_before):
        drop(path, folder)
    assert [path.exists() for path in (kept.parent, same, other, of_before)] == [False, True, True, True]
    for name in ("", "..", "a\nb", "x" * 201):
        with pytest.raises(BadUpload):
            keep(io.BytesIO(b"text"), name, folder)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UploadNotKept, match="data_dir is writable"):
        keep(io.BytesIO(b"text"), "fees.md", tmp_path / "file")


def test_jobs_are_listed_and_shown(empty: Citewell, folder: Path) -> None:
    (folder / "b.md").write_bytes(b"")
    plan = ingest.plan(empty.database, [folder], "default")
    list(ingest.carry_out(empty.database, plan, limits_of(empty.settings)))
    jobs.stumble(empty.database, plan.id, "The disk is full.")
    arguments = ["--data-dir", str(empty.settings.data_dir), "jobs"]
    listed = CliRunner().invoke(program, [*arguments, "list"]).output
    assert "2 done" in listed
    shown = CliRunner().invoke(program, [*arguments, "show", "1"]).output
    for part in ("2 passages, 0 embedded", "The disk is full.", "a.md: added, 1 passage", "b.md: failed: the file is"):
        assert part in shown


def test_a_setting_reads_what_a_workbook_hides(empty: Citewell) -> None:
    assert not limits_of(empty.settings).hidden
    read = empty.settings.model_copy(update={"ingestion": IngestionSettings(hidden="read")})
    assert limits_of(read).hidden

"""Originals and readings, as those who ask, upload, delete and look after the service meet them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from app.answering import answer_log
from app.api.server import create_app
from app.cli import app as program
from app.config import load_settings
from app.errors import fault
from app.service import Citewell
from corpus import reading as readings
from corpus import store
from corpus.content import Content, Kind, PageBuilder
from corpus.errors import OriginalNotKept
from corpus.rereading import RereadOutcome
from retrieval.embedder import Embedder
from tests.conftest import settings_of

QUESTION = "What does a parcel cost?"
OLD, NEW = "A parcel costs EUR 152.", "A parcel costs EUR 15 (note 2)."
DEADLINE_S = 120

Make = Callable[..., Citewell]


@pytest.fixture
def make(tmp_path: Path, generator_path: Path, embedder: Embedder) -> Iterator[Make]:
    """Makes a service in the folder of the test, which answers whatever it is asked."""
    made: list[Citewell] = []

    def make(*more: str) -> Citewell:
        quotes = ("answering.mode=quote", "answering.min_confidence=0", *more)
        service = Citewell(load_settings(overrides=settings_of(tmp_path / "var", generator_path, *quotes)))
        service.models.embedder = embedder
        made.append(service)
        return service

    yield make
    for service in made:
        service.database.close()


def fees(folder: Path) -> Path:
    (folder / "fees.md").write_text("# Fees\n\nThe fee for a parcel is 5 crowns.\n")
    return folder / "fees.md"


def read_as(monkeypatch: pytest.MonkeyPatch, *paragraphs: str) -> None:
    """Have every file read as a page of these paragraphs."""
    builder = PageBuilder()
    for paragraph in paragraphs:
        builder.add(Kind.PARAGRAPH, paragraph)
    content = Content("Fees", (builder.page(1),))
    monkeypatch.setattr(readings, "load", lambda *_: content)


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def run(service: Citewell, *arguments: str) -> Result:
    return CliRunner().invoke(program, ["--data-dir", str(service.settings.data_dir), *arguments])


def test_an_answer_still_quotes_its_page_when_its_document_has_been_read_again(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make()
    read_as(monkeypatch, "Page 1 of 1", OLD)
    service.ingest([fees(tmp_path)], "default")
    before = service.answer(service.question(QUESTION))
    read_as(monkeypatch, NEW)
    [report] = service.ingestion.reread("default")
    assert report.outcome is RereadOutcome.READ_AGAIN
    after = service.answer(service.question(QUESTION))
    cited = [answer.citations[-1] for answer in (before, after)]
    assert [(citation.quote, citation.reading) for citation in cited] == [(OLD, 1), (NEW, 2)]
    with TestClient(create_app(service), base_url="http://localhost") as client:
        path = f"/v1/documents/{client.get('/v1/documents').json()['documents'][0]['id']}"
        assert client.get(f"{path}/versions").json()["versions"][0]["reading"] == 2
        for given in (before, after):
            stored = client.get(f"/v1/answers/{given.id}").json()
            for place in (*stored["citations"], *stored["sources"]):
                where = {"version": place["version"], "reading": place["reading"]}
                page = client.get(f"{path}/text", params=where).json()
                assert page["text"][place["start"] : place["end"]] == place.get("quote", place.get("text"))
        last = client.get(f"{path}/text", params={"version": 1}).json()
        assert last == {"version": 1, "page": 1, "reading": 2, "text": NEW}
        for missing, name in (({"version": 3}, "unknown-version"), ({"version": 1, "reading": 3}, "unknown-page")):
            refused = client.get(f"{path}/text", params=missing)
            assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (404, name)


def test_what_is_read_again_is_found_by_its_meaning_and_its_job_counts_what_it_wrote(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make()
    service.ingest([fees(tmp_path)], "default")
    read_as(monkeypatch, NEW, *(f"In case {number} it is free of charge. " * 40 for number in range(3)))
    service.ingestion.reread("default")
    sizes = service.ingestion.sizes()
    assert sizes.passages == sizes.embedded == sizes.indexed > 1
    assert "1 passage, 1 embedded" in run(service, "jobs", "show", "1").output


def finished(client: TestClient, *files: tuple[str, str], **fields: str) -> dict[str, Any]:
    """The job of an upload, when it is done."""
    sent = client.post("/v1/documents", files=[("files", each) for each in files], data=fields)
    deadline = time.monotonic() + DEADLINE_S
    while (job := client.get(sent.headers["location"]).json())["state"] != "done":
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    return job


def test_an_upload_is_kept_as_an_original_and_goes_with_its_document(make: Make) -> None:
    service = make()
    uploads, originals = service.settings.uploads_dir, service.settings.originals_dir
    with TestClient(create_app(service), base_url="http://localhost") as client:
        text = "# Fees\n\nThe fee for a parcel is 5 crowns.\n"
        job = finished(client, ("fees.md", text), ("empty.md", ""))
        assert [file["outcome"] for file in job["files"]] == ["added", "failed"]
        assert (files_below(uploads), files_below(originals)) == ([], ["fees.md"])
        finished(client, ("prices.md", text))
        first, second = (each["id"] for each in client.get("/v1/documents").json()["documents"])
        assert [report.outcome for report in service.ingestion.reread("default")] == [RereadOutcome.UNCHANGED] * 2
        assert client.delete(f"/v1/documents/{first}").status_code == 204
        assert files_below(originals) == ["fees.md"]
        assert client.delete(f"/v1/documents/{second}").status_code == 204
        assert list(originals.iterdir()) == list(uploads.iterdir()) == []


def test_a_setting_keeps_no_originals(make: Make, tmp_path: Path) -> None:
    service = make("ingestion.originals=discard")
    with TestClient(create_app(service), base_url="http://localhost") as client:
        finished(client, ("prices.md", "# Prices\n\nThe price is 5 crowns.\n"))
    service.ingest([fees(tmp_path)], "default")
    assert files_below(service.settings.uploads_dir) == files_below(service.settings.originals_dir) == []
    outcomes = {report.document: report.outcome for report in service.ingestion.reread("default")}
    assert outcomes == {"fees.md": RereadOutcome.UNCHANGED, "prices.md": RereadOutcome.NO_FILE}


def test_an_original_that_cannot_be_kept_is_told_over_http_without_its_place(make: Make, tmp_path: Path) -> None:
    service = make()
    service.settings.originals_dir.write_text("a file where the folder should be")
    with pytest.raises(OriginalNotKept) as caught:
        service.ingest([fees(tmp_path)], "default")
    assert str(tmp_path) not in fault(caught.value)
    assert "original" in fault(caught.value)


def test_the_command_says_what_became_of_each_version(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make()
    (tmp_path / "rates.md").write_text("# Rates\n\nThe rate is 4%.\n")
    service.ingest([fees(tmp_path), tmp_path / "rates.md"], "default")
    same = run(service, "documents", "reread")
    assert (same.exit_code, same.stdout) == (
        0,
        "2 versions: 0 read again, 2 unchanged, 0 without a file, 0 failed; 0 passages written.\n",
    )
    [original] = service.settings.originals_dir.rglob("rates.md")
    original.unlink()
    (tmp_path / "rates.md").unlink()
    read_as(monkeypatch, NEW)
    result = run(service, "documents", "reread")
    assert result.exit_code == 1
    assert result.stdout == (
        "fees.md, version 1: read again, 1 passage\n"
        "2 versions: 1 read again, 0 unchanged, 1 without a file, 0 failed; 1 passage written.\n"
    )
    assert "citewell: rates.md, version 1: left as it is: its original isn't kept, and " in result.stderr
    assert run(service, "documents", "reread", "fees.md").exit_code == 0
    assert "read 2 times" in run(service, "documents", "show", "fees.md").stdout
    assert "read " not in run(service, "documents", "show", "rates.md").stdout
    unknown = run(service, "documents", "reread", "nothing")
    assert "There is no document 'nothing'" in str(unknown.exception)


def test_the_command_deletes_the_originals_with_their_document(make: Make, tmp_path: Path) -> None:
    service = make()
    service.ingest([fees(tmp_path)], "default")
    assert files_below(service.settings.originals_dir) == ["fees.md"]
    assert run(service, "documents", "delete", "fees.md", "--yes").exit_code == 0
    assert files_below(service.settings.originals_dir) == []


def test_the_doctor_counts_originals_that_are_missing_or_belong_to_nothing(make: Make, tmp_path: Path) -> None:
    service = make()
    service.ingest([fees(tmp_path)], "default")
    assert "original" not in run(service, "doctor").stdout
    [original] = service.settings.originals_dir.iterdir()
    stray = original.rename(original.with_name("0" * 64))
    printed = run(service, "doctor")
    assert "No original is kept of 1 version: ingest the same files again" in printed.stdout
    assert f"{stray} belongs to no version and to no job: remove it" in printed.stdout
    assert printed.exit_code == 0
    assert stray.exists()


def test_a_stored_answer_of_before_quotes_the_first_reading(make: Make, tmp_path: Path) -> None:
    service = make()
    service.ingest([fees(tmp_path)], "default")
    answer = service.answer(service.question(QUESTION))
    with service.database.writing() as session:
        stored = session.get(answer_log.StoredAnswer, answer.id)
        assert stored is not None
        body = dict(stored.body)
        for place in (*body["citations"], *body["sources"]):
            del place["reading"]
        stored.body = body
        assert store.document(session, "default", "fees.md").versions[0].reading == 1
    assert answer_log.load(service.database, answer.id) == answer

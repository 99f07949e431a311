"""What the server says of errors and requests: to those who ask nothing of its insides, to its operator all of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from app.answering.events import Event, Sources
from app.api.logs import JsonLines
from app.api.problems import CALLERS
from app.api.server import create_app
from app.config import load_settings
from app.errors import EXPLAINED, NoGenerator
from app.keys import digest
from app.service import Citewell
from corpus import jobs
from corpus.access import ANYONE
from corpus.errors import DatabaseUnusable
from corpus.sources import SourceFile
from tests import commands
from tests.conftest import environment
from tests.retrieval.test_searchable import write

SECRET = "/srv/secret/model, postgresql://user@host/name"


def all_kinds(kinds: tuple[type[Exception], ...]) -> Iterator[type[Exception]]:
    for kind in kinds:
        yield kind
        yield from all_kinds(tuple(kind.__subclasses__()))


OPERATORS = [kind for kind in all_kinds(EXPLAINED) if kind not in CALLERS]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Citewell]:
    service = Citewell(load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}"]))
    yield service
    service.database.close()


def failing(service: Citewell, error: Exception, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A client of a server that meets an error with every question."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(service, "question", fail)
    return TestClient(create_app(service), base_url="http://localhost")


@pytest.mark.parametrize("kind", [*OPERATORS, ValueError, KeyError], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("path", ["/v1/search", "/v1/answers"])
def test_a_fault_of_the_servers_own_is_logged_and_told_without_its_insides(
    service: Citewell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: Any, path: str
) -> None:
    client = failing(service, kind(SECRET), monkeypatch)
    response = client.post(path, json={"question": "a fee?"}, headers={"X-Request-ID": "r-1"})
    assert response.status_code in (500, 503, 507)
    assert response.headers["content-type"] == "application/problem+json"
    for telling in ("/srv", "secret", "postgresql", "user@host"):
        assert telling not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"] == "r-1"
    assert "r-1" in response.json()["detail"]
    [logged] = [record for record in caplog.records if record.exc_info]
    assert logged.levelno == logging.ERROR
    line = json.loads(JsonLines().format(logged))
    assert SECRET in line["traceback"]
    assert "in fail" in line["traceback"]


def test_an_id_that_comes_with_a_request_is_kept_if_it_is_sane(service: Citewell) -> None:
    client = TestClient(create_app(service), base_url="http://localhost")
    assert client.get("/healthz", headers={"X-Request-ID": "a-1.b_2"}).headers["x-request-id"] == "a-1.b_2"
    made = [client.get("/healthz", headers={"X-Request-ID": given}) for given in ("", "x" * 101, 'a"b', "a b")]
    idents = [response.headers["x-request-id"] for response in made]
    assert len(set(idents)) == 4
    assert all(ident.isalnum() and len(ident) == 16 for ident in idents)
    missing = client.get("/v1/nothing")
    assert missing.json()["request_id"] == missing.headers["x-request-id"]


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines of requests."""
    return [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "app.access"]


@pytest.mark.parametrize("log_questions", [False, True])
def test_every_request_is_a_line_with_the_question_only_if_that_is_configured(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, log_questions: bool
) -> None:
    keys = [{"name": "branch 7", "sha256": digest("k"), "labels": []}]
    overrides = [f"data_dir={str(tmp_path)!r}", f"access.keys={json.dumps(keys)}"]
    service = Citewell(load_settings(overrides=[*overrides, f"server.log_questions={str(log_questions).lower()}"]))
    client = TestClient(create_app(service), base_url="http://localhost")
    caplog.set_level(logging.INFO, "app.access")
    header = {"Authorization": "Bearer k"}
    for path in ("/v1/search", "/v1/answers"):
        client.post(path, json={"question": "Is Mr Miller's loan due?"}, headers=header)
    client.get("/v1/documents", params={"collection": "private"})
    client.get("/healthz")
    searched, asked, refused, alive = lines(caplog)
    assert (searched["method"], searched["path"], searched["status"]) == ("POST", "/v1/search", 404)
    assert (searched["key"], searched["client"], searched["end"]) == ("branch 7", "testclient", "complete")
    assert searched["ms"] >= 0
    assert searched["request"] != asked["request"]
    assert (refused["status"], refused["key"], alive["status"]) == (401, None, 200)
    assert [("Miller" in json.dumps(line)) for line in (searched, asked)] == [log_questions] * 2
    assert "private" not in caplog.text
    service.database.close()


def test_an_error_in_the_middle_of_a_stream_ends_it_with_a_problem_and_is_logged(
    service: Citewell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stream(*_: Any) -> Iterator[Event]:
        yield Sources([])
        raise NoGenerator(SECRET)

    monkeypatch.setattr(service, "question", lambda *_, **__: None)
    monkeypatch.setattr(service, "stream", stream)
    caplog.set_level(logging.INFO, "app.access")
    response = TestClient(create_app(service), base_url="http://localhost").post(
        "/v1/answers", json={"question": "a fee?", "stream": True}
    )
    assert response.status_code == 200
    last = response.text.strip().split("\n\n")[-1]
    assert last.startswith("event: error")
    assert response.headers["x-request-id"] in last
    assert "/srv" not in response.text
    [line] = lines(caplog)
    assert (line["status"], line["end"]) == (200, "error")
    assert any(record.exc_info and SECRET in str(record.exc_info[1]) for record in caplog.records)


def test_no_reply_holds_a_path_of_the_server(service: Citewell) -> None:
    client = TestClient(create_app(service), base_url="http://localhost")
    here = str(service.settings.data_dir)
    accepted = client.post("/v1/documents", files={"files": ("new.md", b"# New\n\nA text.\n")})
    assert accepted.status_code == 202
    write(service.database, "/srv/secret/old.md", "The fee is 5 euros")
    jobs.note(service.database, [SourceFile(Path("/srv/secret/other.md"), "other.md")], "default", ANYONE)
    paths = ["/v1/jobs", "/v1/jobs/1", "/v1/jobs/2", "/v1/documents", "/v1/documents/1", "/v1/documents/1/versions"]
    told = [accepted.text, *(client.get(path).text for path in paths)]
    assert all(here not in each for each in told)
    assert client.get("/v1/jobs/2").json()["files"][0]["path"] == "other.md"
    assert client.get("/v1/documents/1/versions").json()["versions"][0]["source"] == "old.md"


def test_a_database_that_is_gone_is_no_address_to_those_who_ask(
    service: Citewell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable() -> None:
        raise DatabaseUnusable(SECRET)

    monkeypatch.setattr(service.database, "reading", unusable)
    response = TestClient(create_app(service), base_url="http://localhost").get("/v1/documents")
    assert (response.status_code, response.json()["type"]) == (503, "urn:citewell:problem:database-unusable")
    assert "host" not in response.text


def test_a_real_server_writes_lines_of_json_and_nothing_else(tmp_path: Path) -> None:
    settings = ("--set", "server.allow_write=always", "--set", "answering.min_confidence=0")
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee for a parcel is 5 crowns.\n")
    server = commands.Server(
        [*settings, "serve", "--port", "0", "--sample", str(tmp_path / "fees.md")],
        environment(tmp_path / "var", Path("/nowhere/model")),
    )
    address = server.address()
    with httpx.Client(base_url=address, timeout=120) as client:
        assert client.post("/v1/answers", json={"question": "What is the fee?"}).status_code == 200
        refused = client.post("/v1/answers", json={"question": "What is the fee?", "mode": "write"})
        assert client.get("/readyz").status_code == 200
    server.stop()
    errors = server.errors
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:citewell:problem:no-model")
    assert "nowhere" not in refused.text
    written = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert [line["status"] for line in written if line["logger"] == "app.access"] == [200, 503, 200]
    [fault] = [line for line in written if "traceback" in line]
    assert "/nowhere/model" in fault["traceback"]
    assert fault["request"] == refused.headers["x-request-id"]
    assert any(line["logger"].startswith("uvicorn") and "startup complete" in line["message"] for line in written)
    assert "What is the fee?" not in errors

"""What the API says of itself at /openapi.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.server import create_app
from app.config import load_settings
from app.keys import digest
from app.service import Citewell

KEYS = json.dumps([{"name": "m", "sha256": digest("m"), "labels": [], "manages": True}])


def client(tmp_path: Path, *settings: str) -> TestClient:
    overrides = [f"data_dir={str(tmp_path / 'var')!r}", *settings]
    return TestClient(create_app(Citewell(load_settings(overrides=overrides))), base_url="http://localhost")


def description(tmp_path: Path, *settings: str) -> dict[str, Any]:
    found: dict[str, Any] = client(tmp_path, *settings).get("/openapi.json").json()
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_every_field_has_a_description_and_an_example(tmp_path: Path) -> None:
    described = description(tmp_path)
    lacking = [
        f"{name}.{field}"
        for name, schema in described["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
        if not said.get("description") or "examples" not in said
    ]
    lacking += [
        f"{method} {path}: {parameter['name']}"
        for method, path, operation in operations(described)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") or "examples" not in parameter["schema"]
    ]
    lacking += [f"{method} {path}" for method, path, operation in operations(described) if not operation["summary"]]
    assert not lacking


def test_every_error_is_described_as_a_problem(tmp_path: Path) -> None:
    for _, path, operation in operations(description(tmp_path)):
        errors = {int(status): said for status, said in operation["responses"].items() if status >= "400"}
        if path.startswith("/v1"):
            assert {403, 421, 500, 503} <= errors.keys()
        for status, said in errors.items():
            if (path, status) != ("/readyz", 503):
                assert said["content"].keys() == {"application/problem+json"}, (path, status)
                assert said["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
                assert said["description"]
    text = json.dumps(description(tmp_path))
    assert "HTTPValidationError" not in text
    assert "4XX" not in text


def test_what_streams_is_described_event_by_event(tmp_path: Path) -> None:
    described = description(tmp_path)
    content = described["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json", "text/event-stream"}
    events = content["text/event-stream"]["itemSchema"]["oneOf"]
    assert [each["properties"]["event"]["const"] for each in events] == ["sources", "delta", "done", "error"]
    for each in events:
        name = each["properties"]["data"]["contentSchema"]["$ref"].rpartition("/")[2]
        assert name in described["components"]["schemas"]


def test_the_limits_are_those_that_are_configured(tmp_path: Path) -> None:
    described = description(tmp_path, "limits.question_chars=77")
    for body in ("AskBody", "QuestionBody"):
        properties = described["components"]["schemas"][body]["properties"]
        for text in (properties["question"], properties["history"]["items"]):
            assert (text["minLength"], text["maxLength"]) == (1, 77)
    refused = client(tmp_path, "limits.question_chars=77").post("/v1/search", json={"question": "x" * 78})
    assert (refused.status_code, refused.json()["field"]) == (422, "question")


def test_a_key_is_described_where_one_is_needed(tmp_path: Path) -> None:
    def needed(*settings: str) -> dict[str, Any]:
        described = description(tmp_path, *settings)
        schemes = described["components"].get("securitySchemes", {})
        found = {f"{method} {path}": each.get("security") for method, path, each in operations(described)}
        assert bool(schemes) is any(found.values())
        for method, path, each in operations(described):
            assert ("401" in each["responses"]) is bool(found[f"{method} {path}"])
        return found

    assert set(map(str, needed().values())) == {"None"}
    keyed = needed(f"access.keys={KEYS}")
    assert keyed["post /v1/answers"] == keyed["get /v1/jobs"] == [{"key": []}]
    assert keyed["get /healthz"] is None
    anonymous = needed(f"access.keys={KEYS}", "access.anonymous_reads=true")
    assert anonymous["post /v1/answers"] == anonymous["get /v1/documents"] == [{"key": []}, {}]
    assert anonymous["get /v1/jobs"] == anonymous["delete /v1/documents/{document_id}"] == [{"key": []}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": "a", "history": ["b", ""]}, "history.1"),
        ({"question": "a", "as_of": 20260131}, "as_of"),
        ({"question": "a", "as_of": "2026-01-31T00:00:00"}, "as_of"),
        ({"question": "a", "k": "4"}, "k"),
        ({"question": "a", "k": True}, "k"),
        ({"question": "a", "stream": "yes"}, "stream"),
        ({"question": "a", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_and_named(tmp_path: Path, body: dict[str, Any], field: str) -> None:
    refused = client(tmp_path).post("/v1/answers", json=body)
    assert refused.status_code == 422
    assert refused.json()["field"].split(".")[0] == field.split(".")[0]
    if "." in field:
        assert refused.json()["field"] == field


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("PUT", "/v1/documents", 405, "GET, POST"),
        ("HEAD", "/v1/documents", 405, "GET, POST"),
        ("POST", "/v1/jobs/1", 405, "GET"),
        ("PATCH", "/v1/documents/1", 405, "DELETE, GET"),
        ("POST", "/healthz", 405, "GET"),
        ("POST", "/", 405, "GET, HEAD"),
        ("GET", "/v1/nothing", 404, None),
        ("POST", "/v1/nothing", 404, None),
        ("GET", "/v1/documents/", 404, None),
        ("POST", "/v1/documents/", 404, None),
    ],
)
def test_other_methods_and_paths_are_refused_alike(
    tmp_path: Path, method: str, path: str, status: int, allow: str | None
) -> None:
    refused = client(tmp_path).request(method, path)
    assert (refused.status_code, refused.headers.get("allow")) == (status, allow)
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/search", {"content": b'{"question": "a"}', "headers": {"Content-Type": "text/plain"}}),
        ("/v1/answers", {"content": b'{"question": "a"}'}),
        ("/v1/documents", {"json": {"files": []}}),
    ],
)
def test_a_body_of_another_type_is_refused(tmp_path: Path, path: str, sent: dict[str, Any]) -> None:
    refused = client(tmp_path).post(path, **sent)
    assert refused.status_code == 415
    assert "Content-Type" in refused.json()["detail"]


def test_a_misspelt_form_field_is_refused(tmp_path: Path) -> None:
    form = {"files": {"files": ("a.md", b"# A")}, "data": {"acess": "board"}}
    refused = client(tmp_path).post("/v1/documents", **form)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["field"]) == (422, "acess")


@pytest.mark.parametrize("field", ["title", "document", "collection"])
def test_a_name_that_no_database_holds_is_refused_before_a_job_begins(tmp_path: Path, field: str) -> None:
    form = {"files": {"files": ("a.md", b"# A")}, "data": {field: "a\0b"}}
    refused = client(tmp_path).post("/v1/documents", **form)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["field"]) == (422, field)


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1_0", "limit=%201", "limit=1.0", "offset=-1"])
def test_a_number_is_written_once_and_in_digits(tmp_path: Path, query: str) -> None:
    assert client(tmp_path).get(f"/v1/jobs?{query}").status_code == 422

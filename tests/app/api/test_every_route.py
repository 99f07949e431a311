"""Every route of the API's description, asked by those who may not see a document, in every way that it describes.

The requests are made from the description, so a new route is asked without a line added here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from app.api.server import create_app
from app.config import load_settings
from app.keys import digest
from app.service import Citewell
from retrieval.embedder import Embedder

NAME, NEVER = "heron-plans.md", "zebra-plans.md"
LABEL = "wyvern"
QUESTION = "Which branch closes, and as part of what?"
TEXTS = (
    "# Plans of Heron\n\nThe branch in Lisbon closes in May, as part of Operation Kestrel.\n",
    "# Plans of Heron\n\nThe branch in Lisbon closes in June, as part of Operation Kestrel.\n",
)
TELLING = ("heron", "Heron", "Lisbon", "Kestrel", LABEL)
LIVES_S = 120

MANAGER = {"Authorization": "Bearer of-the-board"}
OTHERS = {
    "another principal": {"Authorization": "Bearer of-staff"},
    "another manager": {"Authorization": "Bearer of-retail"},
    "nobody": {},
    "an unknown key": {"Authorization": "Bearer guessed"},
}
KEYS = [
    {"name": "board", "sha256": digest("of-the-board"), "labels": [LABEL], "manages": True},
    {"name": "staff", "sha256": digest("of-staff"), "labels": ["staff"]},
    {"name": "retail", "sha256": digest("of-retail"), "labels": ["retail"], "manages": True},
]


@dataclass(frozen=True)
class Ask:
    """One request that the description admits, or nearly."""

    method: str
    path: str
    more: dict[str, Any] = field(default_factory=dict)

    def send(self, client: TestClient, headers: dict[str, str]) -> httpx.Response:
        return client.request(self.method, self.path, headers=headers, **self.more)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.more}"


@dataclass(frozen=True)
class Board:
    """What the board has put in and asked: its ids, and all that nobody else may be told."""

    client: TestClient
    description: dict[str, Any]
    ids: tuple[str, ...]
    telling: tuple[str, ...]


@pytest.fixture(params=[False, True], ids=["keys only", "anonymous reading"])
def board(request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder) -> Iterator[Board]:
    settings = [
        f"data_dir={str(tmp_path / 'var')!r}",
        f"access.keys={json.dumps(KEYS)}",
        f"access.anonymous_reads={request.param}",
        "answering.mode=quote",
        "answering.min_confidence=0",
    ]
    made = Citewell(load_settings(overrides=settings))
    made.models.embedder = embedder
    (tmp_path / "hours.md").write_text("# Hours\n\nAll branches open at nine.\n")
    made.ingest([tmp_path / "hours.md"], "default")
    with TestClient(create_app(made), base_url="http://localhost") as client:
        for day, text in zip(("2025-01-01", "2026-01-01"), TEXTS, strict=True):
            form = {"files": {"files": (NAME, text)}, "data": {"access": LABEL, "effective_from": day}}
            accepted = client.post("/v1/documents", headers=MANAGER, **form)  # type: ignore[arg-type]
            finished(client, accepted, MANAGER)
        answer = client.post("/v1/answers", json={"question": QUESTION}, headers=MANAGER).json()
        assert "Kestrel" in answer["answer"]
        job = accepted.json()["id"]
        # A job's day and second tell of it where its number would be found by chance.
        begun = accepted.json()["created_at"]
        documents = client.get("/v1/documents", headers=MANAGER).json()["documents"]
        document = next(each["id"] for each in documents if each["name"] == NAME)
        yield Board(
            client,
            client.get("/openapi.json").json(),
            (str(document), str(job), answer["id"]),
            (*TELLING, answer["id"], begun, str(tmp_path)),
        )
    made.database.close()


def finished(client: TestClient, accepted: httpx.Response, headers: dict[str, str]) -> dict[str, Any]:
    assert accepted.status_code == 202, accepted.text
    until = time.monotonic() + LIVES_S
    while (job := client.get(accepted.headers["location"], headers=headers).json())["state"] != "done":
        assert time.monotonic() < until, job
        time.sleep(0.02)
    return job


def test_what_is_for_the_board_shows_in_no_reply_to_others(board: Board) -> None:
    asked = list(every_request(board))
    before = what_the_board_sees(board)
    for who, headers in OTHERS.items():
        accepted = []
        for ask in asked:
            reply = ask.send(board.client, headers)
            told = f"{reply.headers} {reply.text}"
            said = [word for word in board.telling if word in told and word not in str(ask)]
            assert not said, f"{who} was told {said} by {ask}: {reply.status_code} {told}"
            if reply.status_code == 202:
                accepted.append(reply)
        for each in accepted:
            told = json.dumps(finished(board.client, each, headers))
            assert not [word for word in board.telling if word in told and word not in (NAME, "heron")], told
        # Whatever else was asked: of the board's document nothing is changed.
        assert what_the_board_sees(board) == before, who


def test_a_name_that_others_may_not_see_is_answered_as_one_that_nothing_has(board: Board) -> None:
    asked = [ask for ask in every_request(board) if NAME in str(ask) and "files" not in ask.more]
    assert len(asked) > 2
    for headers in OTHERS.values():
        for ask in asked:
            other = Ask(ask.method, ask.path, json.loads(json.dumps(ask.more).replace(NAME, NEVER)))
            reply, same = ask.send(board.client, headers), other.send(board.client, headers)
            assert reply.status_code == same.status_code, ask
            if reply.is_error:
                said, expected = reply.json(), json.loads(same.text.replace(NEVER, NAME))
                assert said.pop("request_id") != expected.pop("request_id")
                assert said == expected, ask


def test_others_are_counted_what_they_are_shown(board: Board) -> None:
    shown = {}
    for who, headers in (OTHERS | {"the board": MANAGER}).items():
        for what in ("documents", "jobs"):
            reply = board.client.get(f"/v1/{what}", headers=headers)
            if reply.is_success:
                shown[who, what] = reply.json()["total"]
                assert reply.json()["total"] == len(reply.json()[what]), (who, what)
    assert shown["another manager", "documents"] < shown["the board", "documents"]
    assert shown["another manager", "jobs"] < shown["the board", "jobs"]


def test_the_board_itself_is_told_so_the_requests_above_would_find_a_hole(board: Board) -> None:
    told: dict[str, set[str]] = {}
    for ask in every_request(board):
        if ask.method != "DELETE" and "files" not in ask.more:
            reply = ask.send(board.client, MANAGER).text
            told.setdefault(ask.path, set()).update(w for w in board.telling if w in reply and w not in str(ask))
    document, job, answer = board.ids
    for path in (
        "/v1/answers",
        f"/v1/answers/{answer}",
        "/v1/search",
        "/v1/documents",
        f"/v1/documents/{document}",
        f"/v1/documents/{document}/versions",
        f"/v1/documents/{document}/diff",
        f"/v1/documents/{document}/text",
        f"/v1/jobs/{job}",
    ):
        assert told[path], path


def what_the_board_sees(board: Board) -> list[Any]:
    document, job, answer = board.ids
    paths = (
        f"documents/{document}", f"documents/{document}/versions", f"documents/{document}/diff?old=1&new=2",
        f"documents/{document}/text?version=1", f"jobs/{job}", f"answers/{answer}",
    )  # fmt: skip
    seen = [board.client.get(f"/v1/{path}", headers=MANAGER) for path in paths]
    assert {reply.status_code for reply in seen} == {200}
    return [reply.json() for reply in seen]


def every_request(board: Board) -> Iterator[Ask]:
    """Requests to every route: those that read first, those that delete last."""
    order = ("get", "head", "options", "post", "put", "patch", "delete")
    for method in order:
        for path, operations in board.description["paths"].items():
            if method in operations:
                yield from requests_of(board, method.upper(), path, operations[method])


def requests_of(board: Board, method: str, path: str, operation: dict[str, Any]) -> Iterator[Ask]:
    parameters = operation.get("parameters", [])
    paths = [path]
    for each in parameters:
        if each["in"] == "path":
            paths = [p.replace(f"{{{each['name']}}}", value) for p in paths for value in (*board.ids, NAME)]
    queried = {each["name"]: each for each in parameters if each["in"] == "query"}
    required = {name for name, each in queried.items() if each.get("required")}
    schemas = {name: each["schema"] for name, each in queried.items()}
    for whole in dict.fromkeys(paths):
        # Versions are numbered from 1: the one and the other are compared, and the first is read.
        known = {"old": [1], "new": [2], "version": [1], "page": [1, 2], "reading": [1, 2]}
        for query in variants(board, schemas, required, known):
            for body in bodies(board, operation):
                yield Ask(method, whole, ({"params": query} if query else {}) | body)


def bodies(board: Board, operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        yield {}
    for media_type, body in content.items():
        schema = resolved(board, body["schema"])
        required = set(schema.get("required", ()))
        if media_type == "application/json":
            for value in variants(board, schema["properties"], required):
                yield {"json": value}
        else:
            assert media_type == "multipart/form-data", media_type
            names = schema["properties"]
            uploads = {name for name in names if "contentMediaType" in json.dumps(names[name])}
            rest = {name: names[name] for name in names if name not in uploads}
            for file_name in (NAME, "other.md"):
                for value in variants(board, rest, required - uploads):
                    data = {name: given if isinstance(given, list) else str(given) for name, given in value.items()}
                    yield {"files": dict.fromkeys(uploads, (file_name, "# Other\n\nA text.\n")), "data": data}


def variants(
    board: Board, properties: dict[str, Any], required: set[str], known: dict[str, list[Any]] | None = None
) -> Iterator[dict[str, Any]]:
    """What is required alone; then each property in turn with each of its values beside that."""
    values = {name: (known or {}).get(name) or values_of(board, schema) for name, schema in properties.items()}
    base = {name: values[name][0] for name in required}
    yield base
    for name, candidates in values.items():
        for value in candidates:
            if base | {name: value} != base:
                yield base | {name: value}


def values_of(board: Board, schema: dict[str, Any]) -> list[Any]:
    schema = resolved(board, schema)
    text = json.dumps(schema)
    if "enum" in schema:
        return list(schema["enum"])
    for part in schema.get("anyOf", ()):
        part = resolved(board, part)
        if "enum" in part:
            return list(part["enum"])
    if '"boolean"' in text:
        return [False, True]
    example = schema["examples"][0]
    if isinstance(example, str) and '"format"' not in text:
        return [QUESTION, example, NAME]
    if isinstance(example, list) and all(isinstance(each, str) for each in example):
        return [example, [NAME], [QUESTION]] if "pattern" in text and "wyvern" not in text else [example]
    return [example]


def resolved(board: Board, schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return resolved(board, board.description["components"]["schemas"][schema["$ref"].rpartition("/")[2]])

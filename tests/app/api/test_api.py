"""The HTTP API on a real server."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

QUESTION = "What does a cash withdrawal abroad with a debit card cost?"


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


def events(client: httpx.Client, **body: Any) -> list[tuple[str, dict[str, Any]]]:
    with client.stream("POST", "/v1/answers", json=body | {"stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(response.iter_text()).strip().split("\n\n")
    found = []
    for block in blocks:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_answer_carries_citations_and_figures(client: httpx.Client) -> None:
    response = client.post("/v1/answers", json={"question": QUESTION, "mode": "write"})
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "answered"
    citation = answer["citations"][0]
    assert citation["document"] == "cards/card-fees"
    assert {"version", "page", "heading", "start", "end", "quote"} <= citation.keys()
    assert citation["end"] - citation["start"] == len(citation["quote"])
    assert answer["stats"].keys() >= {
        "prompt_tokens", "tokens", "steps", "tokens_per_step", "retrieval_ms", "ttft_ms", "decode_ms",
    }  # fmt: skip
    assert answer["stats"]["tokens_per_step"] > 2
    assert answer["model"].startswith("SmolLM2-135M-Instruct")
    assert client.get(f"/v1/answers/{answer['id']}").json() == answer


def test_a_stream_begins_with_sources_and_ends_with_the_answer(client: httpx.Client) -> None:
    names_and_data = events(client, question=QUESTION, mode="write")
    names = [name for name, _ in names_and_data]
    assert names[0] == "sources"
    assert names[-1] == "done"
    assert set(names[1:-1]) == {"delta"}
    written = "".join(data["text"] for name, data in names_and_data if name == "delta")
    answer = names_and_data[-1][1]
    assert answer["answer"].split(". ")[0] in written
    assert len(names_and_data[0][1]["passages"]) == 4


def test_two_questions_at_once_are_both_answered(client: httpx.Client) -> None:
    results: list[int] = []

    def ask() -> None:
        results.append(len(events(client, question=QUESTION, mode="write")))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(results) == 3
    assert min(results) > 3


def test_a_reader_who_leaves_does_not_block_the_next(client: httpx.Client) -> None:
    with client.stream("POST", "/v1/answers", json={"question": QUESTION, "mode": "write", "stream": True}) as response:
        next(response.iter_bytes())
    assert client.post("/v1/answers", json={"question": QUESTION}).status_code == 200


def test_by_default_the_packaged_model_quotes(client: httpx.Client) -> None:
    answer = client.post("/v1/answers", json={"question": QUESTION}).json()
    assert (answer["mode"], answer["model"], answer["stats"]["steps"]) == ("quote", None, 0)
    assert "2.25%" in answer["answer"]


def test_a_calculation_cannot_be_asked_for(client: httpx.Client) -> None:
    response = client.post("/v1/answers", json={"question": QUESTION, "mode": "calculated"})
    assert response.status_code == 422
    assert response.json()["detail"] == "mode: input should be 'write', 'quote' or 'auto', not 'calculated'."
    asked = client.get("/openapi.json").json()["components"]["schemas"]["AskBody"]["properties"]["mode"]
    assert {"enum": ["write", "quote", "auto"], "type": "string"} in asked["anyOf"]


def test_a_follow_up_is_answered_as_it_is_understood(client: httpx.Client) -> None:
    body = {"question": "And with a credit card?", "history": ["What does cash abroad cost with a debit card?"]}
    answer = client.post("/v1/answers", json=body).json()
    assert answer["question"] == "And with a credit card?"
    assert answer["asked_as"] == "What does cash abroad cost with a credit card?"
    whole = client.post("/v1/answers", json={"question": answer["asked_as"]}).json()
    assert whole["asked_as"] is None
    assert whole["citations"] == answer["citations"]
    alone = {"question": answer["asked_as"]}
    assert client.post("/v1/search", json=body).json() == client.post("/v1/search", json=alone).json()


def test_search_gives_the_passages_alone(client: httpx.Client) -> None:
    passages = client.post("/v1/search", json={"question": QUESTION, "k": 2, "as_of": "2024-06-01"}).json()["passages"]
    assert len(passages) == 2
    assert (passages[0]["document"], passages[0]["version"]) == ("cards/card-fees", 1)
    assert passages[0]["effective_to"] == "2026-01-01"


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["passages"] == ready.json()["indexed"] > 200


@pytest.mark.parametrize(
    ("path", "body", "status", "name", "sentence"),
    [
        ("/v1/answers", b'{"question": ""}', 422, "bad-question", "empty"),
        ("/v1/answers", json.dumps({"question": "x" * 100_000}).encode(), 422, "bad-question", "100,000"),
        ("/v1/answers", b'{"question": "a fee?", "stream": true, "collection": "x"}', 404, "unknown-collection", "'x'"),
        ("/v1/answers", b'{"question": "a fee?", "collection": "other"}', 404, "unknown-collection", "default"),
        ("/v1/answers", b'{"question": ', 400, "malformed-json", "not JSON"),
        ("/v1/answers", b'{"question": "a fee?", "as_of": "yesterday"}', 422, "invalid-request", "as_of"),
        ("/v1/answers", b'{"question": "a fee?", "k": 0}', 422, "invalid-request", "k: "),
        ("/v1/answers", b'{"question": "a fee?", "history": [""]}', 422, "bad-question", "empty"),
        ("/v1/answers", b'{"question": "a fee?", "colour": "red"}', 422, "invalid-request", "colour"),
        ("/v1/answers", b"{}", 422, "invalid-request", "question"),
        ("/v1/search", b'{"question": " "}', 422, "bad-question", "empty"),
        ("/v1/answers", b'{"question": "' + b"x" * 2**21 + b'"}', 413, "http-413", "shorten"),
        ("/v1/nothing", b"{}", 404, "http-404", "/docs"),
    ],
    ids=lambda value: value.decode(errors="replace")[:40] if isinstance(value, bytes) else None,
)  # fmt: skip
def test_every_error_is_a_problem(
    client: httpx.Client, path: str, body: bytes, status: int, name: str, sentence: str
) -> None:
    response = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert problem["type"].endswith(name)
    assert sentence in problem["detail"]
    assert problem["instance"] == path


def test_an_answer_that_does_not_exist_is_a_problem(client: httpx.Client) -> None:
    response = client.get(f"/v1/answers/{os.urandom(4).hex()}")
    assert response.status_code == 404
    assert response.json()["type"].endswith("unknown-answer")

"""Documents and jobs over HTTP, on a real server that goes on answering."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


def upload(client: httpx.Client, *files: tuple[str, str], **fields: str) -> httpx.Response:
    return client.post("/v1/documents", files=[("files", (name, text)) for name, text in files], data=fields)


def finished(client: httpx.Client, accepted: httpx.Response) -> dict[str, Any]:
    """The job that an upload was answered with, when it is done."""
    assert accepted.status_code == 202, accepted.text
    deadline = time.monotonic() + 120
    while (job := client.get(accepted.headers["location"]).json())["state"] != "done":
        assert not job["problem"]
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    return job


def fees(amount: int) -> tuple[str, str]:
    return "fees.md", f"# Fees\n\nThe fee for a parcel is {amount} crowns.\n"


def test_an_upload_becomes_a_document_with_versions_that_can_be_deleted(client: httpx.Client) -> None:
    job = finished(client, upload(client, fees(5), ("empty.md", ""), collection="parcels", effective_from="2025-01-01"))
    assert [(f["document"], f["outcome"]) for f in job["files"]] == [("fees.md", "added"), ("empty.md", "failed")]
    assert job["files"][1]["reason"] == "the file is empty"
    assert (job["counts"], job["passages"], job["embedded"]) == ({"done": 1, "failed": 1}, 1, 1)
    assert client.get("/v1/jobs", params={"limit": 1}).json()["jobs"][0]["id"] == job["id"]

    again = ("parcel-fees.md", fees(6)[1])
    finished(client, upload(client, again, collection="parcels", document="fees.md", effective_from="2026-01-01"))
    [document] = client.get("/v1/documents", params={"collection": "parcels"}).json()["documents"]
    assert (document["name"], document["title"], document["version"]) == ("fees.md", "Fees", 2)
    path = f"/v1/documents/{document['id']}"
    assert client.get(path).json() == document
    versions = client.get(f"{path}/versions").json()["versions"]
    assert [version["effective_to"] for version in versions] == ["2026-01-01", None]

    question = {"question": "What does a parcel cost?", "collection": "parcels", "as_of": "2025-06-01"}
    assert "5 crowns" in client.post("/v1/search", json=question).json()["passages"][0]["text"]
    assert client.delete(path).status_code == 204
    assert client.post("/v1/search", json=question).json()["passages"] == []
    for request in (client.get(path), client.get(f"{path}/versions"), client.delete(path)):
        assert (request.status_code, request.json()["type"][-16:]) == (404, "unknown-document")


def test_documents_come_in_pages_by_name(client: httpx.Client) -> None:
    everything = client.get("/v1/documents", params={"limit": 200}).json()
    names = [document["name"] for document in everything["documents"]]
    assert len(names) == everything["total"] > 20
    assert names == sorted(names)
    page = client.get("/v1/documents", params={"offset": 3, "limit": 2}).json()
    assert [document["name"] for document in page["documents"]] == names[3:5]
    assert page["total"] == everything["total"]


def test_questions_are_answered_while_a_job_runs(client: httpx.Client) -> None:
    text = "\n\n".join(f"## Rule {n}\n\nRule {n} says that parcel {n} is weighed in room {n}." for n in range(80))
    accepted = upload(client, ("rules.md", text), ("more.md", text.replace("Rule", "Note")), collection="rules")
    question = {"question": "What does a cash withdrawal abroad with a debit card cost?", "mode": "quote"}
    with ThreadPoolExecutor() as pool:
        job = pool.submit(finished, client, accepted)
        statuses = []
        while not job.done():
            answer = client.post("/v1/answers", json=question).json()
            statuses.append((answer["status"], answer["citations"][0]["document"]))
            assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    assert job.result()["counts"] == {"done": 2}
    assert len(statuses) > 1
    assert set(statuses) == {("answered", "cards/card-fees")}


@pytest.mark.parametrize(
    ("files", "fields", "name", "sentence"),
    [
        ([("a.md", "x"), ("b.md", "y")], {"title": "Both"}, "bad-upload", "several files"),
        ([("a.md", "x"), ("docs/a.md", "y")], {}, "bad-upload", "called 'a.md'"),
        ([("..", "x")], {}, "bad-upload", "no name"),
        ([("n" * 300 + ".md", "x")], {}, "bad-upload", "no name"),
        ([("a.md", "x")], {"effective_from": "soon"}, "invalid-request", "effective_from"),
        ([("a.md", "x")], {"collection": "c" * 101}, "invalid-request", "collection"),
        ([], {"title": "None"}, "invalid-request", "files"),
    ],
)  # fmt: skip
def test_a_wrong_upload_is_a_problem_and_begins_no_job(
    client: httpx.Client, files: list[tuple[str, str]], fields: dict[str, str], name: str, sentence: str
) -> None:
    before = client.get("/v1/jobs").json()["total"]
    response = upload(client, *files, **fields)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith(name)
    assert sentence in response.json()["detail"]
    assert client.get("/v1/jobs").json()["total"] == before


def test_an_upload_is_refused_where_it_passes_the_limit(client: httpx.Client) -> None:
    def without_end() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="big.txt"\r\n\r\n'
        yield from (b"x" * 2**20 for _ in range(102))

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = client.post("/v1/documents", content=without_end(), headers=headers)
    assert response.status_code == 413
    assert "more than 100 MiB" in response.json()["detail"]


def test_a_job_that_does_not_exist_is_a_problem(client: httpx.Client) -> None:
    response = client.get("/v1/jobs/99999")
    assert (response.status_code, response.json()["type"]) == (404, "urn:citewell:problem:unknown-job")
    assert client.get("/v1/documents/99999999999").status_code == 422

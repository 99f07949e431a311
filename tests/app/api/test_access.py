"""What stands in a labelled document reaches those with one of its labels, and by no way anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.answering import answer_log
from app.api.server import create_app
from app.cli import app
from app.config import load_settings
from app.errors import NoKey
from app.keys import Caller, caller_of, digest
from app.mode import Mode
from app.service import Citewell
from corpus import passage_store, store
from corpus.access import ANYONE, OPERATOR, Principal
from corpus.errors import BadLabel
from retrieval import lexical
from tests.conftest import settings_of

SECRET = "The Lisbon branch closes in May, as part of Operation Heron."
QUESTION = "When does the Lisbon branch close?"
KEYS = [
    {"name": "board", "sha256": digest("of the board"), "labels": ["board", "audit"]},
    {"name": "staff", "sha256": digest("of staff"), "labels": ["staff"]},
]
WITH_LABEL, WITHOUT_LABEL = {"Authorization": "Bearer of the board"}, {"Authorization": "Bearer of staff"}


def instance(folder: Path, url: str, models: Citewell, *more: str) -> Citewell:
    path = Path(models.settings.generator.path or "")
    short = ("answering.min_confidence=0", "generator.max_new_tokens=16", "generator.remembered_tokens=65536")
    overrides = settings_of(folder, path, f"database_url={url!r}", *short, *more)
    made = Citewell(load_settings(overrides=overrides))
    made.models.embedder, made.models.generator = models.models.embedder, models.models.generator
    return made


@pytest.fixture
def plain(tmp_path: Path, database_url: str, service: Citewell) -> Iterator[Citewell]:
    """A service without keys, with a public document and one that only the board may read."""
    made = instance(tmp_path / "var", database_url, service)
    (tmp_path / "open.md").write_text("# Hours\n\nAll branches open at nine.\n")
    (tmp_path / "plans.md").write_text(f"# Plans\n\n{SECRET}\n")
    made.ingest([tmp_path / "open.md"], "default")
    made.ingest([tmp_path / "plans.md"], "default", access=["board"])
    yield made
    made.database.close()


@pytest.fixture
def keyed(tmp_path: Path, database_url: str, service: Citewell, plain: Citewell) -> Iterator[Citewell]:
    """The same documents in a service with keys."""
    made = instance(tmp_path / "var", database_url, service, f"access.keys={json.dumps(KEYS)}")
    yield made
    made.database.close()


def client_of(service: Citewell) -> TestClient:
    """One who asks the service by a name that it answers to."""
    return TestClient(create_app(service), base_url="http://localhost")


def every_way_in(client: TestClient, headers: dict[str, str], answer_id: str) -> str:
    """All that the API says to one who asks for the secret."""
    body: dict[str, Any] = {"question": QUESTION}
    return "".join(
        [
            client.post("/v1/answers", json=body | {"mode": "quote"}, headers=headers).text,
            client.post("/v1/answers", json=body | {"mode": "write", "stream": True}, headers=headers).text,
            client.post("/v1/search", json=body | {"k": 20}, headers=headers).text,
            client.post("/v1/search", json=body | {"document": "secret.md"}, headers=headers).text,
            client.get(f"/v1/answers/{answer_id}", headers=headers).text,
        ]
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_secret_reaches_its_readers_and_nobody_else(plain: Citewell, keyed: Citewell) -> None:
    given = plain.answer(plain.question(QUESTION, mode=Mode.QUOTE))
    assert "Heron" in given.answer
    client = client_of(keyed)
    told = every_way_in(client, WITH_LABEL, given.id)
    assert told.count("Heron") > 6
    assert client.get(f"/v1/answers/{given.id}", headers=WITH_LABEL).json()["id"] == given.id
    for said in (
        every_way_in(client, WITHOUT_LABEL, given.id),
        every_way_in(client_of(plain), {}, given.id),
    ):
        assert "branches open at nine" in said
        assert "unknown-answer" in said
        for telling in ("Heron", "plans.md", "Plans", "board"):
            assert telling not in said


def test_labelled_passages_are_neither_ranked_nor_counted_nor_drafted_from(plain: Citewell) -> None:
    day = plain.question(QUESTION).query.day
    with plain.database.reading() as session:
        every, public = (passage_store.eligible_passage_ids(session, 1, day, who) for who in (OPERATOR, ANYONE))
        assert len(every) == len(public) + 1
        assert {hit.passage_id for hit in lexical.search(session, QUESTION, np.array(public), 9)} == set(public)
        assert [each.name for each in store.documents(session, "default", principal=ANYONE)] == ["open.md"]
    plain.draft_history.of("default").insert([900, 17, 4711, 23, 42])
    for principal in (ANYONE, Principal(frozenset({"board"}))):
        assert list(plain.draft_history.of("default", principal).matches([900, 17, 4711])) == []


def test_rights_change_from_one_search_to_the_next(plain: Citewell) -> None:
    def found(principal: Principal) -> set[str]:
        return {hit.passage.document for hit in plain.search(plain.question(QUESTION, principal=principal))}

    staff = Principal(frozenset({"staff"}))
    for principal, sees in (
        (OPERATOR, True),
        (ANYONE, False),
        (Principal(frozenset({"board", "x"})), True),
        (staff, False),
    ):
        assert ("plans.md" in found(principal)) is sees
    for labels, sees in ((["staff", "board"], True), ([], True), (["board"], False)):
        with plain.database.changing_corpus() as session:
            store.label_document(session, store.document(session, "default", "plans.md").id, labels)
        assert ("plans.md" in found(staff)) is sees


def test_an_answer_stays_with_its_readers_whatever_becomes_of_its_document(plain: Citewell) -> None:
    secret = plain.answer(plain.question(QUESTION, mode=Mode.QUOTE))
    public = plain.answer(plain.question("When does the Lisbon branch open?", mode=Mode.QUOTE, principal=ANYONE))
    assert answer_log.load(plain.database, public.id, ANYONE).answer == public.answer
    with plain.database.changing_corpus() as session:
        store.delete_document(session, "default", "plans.md")
        store.label_document(session, store.document(session, "default", "open.md").id, ["staff"])
    for answer in (secret, public):
        with pytest.raises(answer_log.UnknownAnswer):
            answer_log.load(plain.database, answer.id, ANYONE)
        assert answer_log.load(plain.database, answer.id).answer == answer.answer


def test_a_manifest_labels_a_known_document_that_is_found_unchanged(plain: Citewell, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "open.md").rename(folder / "open.md")
    (folder / "manifest.csv").write_text("file,access\nopen.md,staff audit\n")
    plain.ingest([folder], "default")
    with plain.database.reading() as session:
        assert store.document(session, "default", "open.md").access == ("audit", "staff")
    (folder / "manifest.csv").write_text("file,access\nopen.md,\n")
    plain.ingest([folder], "default")
    with plain.database.reading() as session:
        assert store.document(session, "default", "open.md").access == ("audit", "staff")
    with pytest.raises(BadLabel, match="no label"):
        plain.ingest([folder], "default", access=["two words"])


def test_every_route_asks_for_a_key_where_there_are_some(service: Citewell, tmp_path: Path) -> None:
    keyed = instance(tmp_path, f"sqlite:///{tmp_path}/keys.db", service, f"access.keys={json.dumps(KEYS)}")
    served = create_app(keyed)
    client = TestClient(served, base_url="http://localhost")
    routes = [(method.upper(), path) for path, methods in served.openapi()["paths"].items() for method in methods]
    asked = [(method, path) for method, path in [*routes, ("GET", "/v1/nothing")] if path.startswith("/v1")]
    assert len(asked) > 3
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic of staff"}):
        for method, path in asked:
            response = client.request(method, path, headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["detail"].endswith("send the header Authorization: Bearer KEY.")
    assert client.get("/healthz").status_code == 200
    keyed.database.close()


def test_a_new_key_opens_what_its_configuration_says(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["--data-dir", str(tmp_path), "keys", "make", "board portal", "--label", "board"])
    (tmp_path / "config.yaml").write_text(printed.stdout)
    [key] = load_settings(tmp_path / "config.yaml").access.keys
    shown = printed.stdout.splitlines()[0].rpartition(" ")[2]
    assert caller_of(f"Bearer {shown}", [key]) == Caller(Principal(frozenset({"board"})), manages=False)
    assert shown not in printed.stdout.partition("\n")[2]
    with pytest.raises(NoKey):
        caller_of(f"Bearer {shown[:-1]}", [key])
    again = CliRunner().invoke(app, ["--config", str(tmp_path / "config.yaml"), "keys", "make", "board portal"])
    assert "already" in str(again.exception)


def test_who_may_read_may_not_manage_and_sees_no_document_of_others(keyed: Citewell) -> None:
    with client_of(keyed) as client:
        names = [each["name"] for each in client.get("/v1/documents", headers=WITHOUT_LABEL).json()["documents"]]
        hidden = next(
            each["id"]
            for each in client.get("/v1/documents", headers=WITH_LABEL).json()["documents"]
            if each["name"] not in names
        )
        assert names == ["open.md"]
        for path in ("", "/versions", "/diff?old=1&new=1"):
            assert client.get(f"/v1/documents/{hidden}{path}", headers=WITH_LABEL).status_code == 200
            assert client.get(f"/v1/documents/{hidden}{path}", headers=WITHOUT_LABEL).status_code == 404
        upload = {"files": ("new.md", b"# New\n\nA text.\n")}
        for response in (
            client.get("/v1/jobs", headers=WITH_LABEL),
            client.post("/v1/documents", files=upload, headers=WITH_LABEL),
            client.delete(f"/v1/documents/{hidden}", headers=WITH_LABEL),
        ):
            assert (response.status_code, response.json()["type"]) == (403, "urn:citewell:problem:not-managing")

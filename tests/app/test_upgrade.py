"""A data folder, database and config.yaml of version 0.1.0 go on working."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.answering import answer_log
from app.answering.answer import Status
from app.config import load_settings
from app.service import Citewell
from corpus import store
from corpus.access import ANYONE
from corpus.jobs import Outcome

FIXTURE = Path(__file__).parent.parent / "fixtures" / "data-0.1.0"


@dataclass(frozen=True)
class Old:
    """What version 0.1.0 left: its folder, the bodies of its stored answers by id, and this version opened over it."""

    folder: Path
    bodies: dict[str, dict[str, Any]]
    service: Citewell


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(FIXTURE / "var.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    with sqlite3.connect(folder / "var" / "citewell.db") as database:
        bodies = {key: json.loads(body) for key, body in database.execute("select id, body from answers")}
    settings = load_settings(FIXTURE / "config.yaml", [f"data_dir={str(folder / 'var')!r}"])
    service = Citewell(settings)
    yield Old(folder, bodies, service)
    service.database.close()


def known(read: Any, stored: Any) -> Any:
    """What was read, without the fields that version 0.1.0 didn't know."""
    if isinstance(stored, dict):
        return {name: known(read[name], value) for name, value in stored.items()}
    if isinstance(stored, list):
        return [known(*each) for each in zip(read, stored, strict=True)]
    return read


def test_the_fixture_holds_every_kind_of_answer(old: Old) -> None:
    found = {(body["status"], body["mode"], bool(body["value"])) for body in old.bodies.values()}
    assert {status for status, _, _ in found} == {"answered", "abstained"}
    assert {mode for _, mode, _ in found} == {"quote", "write"}
    assert any(body["value"] and body["value"]["formula"] for body in old.bodies.values())


def test_stored_answers_read_back_unchanged(old: Old) -> None:
    for key, body in old.bodies.items():
        read = answer_log.load(old.service.database, key).model_dump(mode="json")
        assert known(read, body) == body


def test_every_question_gets_an_answer_or_a_decline(old: Old) -> None:
    for body in old.bodies.values():
        answer = old.service.answer(old.service.question(body["question"]))
        assert answer.status in (Status.ANSWERED, Status.ABSTAINED)
        assert bool(answer.citations) is (answer.status is Status.ANSWERED)


def test_documents_keep_their_names_versions_and_labels(old: Old) -> None:
    with old.service.database.reading() as session:
        found = {each.name: each for each in store.documents(session, "default")}
        for_anyone = {each.name for each in store.documents(session, "default", principal=ANYONE)}
    assert {name: len(each.versions) for name, each in found.items()} == {
        "accounts.txt": 1,
        "board.md": 1,
        "cards.md": 2,
    }
    assert found["board.md"].access == ("board",)
    assert for_anyone == {"accounts.txt", "cards.md"}


def test_ingesting_their_files_again_finds_them_wherever_they_lie_now(old: Old) -> None:
    newer = old.folder / "v2" / "cards.md"
    newer.parent.mkdir()
    shutil.copy(old.folder / "cards2.md", newer)
    docs = old.folder / "docs"
    for paths in ([docs / "cards.md", docs / "accounts.txt"], [docs / "plans"], [newer]):
        reports = old.service.ingest(paths, "default")
        assert {report.outcome for report in reports} == {Outcome.UNCHANGED}
    with old.service.database.reading() as session:
        assert store.count_documents(session, "default") == 3
        cards = store.document(session, "default", "cards.md")
    assert [version.effective_to is None for version in cards.versions] == [False, True]

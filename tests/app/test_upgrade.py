"""A data folder, database and config.yaml of version 0.1.0 go on working."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.answering import answer_log
from app.answering.answer import Status
from app.config import load_settings
from app.service import Citewell
from corpus import page_store, rereading, store
from corpus import reading as readings
from corpus.access import ANYONE
from corpus.content import Content, Kind, PageBuilder
from corpus.jobs import Outcome
from corpus.schema import Version

FIXTURE = Path(__file__).parent.parent / "fixtures" / "data-0.1.0"


@dataclass(frozen=True)
class Old:
    """What version 0.1.0 left: its folder, the bodies of its stored answers by id, and this version opened over it."""

    folder: Path
    bodies: dict[str, dict[str, Any]]
    service: Citewell


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    with opened(tmp_path_factory.mktemp("old")) as old:
        yield old


@pytest.fixture
def changing(tmp_path: Path, old: Old) -> Iterator[Old]:
    """The same for one test, which changes what is stored."""
    with opened(tmp_path) as changing:
        changing.service.models.embedder = old.service.models.embedder
        yield changing


@contextmanager
def opened(folder: Path) -> Iterator[Old]:
    with tarfile.open(FIXTURE / "var.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    with sqlite3.connect(folder / "var" / "citewell.db") as database:
        bodies = {key: json.loads(body) for key, body in database.execute("select id, body from answers")}
    settings = load_settings(FIXTURE / "config.yaml", [f"data_dir={str(folder / 'var')!r}"])
    service = Citewell(settings)
    try:
        yield Old(folder, bodies, service)
    finally:
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


def test_without_their_files_the_documents_stay_as_they_were_read(changing: Old) -> None:
    reports = changing.service.ingestion.reread("default")
    assert {report.outcome for report in reports} == {rereading.RereadOutcome.NO_FILE}
    assert len(reports) == 4
    assert all("its original isn't kept, and /srv/bank/" in report.reason for report in reports)
    assert_quoted(changing)


@pytest.mark.parametrize("way", ["from where they lie", "from originals"])
def test_their_documents_are_read_again_and_their_answers_keep_what_they_quote(
    changing: Old, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, docs = changing.service, changing.folder / "docs"
    newer = changing.folder / "v2" / "cards.md"
    newer.parent.mkdir()
    shutil.copy(changing.folder / "cards2.md", newer)
    if way == "from originals":
        for path in (docs / "cards.md", docs / "accounts.txt", docs / "plans", newer):
            service.ingest([path], "default")
        shutil.rmtree(docs)
        shutil.rmtree(newer.parent)
    else:
        with service.database.writing() as session:
            for version in session.scalars(select(Version)):
                version.source = version.source.replace("/srv/bank", str(changing.folder))
    with service.database.reading() as session:
        before = store.documents(session, "default")
        assert all(version.title_given is False for version in session.scalars(select(Version)))
    load = readings.load

    def load_with_a_line_before(*arguments: Any) -> Content:
        content, builder = load(*arguments), PageBuilder()
        builder.add(Kind.PARAGRAPH, "Read by a newer version.")
        for block in content.pages[0].blocks:
            builder.add(block.kind, content.pages[0].text[block.start : block.end], block.level)
        return replace(content, pages=(builder.page(1),))

    monkeypatch.setattr(readings, "load", load_with_a_line_before)
    reports = service.ingestion.reread("default")
    assert {report.outcome for report in reports} == {rereading.RereadOutcome.READ_AGAIN}, reports
    with service.database.reading() as session:
        after = store.documents(session, "default")
    assert [(each.name, each.title, each.access) for each in before] == [
        (each.name, each.title, each.access) for each in after
    ]
    assert [[(v.effective_from, v.effective_to) for v in each.versions] for each in before] == [
        [(v.effective_from, v.effective_to) for v in each.versions] for each in after
    ]
    assert_quoted(changing)
    body = next(body for body in changing.bodies.values() if body["status"] == "answered")
    answer = service.answer(service.question(body["question"]))
    assert {citation.reading for citation in answer.citations} == {2}


def assert_quoted(old: Old) -> None:
    """Every quote of the stored answers stands in the reading that it names."""
    quotes = 0
    for key in old.bodies:
        answer = answer_log.load(old.service.database, key)
        for citation in answer.citations:
            with old.service.database.reading() as session:
                document = store.document(session, "default", citation.document)
                page = page_store.page(session, document.id, citation.version, citation.page or 1, citation.reading)
            assert page.text[citation.start : citation.end] == citation.quote
            quotes += 1
    assert quotes > 0

"""Answers given earlier speed up later ones of the same collection and documents, and of no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.answering.draft_history import DraftHistory
from app.mode import Mode
from app.service import Citewell
from corpus import ingest, store
from corpus.database import Database
from corpus.errors import UnknownCollection
from corpus.loaders import Limits
from tests.app.api.serving import QUESTION, small

SECRET = [900, 17, 4711, 23, 42]
LIMITS = Limits(2**20, 2**20, 10, 100)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'citewell.db'}")
    database.migrate()
    for bank in ("north", "south"):
        put(database, tmp_path, bank, "Cards are free.")
    yield database
    database.close()


def put(database: Database, folder: Path, collection: str, text: str) -> None:
    path = folder / "fees.md"
    path.write_text(f"# Fees\n\n{text}\n")
    reports = list(ingest.carry_out(database, ingest.plan(database, [path], collection), LIMITS))
    assert [report.reason for report in reports] == [""]


def drafted(earlier: DraftHistory, collection: str) -> list[int]:
    """What follows the secret's first tokens, so far as it is known."""
    trie = earlier.of(collection)
    return [token for match in trie.matches(SECRET[:3]) for token in trie.read(match.place + 1, 9)]


def test_a_collection_never_drafts_what_was_answered_from_another(database: Database, tmp_path: Path) -> None:
    earlier = DraftHistory(database, tmp_path / "answers", 4096, "tokens")
    earlier.of("north").insert(SECRET)
    assert drafted(earlier, "north") == SECRET[3:]
    assert drafted(earlier, "south") == []
    with pytest.raises(UnknownCollection):
        earlier.of("west")


def test_answers_outlive_the_process_but_not_their_documents(database: Database, tmp_path: Path) -> None:
    DraftHistory(database, tmp_path / "answers", 4096, "tokens").of("north").insert(SECRET)
    earlier = DraftHistory(database, tmp_path / "answers", 4096, "tokens")
    assert drafted(earlier, "north") == SECRET[3:]
    put(database, tmp_path, "south", "Cards cost 5 a year.")
    assert drafted(earlier, "north") == SECRET[3:]
    put(database, tmp_path, "north", "Cards cost 5 a year.")
    assert drafted(earlier, "north") == []
    earlier.of("north").insert(SECRET)
    assert drafted(DraftHistory(database, tmp_path / "answers", 4096, "tokens"), "north") == SECRET[3:]
    assert drafted(DraftHistory(database, tmp_path / "answers", 4096, "other tokens"), "north") == []


def test_a_document_that_is_dated_otherwise_is_another_corpus(database: Database) -> None:
    with database.writing() as session:
        before = store.content_hash(session, "north")
        document = store.find_document(session, "north", store.documents(session, "north")[0].name)
        assert document is not None
        store.date_version(document, document.versions[0], date(2020, 1, 1))
        session.flush()
        assert store.content_hash(session, "north") != before


def test_who_looks_at_a_changed_corpus_holds_up_no_other_collection(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, go_on, content_hash = threading.Event(), threading.Event(), store.content_hash

    def slow(session: Any, collection: str, *principal: Any) -> str:
        if collection == "north":
            looking.set()
            assert go_on.wait(60)
        return content_hash(session, collection, *principal)

    monkeypatch.setattr(store, "content_hash", slow)
    earlier = DraftHistory(database, tmp_path / "answers", 4096, "tokens")
    with ThreadPoolExecutor(2) as pool:
        north = pool.submit(earlier.of, "north")
        assert looking.wait(60)
        try:
            pool.submit(earlier.of, "south").result(30)
        finally:
            go_on.set()
        north.result(60)


def test_where_nothing_can_be_written_answers_are_kept_in_memory(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "answers").write_text("a file where the folder should be")
    earlier = DraftHistory(database, tmp_path / "answers", 4096, "tokens")
    earlier.of("north").insert(SECRET)
    assert drafted(earlier, "north") == SECRET[3:]
    assert "can't be kept" in caplog.text


def test_the_service_remembers_what_was_asked_and_not_what_is_evaluated(service: Citewell) -> None:
    question = service.question("When is a lost card replaced free of charge?", mode=Mode.WRITE)
    remembered = len(service.draft_history.of(question.query.collection))
    cold = service.answerer.answer(question)
    assert len(service.draft_history.of(question.query.collection)) == remembered
    assert service.answer(question).answer == cold.answer
    assert len(service.draft_history.of(question.query.collection)) >= remembered + cold.stats.tokens


def test_by_default_nothing_is_remembered(service: Citewell, tmp_path: Path, generator_path: Path) -> None:
    made = small(tmp_path, generator_path, models=service)
    asked = made.question(QUESTION, mode=Mode.WRITE)
    assert made.answer(asked).answer == made.answer(asked).answer
    assert not (made.settings.data_dir / "answers").exists()
    made.database.close()

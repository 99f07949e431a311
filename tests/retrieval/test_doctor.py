"""The doctor finds what was harmed on purpose, on each database, and mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event, text

from corpus import ingest
from corpus.database import Database
from corpus.loaders import Limits
from retrieval import doctor as doctors
from retrieval.dense import DenseIndex
from retrieval.doctor import Doctor
from retrieval.embedding import embed_missing
from tests.retrieval.test_concurrency import Letters

Harm = Callable[[Database, Path], None]


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Database:
    database = Database(database_url)
    database.migrate()
    for day in (date(2025, 1, 1), date(2026, 1, 1)):
        (tmp_path / "fees.md").write_text(f"# Fees\n\nThe fee is 5.\n\n# Limits\n\nThe limit in {day.year} is 9.\n")
        list(
            ingest.carry_out(
                database, ingest.plan(database, [tmp_path / "fees.md"], "default", effective_from=day), Limits()
            )
        )
    list(embed_missing(database, Letters()))  # type: ignore[arg-type]
    index = DenseIndex(tmp_path / "indexes", Letters.identity, Letters.dimension)
    with database.reading() as session:
        index.refresh(session)
    index.save()
    return database


def run(statement: str, **values: object) -> Harm:
    def harm(database: Database, folder: Path) -> None:
        with database.writing() as session:
            session.execute(text(statement), values)

    return harm


def harm_words(database: Database, folder: Path) -> None:
    is_sqlite = database.engine.name == "sqlite"
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')"
                if is_sqlite
                else "UPDATE passage_words SET count = count + 1 WHERE word = 'fee'"
            )
        )


def harm_index(database: Database, folder: Path) -> None:
    """Exchange the vectors of two passages, under the manifest's name."""
    index = DenseIndex(folder, Letters.identity, Letters.dimension)
    first, last = index.ids[[0, -1]]
    vectors = index.vectors(np.array([last, first]))
    index._vectors.remove(np.array([first, last]))
    index._vectors.add(np.array([first, last]), vectors)
    index.save()


def shorten_index(database: Database, folder: Path) -> None:
    index = DenseIndex(folder, Letters.identity, Letters.dimension)
    index._vectors.remove(index.ids[:1])
    index.save()


FIRST = "(SELECT min(passage_id) FROM embeddings)"
NAN = np.full(26, np.nan, dtype="<f4").tobytes()
HARMS: dict[str, tuple[Harm, str]] = {
    "no embedding": (run(f"DELETE FROM embeddings WHERE passage_id = {FIRST}"), "No embedding is stored of 1 passage"),
    "NaN": (
        run(f"UPDATE embeddings SET vector = :v WHERE passage_id = {FIRST}", v=NAN),
        "stands in 1 embedding",
    ),
    "too short": (
        run(f"UPDATE embeddings SET vector = :v WHERE passage_id = {FIRST}", v=b"1234"),
        "No vector of length",
    ),
    "words": (harm_words, "index of words"),
    "vectors exchanged": (harm_index, "another vector than the database for 2 passages"),
    "vector gone": (shorten_index, "lacks 1 embedded passage and has 0 too many"),
    "no index": (lambda database, folder: (folder / "manifest.json").unlink(), "No dense index is saved"),
    "leftover": (lambda database, folder: (folder / ".dense").touch(), "left by a process"),
    "timeline": (run("UPDATE versions SET effective_to = '2027-01-01' WHERE number = 2"), "do not end where"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_harmed_is_found_and_mended(filled: Database, tmp_path: Path, harm: str) -> None:
    doctor = Doctor(filled, Letters(), tmp_path / "indexes", lambda *_: None)  # type: ignore[arg-type]
    assert doctor.examine() == []
    plant, sentence = HARMS[harm]
    plant(filled, tmp_path / "indexes")
    findings = doctor.examine()
    assert any(sentence in finding.what for finding in findings), findings
    assert all("--repair" in finding.advice for finding in findings)
    assert list(doctor.repair(findings))
    assert doctor.examine() == []
    filled.close()


def test_a_passage_that_is_not_its_pages_text_is_named_and_left_alone(filled: Database, tmp_path: Path) -> None:
    doctor = Doctor(filled, Letters(), tmp_path / "indexes", lambda *_: None)  # type: ignore[arg-type]
    run("UPDATE passages SET start = start + 1 WHERE id = (SELECT min(id) FROM passages)")(filled, tmp_path)
    [finding] = doctor.examine()
    assert finding.what == "Another text than the page's stands in 1 passage of fees.md"
    assert list(doctor.repair([finding])) == []
    assert doctor.examine() == [finding]
    filled.close()


def test_many_bad_embeddings_are_deleted_a_few_at_a_time(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def note(*arguments: Any) -> None:
        statement, values = arguments[2:4]
        if statement.startswith("DELETE FROM embeddings"):
            taken.append(len(values))

    monkeypatch.setattr(doctors, "BATCH", 1)
    run("UPDATE embeddings SET vector = :v", v=NAN)(filled, tmp_path)
    doctor = Doctor(filled, Letters(), tmp_path / "indexes", lambda *_: None)  # type: ignore[arg-type]
    event.listen(filled.engine, "before_cursor_execute", note)
    assert list(doctor.repair(doctor.examine()))
    assert taken == [2] * 4  # the model, and one passage
    filled.close()


def test_embeddings_of_another_model_are_no_fault(filled: Database, tmp_path: Path) -> None:
    run("UPDATE embeddings SET model = 'another'")(filled, tmp_path)
    list(embed_missing(filled, Letters()))  # type: ignore[arg-type]
    doctor = Doctor(filled, Letters(), tmp_path / "indexes", lambda *_: None)  # type: ignore[arg-type]
    [finding] = doctor.examine()
    assert not finding.is_fault
    assert "another" in finding.what
    filled.close()

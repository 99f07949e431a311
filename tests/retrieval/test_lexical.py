"""Questions as searches for words: whatever is typed is words, never syntax, and every database ranks alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ingest, passage_store
from corpus.database import Database
from corpus.language.words import telling_words
from corpus.loaders import Limits
from eval.gold.model import read_gold
from retrieval import lexical
from retrieval.ann import Ranked
from retrieval.lexical_sqlite import match_expression
from tests.conftest import ROOT, SAMPLE
from tests.postgres import Cluster

DAY = date(2026, 11, 1)


def filled(url: str, *paths: Path) -> Database:
    database = Database(url)
    database.migrate()
    list(ingest.carry_out(database, ingest.plan(database, paths, "default"), Limits()))
    return database


def search(database: Database, question: str, limit: int = 10, day: date = DAY) -> list[Ranked]:
    with database.reading() as session:
        return lexical.search(session, question, np.array(passage_store.eligible_passage_ids(session, 1, day)), limit)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "fees.md").write_text(
        "# Fees\n\nThe NEAR fee is 5.\n\n"
        "# Café\n\nThe café's own fees are 6.\n\n"
        "# Κείμενο\n\nΕΛΛΗΝΙΚΑ γράμματα, k-114 and 12.50.\n"
    )
    database = filled(database_url, tmp_path / "fees.md")
    yield database
    database.close()


def test_common_words_are_left_out_unless_there_are_no_others() -> None:
    assert telling_words("What is the fee of a card?") == ["fee", "card"]
    assert telling_words("What is it?") == ["what", "is", "it"]
    assert telling_words("?!") == []
    assert match_expression(["fee", "card"]) == '"fee" OR "card"'


def test_no_question_breaks_the_query_language(database: Database) -> None:
    @given(st.text(alphabet="ab\"*():^-+{}'NEAROT \\;%_ß中&|!<>", max_size=30))
    @settings(max_examples=100, deadline=None)
    def ask(question: str) -> None:
        search(database, question)

    ask()
    assert search(database, "?!") == []
    assert search(database, "near")[0] == search(database, "NEAR")[0]


def test_forms_and_accents_of_a_word_are_the_word(database: Database) -> None:
    # The document is called "Fees", which stands in every heading.
    assert len(search(database, "fee")) == len(search(database, "FEES")) == 3
    for question in ("near", "nearness", "cafe", "CAFÉ", "ελληνικα", "K-114", "12.50"):
        assert len(search(database, question)) == 1, question
    assert search(database, "x" * 9999) == []


def test_only_passages_in_force_are_found(database: Database, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nA near fee of 7.\n")
    plan = ingest.plan(database, [tmp_path / "fees.md"], "default", effective_from=DAY)
    list(ingest.carry_out(database, plan, Limits()))
    [before], [after] = search(database, "near", day=date(2026, 10, 31)), search(database, "near")
    assert before.passage_id < after.passage_id
    with database.reading() as session:
        assert passage_store.passages(session, [after.passage_id])[0].text == "A near fee of 7."


def test_a_word_longer_than_an_index_row_goes_in(database: Database, tmp_path: Path) -> None:
    long = "".join(chr(0x4E00 + i * 7) for i in range(1000))
    (tmp_path / "long.md").write_text(f"# Long\n\n{long}\n")
    list(ingest.carry_out(database, ingest.plan(database, [tmp_path / "long.md"], "default"), Limits()))
    assert len(search(database, long)) == 1


def test_every_database_ranks_the_samples_passages_alike(tmp_path: Path, postgres: Cluster) -> None:
    databases = [filled(f"sqlite:///{tmp_path / 'sample.db'}", SAMPLE), filled(postgres.database(), SAMPLE)]
    questions = [question.question for question in read_gold(ROOT / "eval" / "gold" / "sample.jsonl").questions]
    stored = []
    for database in databases:
        with database.reading() as session:
            stored.append(passage_store.passages(session, passage_store.eligible_passage_ids(session, 1, DAY)))
    assert stored[0] == stored[1]
    alike = 0
    for question in questions:
        ours, theirs = (search(database, question) for database in databases)
        assert ours[0].passage_id == theirs[0].passage_id
        alike += [hit.passage_id for hit in ours] == [hit.passage_id for hit in theirs]
        assert ours[0].score == pytest.approx(theirs[0].score, rel=0.1)
    # Not all: "us" and "use" have one stem in FTS5, and two in PostgreSQL.
    assert alike / len(questions) > 0.95
    for database in databases:
        database.close()

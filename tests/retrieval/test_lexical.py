"""Questions as full-text queries: whatever is typed is words, never syntax."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ingest
from corpus.database import Database
from corpus.loaders import Limits
from retrieval import lexical


def test_common_words_are_left_out_unless_there_are_no_others() -> None:
    assert lexical.match_expression("What is the fee of a card?") == '"fee" OR "card"'
    assert lexical.match_expression("What is it?") == '"what" OR "is" OR "it"'
    assert lexical.match_expression("?!") == ""


def test_no_question_breaks_the_query_language(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.migrate()
    (tmp_path / "fees.md").write_text("# Fees\n\nThe NEAR fee is 5.\n")
    list(ingest.carry_out(database, ingest.plan(database, [tmp_path / "fees.md"], "default"), Limits()))

    @given(st.text(alphabet="ab\"*():^-+{}'NEAROT \\;%_ß中", max_size=30))
    @settings(max_examples=200, deadline=None)
    def search(question: str) -> None:
        with database.reading() as session:
            lexical.search(session, question, 1, date.today(), 5)

    search()
    with database.reading() as session:
        assert len(lexical.search(session, "near fees", 1, date.today(), 5)) == 1
    database.close()

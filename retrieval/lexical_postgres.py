"""Lexical search in PostgreSQL: BM25 over the table of words that triggers keep.

Its own full-text search finds passages too, but ranks them without regard to how rare a word is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ARRAY, Float, Integer, String, bindparam, text
from sqlalchemy.orm import Session

# Formula and constants are those of FTS5 (https://www.sqlite.org/fts5.html#the_bm25_function), where a word that stands
# in the question in two forms counts twice, too. A bare 2.2 would be numeric, with which PostgreSQL reckons slowly.
_BM25 = text(
    """
    WITH asked AS (
        SELECT stem, count(*) AS times FROM unnest(:words) AS word, lexical_words(word) AS stem GROUP BY stem
    ), held AS MATERIALIZED (
        SELECT word, times, passage_id, count, length FROM asked JOIN passage_words ON word = stem
    ), total AS (
        SELECT passages::float8, words::float8 / greatest(passages, 1) AS mean_length FROM passage_words_total LIMIT 1
    ), rarity AS (
        SELECT word, greatest(ln((max(passages) - count(*) + 0.5::float8) / (count(*) + 0.5::float8)), 1e-6) AS idf
        FROM held, total GROUP BY word
    )
    SELECT passage_id, sum(
        times * idf * count * 2.2::float8 / (count + 1.2::float8 * (0.25::float8 + 0.75::float8 * length / mean_length))
    ) AS score
    FROM held JOIN rarity USING (word), total GROUP BY passage_id ORDER BY score DESC, passage_id
    LIMIT :limit
    """
).columns(passage_id=Integer, score=Float)


def best(session: Session, words: Sequence[str], limit: int | None) -> list[tuple[int, float]]:
    """Ids and scores of the ``limit`` best passages that hold any of the words, best first; None is all of them."""
    bm25 = _BM25.bindparams(bindparam("words", list(words), ARRAY(String)), bindparam("limit", limit, Integer))
    return [(passage_id, score) for passage_id, score in session.execute(bm25)]


# As the triggers of the first migration count them.
_COUNTED = """
    SELECT word, id AS passage_id, count(*)::int AS count, (sum(count(*)) OVER (PARTITION BY id))::int AS length
    FROM passages, lexical_words(concat_ws(' ', heading, context, text)) AS word GROUP BY id, word
"""
_TOTAL = (
    "SELECT (SELECT count(*) FROM passages) AS passages, (SELECT coalesce(sum(count), 0) FROM passage_words) AS words"
)


def is_sound(session: Session) -> bool:
    """Whether the tables of words are what the stored passages give."""
    kept = "SELECT word, passage_id, count, length FROM passage_words"
    differ = f"SELECT EXISTS (({_COUNTED}) EXCEPT ({kept})) OR EXISTS (({kept}) EXCEPT ({_COUNTED}))"
    totals = (
        f"SELECT (SELECT (passages, words) FROM passage_words_total) = (SELECT (passages, words) FROM ({_TOTAL}) t)"
    )
    return not session.scalar(text(differ)) and bool(session.scalar(text(totals)))


def rebuild(session: Session) -> None:
    """Rebuild the tables of words from the stored passages."""
    session.execute(text("DELETE FROM passage_words"))
    session.execute(text(f"INSERT INTO passage_words (word, passage_id, count, length) {_COUNTED}"))
    session.execute(text("DELETE FROM passage_words_total"))
    session.execute(text(f"INSERT INTO passage_words_total {_TOTAL}"))

"""Lexical search: BM25 by SQLite's FTS5, which reads the passages in the transaction that writes them."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import ColumnElement, column, literal_column, select, table, text
from sqlalchemy.orm import Session

from corpus.schema import Document, Page, Passage, Version
from corpus.store import eligible
from retrieval.dense import Ranked

# Words that stand in nearly every passage: they cost time and tell nothing apart.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about am an and any are as at be been but by can could did do does for from get had has have how i if in into is
    it its me my no not of on or our shall should so than that the their them there these they this to was we were what
    when where which who why will with would you your
    """,
    )
)


def search(session: Session, question: str, collection_id: int, as_of: date, limit: int) -> list[Ranked]:
    """The passages that best match the question's words, best first; headings count as much as text."""
    match = match_expression(question)
    if not match:
        return []
    index = table("passages_fts", column("rowid"))
    score: ColumnElement[float] = literal_column("bm25(passages_fts)")
    rows = session.execute(
        select(Passage.id, score.label("score"))
        .select_from(index)
        .join(Passage, Passage.id == index.c.rowid)
        .join(Page)
        .join(Version)
        .join(Document)
        .where(text("passages_fts MATCH :match"), *eligible(collection_id, as_of))
        .order_by(score, Passage.id)
        .limit(limit),
        {"match": match},
    )
    # FTS5 gives better matches smaller (negative) numbers.
    return [Ranked(row.id, -row.score) for row in rows]


def match_expression(question: str) -> str:
    """The question's words as an FTS5 query in which any of them may occur; empty where it has none."""
    words = dict.fromkeys(re.findall(r"\w+", question.lower()))
    telling = [word for word in words if word not in STOP_WORDS] or list(words)
    return " OR ".join(f'"{word}"' for word in telling)

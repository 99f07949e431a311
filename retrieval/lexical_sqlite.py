"""Lexical search in SQLite: FTS5 knows words and scores."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, column, literal_column, select, table, text

from corpus.schema import Document, Page, Passage, Version


def scored(words: Sequence[str], conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[int, float]:
    """A query for ids and scores of the passages that hold any of the words and fulfil the conditions, best first."""
    index = table("passages_fts", column("rowid"))
    # FTS5 gives better matches smaller (negative) numbers.
    worst: ColumnElement[float] = literal_column("bm25(passages_fts)")
    return (
        select(Passage.id, (-worst).label("score"))
        .select_from(index)
        .join(Passage, Passage.id == index.c.rowid)
        .join(Page)
        .join(Version)
        .join(Document)
        .where(text("passages_fts MATCH :match").bindparams(match=match_expression(words)), *conditions)
        .order_by(worst, Passage.id)
        .limit(limit)
    )


def match_expression(words: Sequence[str]) -> str:
    """An FTS5 query in which any of the words may occur."""
    return " OR ".join(f'"{word}"' for word in words)

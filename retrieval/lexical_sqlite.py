"""Lexical search in SQLite: FTS5 knows words and scores."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, column, literal_column, select, table, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from corpus.schema import Document, Page, Passage, Version

# Without a limit, in SQLite.
_ALL = -1


def scores(
    session: Session, words: Sequence[str], conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[tuple[int, float]]:
    """Ids and scores of the ``limit`` best passages that hold any of the words and fulfil the conditions, best first.

    Holding every match against the conditions takes as long again as scoring it, and mostly a few more than are wanted
    contain enough that fulfil them.
    """
    for depth in (2 * limit, _ALL):
        best = _best(session, words, conditions, depth)
        found = [(passage_id, score) for passage_id, score, fulfils in best if fulfils]
        if len(found) >= limit or len(best) < depth:
            break
    return found[:limit]


def _best(
    session: Session, words: Sequence[str], conditions: Sequence[ColumnElement[bool]], depth: int
) -> list[tuple[int, float, bool]]:
    """The first ``depth`` matches: id, score, and whether they fulfil the conditions."""
    # FTS5 gives better matches smaller (negative) numbers.
    worst: ColumnElement[float] = literal_column("bm25(passages_fts)")
    index = table("passages_fts", column("rowid"))
    matches = (
        select(index.c.rowid.label("id"), (-worst).label("score"))
        .where(text("passages_fts MATCH :match").bindparams(match=match_expression(words)))
        .order_by(worst, index.c.rowid)
        .limit(depth)
        .subquery()
    )
    stored = select(Passage.id).join(Page).join(Version).join(Document)
    fulfils = stored.where(Passage.id == matches.c.id, *conditions).correlate(matches).exists()
    rows = session.execute(
        select(matches.c.id, matches.c.score, fulfils).order_by(matches.c.score.desc(), matches.c.id)
    )
    return [(passage_id, score, bool(ok)) for passage_id, score, ok in rows]


def is_sound(session: Session) -> bool:
    """Whether the index is that of the stored passages; FTS5 looks, as the 1 says, at these, too."""
    try:
        session.execute(text("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError:
        return False
    finally:
        session.rollback()
    return True


def rebuild(session: Session) -> None:
    """Make the index anew from the stored passages."""
    session.execute(text("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')"))


def match_expression(words: Sequence[str]) -> str:
    """An FTS5 query in which any of the words may occur."""
    return " OR ".join(f'"{word}"' for word in words)

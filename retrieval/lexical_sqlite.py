"""Lexical search in SQLite: FTS5 knows words and scores."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

# Without a limit, in SQLite.
_ALL = -1


def best(session: Session, words: Sequence[str], limit: int | None) -> list[tuple[int, float]]:
    """Ids and scores of the ``limit`` best passages that hold any of the words, best first; None is all of them."""
    # FTS5 gives better matches smaller (negative) numbers.
    rows = session.execute(
        text(
            "SELECT rowid, -bm25(passages_fts) AS score FROM passages_fts WHERE passages_fts MATCH :match "
            "ORDER BY score DESC, rowid LIMIT :limit"
        ),
        {"match": match_expression(words), "limit": _ALL if limit is None else limit},
    )
    return [(passage_id, score) for passage_id, score in rows]


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
    """Rebuild the index from the stored passages."""
    session.execute(text("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')"))


def match_expression(words: Sequence[str]) -> str:
    """An FTS5 query in which any of the words may occur."""
    return " OR ".join(f'"{word}"' for word in words)

"""Lexical search: BM25 over the words of a question, by indexes that the database keeps with the passages.

Stored text is cut and stemmed by the index itself: in SQLite by FTS5's ``porter unicode61``, which the function
``lexical_words`` imitates in PostgreSQL. Questions come as words of `corpus.language.words` and are stemmed there, too,
so that no stored index depends on the stemmer of `corpus.language.stems`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy.orm import Session

from corpus.language.words import telling_words
from retrieval import lexical_postgres, lexical_sqlite
from retrieval.ann import Ids, Ranked

_KINDS = {"sqlite": lexical_sqlite, "postgresql": lexical_postgres}


def search(session: Session, question: str, allowed: Ids, limit: int) -> list[Ranked]:
    """Of the passages whose ids, ascending, are ``allowed``, those that best match the question's words, best first;
    headings count as much as text.

    Scores are BM25 with the parameters of SQLite's ``bm25()`` (k1 = 1.2, b = 0.75, rarity over all passages that are
    stored), whatever the database.
    """
    words = telling_words(question)
    if not words or not len(allowed):
        return []
    best = _KINDS[session.get_bind().dialect.name].best
    # Mostly a few more than are wanted hold enough that are allowed.
    found = best(session, words, 2 * limit)
    kept = _among(found, allowed)
    if len(kept) < limit and len(found) == 2 * limit:
        kept = _among(best(session, words, None), allowed)
    return kept[:limit]


def _among(found: Sequence[tuple[int, float]], allowed: Ids) -> list[Ranked]:
    ids = np.array([passage_id for passage_id, _ in found], dtype=np.int64)
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    return [Ranked(*each) for each, is_allowed in zip(found, allowed[places] == ids, strict=True) if is_allowed]


def is_sound(session: Session) -> bool:
    """Whether the index of words is that of the stored passages. What the session has not committed may be lost."""
    return _KINDS[session.get_bind().dialect.name].is_sound(session)


def rebuild(session: Session) -> None:
    """Rebuild the index of words from the stored passages."""
    _KINDS[session.get_bind().dialect.name].rebuild(session)

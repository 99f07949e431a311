"""Lexical search: BM25 over the words of a question, by indexes that the database keeps with the passages."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.orm import Session

from corpus.access import OPERATOR, Reader
from corpus.store import eligible
from retrieval import lexical_postgres, lexical_sqlite
from retrieval.ann import Ranked

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

_KINDS = {"sqlite": lexical_sqlite, "postgresql": lexical_postgres}


def search(
    session: Session, question: str, collection_id: int, as_of: date, limit: int, reader: Reader = OPERATOR
) -> list[Ranked]:
    """The reader's passages that best match the question's words, best first; headings count as much as text.

    Scores are BM25 with the parameters of SQLite's ``bm25()`` (k1 = 1.2, b = 0.75, rarity over all passages that are
    stored), whatever the database.
    """
    words = telling_words(question)
    if not words:
        return []
    scored = _KINDS[session.get_bind().dialect.name].scores(
        session, words, eligible(collection_id, as_of, reader), limit
    )
    return [Ranked(*found) for found in scored]


def is_sound(session: Session) -> bool:
    """Whether the index of words is that of the stored passages. What the session has not committed may be lost."""
    return _KINDS[session.get_bind().dialect.name].is_sound(session)


def rebuild(session: Session) -> None:
    """Make the index of words anew from the stored passages."""
    _KINDS[session.get_bind().dialect.name].rebuild(session)


def telling_words(question: str) -> list[str]:
    """The question's words, each once, in lower case; common ones are left out unless there are no others."""
    words = dict.fromkeys(re.findall(r"\w+", question.lower()))
    return [word for word in words if word not in STOP_WORDS] or list(words)

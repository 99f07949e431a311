"""Which passages there are, kept in memory and brought up to date by what has changed.

A version's passages are stored with it and change only when its file is read again, so only those of new versions and
readings are read here. That holds for every change: what is deleted takes its versions with it, and labels and dates
are asked of the versions, not of passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from corpus.access import OPERATOR, Principal
from corpus.schema import Document, Page, Passage, Version
from corpus.store import readable

Ids = npt.NDArray[np.int64]

# Versions whose passages are read at once.
BATCH = 500
NONE: Ids = np.array([], dtype=np.int64)

_KEYS = select(Version.id, Version.ingested_at, Version.content_hash, Version.reading)


class Key(NamedTuple):
    """A reading of a version. The version's id alone would not do: SQLite gives that of the newest one again when it
    has been deleted."""

    id: int
    ingested_at: datetime
    content_hash: str
    reading: int


class Catalogue:
    """The ids of the passages of each version. Not to be used by several threads at once."""

    def __init__(self) -> None:
        self._passages: dict[Key, Ids] = {}

    def refresh(self, session: Session) -> tuple[Ids, Ids]:
        """Hold the versions that are stored, and no others; returns the passages that are gone, and those that are
        new."""
        stored = {Key(*row) for row in session.execute(_KEYS)}
        gone = [self._passages.pop(key) for key in self._passages.keys() - stored]
        new = _passages(session, sorted(stored - self._passages.keys()))
        self._passages |= new
        return _joined(gone), _joined(new.values())

    def holds(self, keys: Iterable[Key]) -> bool:
        """Whether it has all of these versions."""
        return all(key in self._passages for key in keys)

    def of(self, keys: Iterable[Key]) -> Ids:
        """The ids of the passages of those of the versions that it has, ascending."""
        return _joined(self._passages[key] for key in keys if key in self._passages)

    def forget(self) -> None:
        """Hold nothing, as if it were new: the ids of another database are those of other passages."""
        self._passages.clear()


def eligible_versions(
    session: Session, collection_id: int, as_of: date, principal: Principal = OPERATOR, document: str | None = None
) -> list[Key]:
    """The versions whose passages may answer a principal's question about the day ``as_of``; those of one document only
    where ``document`` names it."""
    conditions = eligible(collection_id, as_of, principal, document)
    return [Key(*row) for row in session.execute(_KEYS.join(Document).where(*conditions).order_by(Version.id))]


def eligible(
    collection_id: int, as_of: date, principal: Principal = OPERATOR, document: str | None = None
) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `Document` and `Version` for what may answer a principal's question about a day."""
    return (
        Document.collection_id == collection_id,
        readable(principal),
        or_(Version.effective_from.is_(None), Version.effective_from <= as_of),
        or_(Version.effective_to.is_(None), Version.effective_to > as_of),
        *([Document.name == document] if document is not None else []),
    )


def _passages(session: Session, keys: Sequence[Key]) -> dict[Key, Ids]:
    """The passages of each of the versions that are still stored."""
    found: dict[Key, Ids] = {}
    for at in range(0, len(keys), BATCH):
        wanted = [key.id for key in keys[at : at + BATCH]]
        rows = session.execute(select(Page.version_id, Passage.id).join(Passage).where(Page.version_id.in_(wanted)))
        pairs = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)
        of_version, ids = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
        # Those of a version that has been deleted meanwhile may be those of another, which has got its id.
        stored = {Key(*row) for row in session.execute(_KEYS.where(Version.id.in_(wanted)))}
        for key in stored.intersection(keys[at : at + BATCH]):
            first, last = np.searchsorted(of_version, (key.id, key.id + 1))
            found[key] = ids[first:last].copy()
    return found


def _joined(ids: Iterable[Ids]) -> Ids:
    return np.sort(np.concatenate([NONE, *ids]), kind="stable")

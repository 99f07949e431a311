"""What may be found: the passages eligible for a question, kept from one search to the next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from corpus import store
from corpus.access import Principal
from corpus.catalogue import Catalogue, Key, eligible_versions
from corpus.store import State
from retrieval.ann import Ids
from retrieval.query import Query

# Days, principals and documents whose passages are kept, at eight bytes a passage.
MOST_KEPT = 8


class Scope(NamedTuple):
    """What decides which passages are eligible."""

    collection_id: int
    day: date
    principal: Principal
    document: str | None

    @classmethod
    def of(cls, session: Session, query: Query) -> Scope:
        """The scope of a query. Raises `corpus.errors.UnknownCollection`."""
        collection_id = store.require_collection(session, query.collection, query.principal)
        return cls(collection_id, query.day, query.principal, query.document)


@dataclass(frozen=True)
class Searchable:
    """The ids of the passages that may be found, ascending; they depend on nothing but the ``versions`` that the
    passages are of."""

    versions: tuple[Key, ...]
    ids: Ids


class Searchables:
    """The passages that may be found, for those who searched last. Safe to share between threads.

    Whatever changes in the database is seen by the next search. It costs a look at the versions, not at the passages:
    most changes, such as embedding, leave the versions as they are.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue()
        self._database = ""
        self._kept: OrderedDict[Scope, tuple[State, Searchable]] = OrderedDict()

    def of(self, session: Session, scope: Scope) -> Searchable:
        """What may be found now."""
        with self._lock:
            # First, so that what is kept is never newer than what it is kept under.
            state = store.state(session)
            kept_state, kept = self._kept.get(scope, (None, None))
            if kept is None or kept_state != state:
                kept = self._looked_up(session, scope, state, kept)
                self._kept[scope] = state, kept
            self._kept.move_to_end(scope)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return kept

    def _looked_up(self, session: Session, scope: Scope, state: State, kept: Searchable | None) -> Searchable:
        if state.database != self._database:
            self._kept.clear()
            self._catalogue.forget()
            self._database, kept = state.database, None
        versions = tuple(eligible_versions(session, *scope))
        if kept is not None and kept.versions == versions:
            return kept
        if not self._catalogue.holds(versions):
            self._catalogue.refresh(session)
        return Searchable(versions, self._catalogue.of(versions))

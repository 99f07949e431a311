"""The answers given earlier, to draft from: kept for each collection and set of rights, until documents change."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import defaultdict
from pathlib import Path

from accel import AnswerTrie
from corpus import store
from corpus.access import OPERATOR, Principal
from corpus.database import Database

log = logging.getLogger(__name__)


class DraftHistory:
    """One trie for each collection and each set of labels that principals have, below ``folder``: nothing that was
    answered from one collection is ever drafted for another, nor for principals with other rights, nor after the
    documents that they may read there have changed.

    Each has room for so many ``tokens``; ``tokenizer`` names what the tokens mean. Made for one process at a time: two
    of them on one folder cost each other drafts, and nothing else.
    """

    def __init__(self, database: Database, folder: Path, tokens: int, tokenizer: str) -> None:
        self._database, self._folder, self._tokens, self._tokenizer = database, folder, tokens, tokenizer
        self._open: dict[tuple[str, Principal], tuple[store.State, str, AnswerTrie]] = {}
        # For each of them one, so that who has to look at a changed corpus holds up nobody else.
        self._locks: defaultdict[tuple[str, Principal], threading.Lock] = defaultdict(threading.Lock)

    def of(self, collection: str, principal: Principal = OPERATOR) -> AnswerTrie:
        """The answers of a collection to principals with these rights. Raises `UnknownCollection`."""
        with self._locks[collection, principal], self._database.reading() as session:
            state, known = store.state(session), self._open.get((collection, principal))
            if known and known[0] == state:
                return known[2]
            corpus = store.content_hash(session, collection, principal)
            if known and known[1] == corpus:
                trie = known[2]
            else:
                folder = self._folder / str(store.require_collection(session, collection)) / _name(principal)
                trie = self._trie(folder, f"{self._tokenizer}/{state.database}/{corpus}")
            self._open[collection, principal] = state, corpus, trie
            return trie

    def _trie(self, folder: Path, key: str) -> AnswerTrie:
        try:
            return AnswerTrie(self._tokens, folder, key)
        except OSError as error:
            log.warning("Answers to draft from can't be kept in %s (%s): they are forgotten at the end.", folder, error)
            return AnswerTrie(self._tokens)


def _name(principal: Principal) -> str:
    """A folder's name for all principals with the same labels."""
    if principal.labels is None:
        return "all"
    return hashlib.sha256("\n".join(sorted(principal.labels)).encode()).hexdigest()[:32]

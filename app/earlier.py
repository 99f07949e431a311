"""The answers given earlier, to draft from: kept for each collection, until its documents change."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from accel import AnswerTrie
from corpus import store
from corpus.database import Database

log = logging.getLogger(__name__)


class AnswerTries:
    """One trie for each collection, below ``folder``: nothing that was answered from one collection is ever drafted
    for another, nor after the collection's documents have changed.

    Each has room for so many ``tokens``; ``tokenizer`` names what the tokens mean. Made for one process at a time: two
    of them on one folder cost each other drafts, and nothing else.
    """

    def __init__(self, database: Database, folder: Path, tokens: int, tokenizer: str) -> None:
        self._database, self._folder, self._tokens, self._tokenizer = database, folder, tokens, tokenizer
        self._open: dict[str, tuple[store.State, str, AnswerTrie]] = {}
        self._lock = threading.Lock()

    def of(self, collection: str) -> AnswerTrie:
        """The answers of a collection. Raises `UnknownCollection`."""
        with self._lock, self._database.reading() as session:
            state, known = store.state(session), self._open.get(collection)
            if known and known[0] == state:
                return known[2]
            corpus = store.content_hash(session, collection)
            if known and known[1] == corpus:
                trie = known[2]
            else:
                folder = self._folder / str(store.require_collection(session, collection))
                trie = self._trie(folder, f"{self._tokenizer}/{state.database}/{corpus}")
            self._open[collection] = state, corpus, trie
            return trie

    def _trie(self, folder: Path, key: str) -> AnswerTrie:
        try:
            return AnswerTrie(self._tokens, folder, key)
        except OSError as error:
            log.warning("Answers to draft from can't be kept in %s (%s): they are forgotten at the end.", folder, error)
            return AnswerTrie(self._tokens)

"""Which collections one who asks is told of."""

from __future__ import annotations

import pytest

from corpus import store
from corpus.access import ANYONE, OPERATOR, Principal
from corpus.database import Database
from corpus.errors import UnknownCollection


@pytest.mark.parametrize(
    ("principal", "known"),
    [(OPERATOR, "mergers, open"), (Principal(frozenset({"board"})), "mergers, open"), (ANYONE, "open")],
)
def test_names_are_told_of_collections_that_hold_something_for_the_reader(
    database_url: str, principal: Principal, known: str
) -> None:
    database = Database(database_url)
    database.migrate()
    with database.changing_corpus() as session:
        for collection, access in (("open", []), ("mergers", ["board"])):
            store.label_document(session, store.make_document(session, collection, "a.md").id, access)
    with database.reading() as session, pytest.raises(UnknownCollection, match=f"there are: {known}. Fill"):
        store.require_collection(session, "gone", principal)
    database.close()

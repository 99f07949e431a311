"""Which stored versions a gold set means by the name of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from corpus.store import DocumentRecord


class Place(NamedTuple):
    """One version of a document: the document's stored name and the version's number."""

    document: str
    version: int


class Places:
    """Finds the versions of a collection by the paths that gold sets write, whichever folder was ingested."""

    def __init__(self, documents: Iterable[DocumentRecord]) -> None:
        # Every rule below compares ends of paths, so only paths with the same last part need be looked at.
        self._sources: dict[str, list[tuple[str, Place]]] = defaultdict(list)
        self._names: dict[str, dict[str, frozenset[Place]]] = defaultdict(dict)
        for document in documents:
            places = frozenset(Place(document.name, version.number) for version in document.versions)
            self._names[_last(document.name)][document.name] = places
            for version in document.versions:
                source = _path(version.source)
                self._sources[_last(source)].append((source, Place(document.name, version.number)))

    def find(self, doc: str) -> frozenset[Place]:
        """The versions that ``doc`` means; empty where the collection has none.

        First those read from a file of that path, or of one that ends in it; where some of them belong to a document
        of exactly that name, only these. Otherwise all versions of the document of that name, or else of those whose
        name ends in ``doc`` or that ``doc`` ends in.
        """
        doc = _path(doc)
        names = self._names.get(_last(doc), {})
        read_from = {place for source, place in self._sources.get(_last(doc), ()) if _ends(source, doc)}
        if read_from:
            return frozenset({place for place in read_from if place.document == doc} or read_from)
        if doc in names:
            return names[doc]
        alike = [places for name, places in names.items() if _ends(name, doc) or _ends(doc, name)]
        return frozenset().union(*alike)


def _path(text: str) -> str:
    return text.strip().replace("\\", "/").removeprefix("./")


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _ends(path: str, tail: str) -> bool:
    return path == tail or path.endswith(f"/{tail}")

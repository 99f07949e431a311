"""Places looked up by the number that a question names: clause 2.2, Article 5a, section 4(2), point (c) of Annex II."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import passage_store, store
from corpus.catalogue import eligible
from corpus.language.stems import stems
from corpus.outline import Line, outline
from corpus.passage_store import PassageRecord
from corpus.schema import Document, Page, Version
from retrieval.extents import Doubtful, Extent, extents
from retrieval.numbered import Asked, asked_place
from retrieval.query import Query

# Of more documents that hold a number none is read for it.
_MOST_READ = 20


class Piece(NamedTuple):
    """What of a place stands in one section of a page, and the ``headings`` above it within the place."""

    headings: tuple[str, ...]
    passage: PassageRecord


@dataclass(frozen=True)
class Place:
    """A place that bears the number, in the order of its text, and what introduces the list ``above`` it. ``goes_on``
    says that more text follows, which may belong to it."""

    pieces: tuple[Piece, ...]
    above: PassageRecord | None
    goes_on: bool

    @property
    def first(self) -> PassageRecord:
        return self.pieces[0].passage

    @property
    def words(self) -> frozenset[str]:
        """What its text and the headings above it say, by stems."""
        return frozenset(stems(" ".join(f"{piece.passage.heading} {piece.passage.text}" for piece in self.pieces)))


@dataclass(frozen=True)
class Places:
    """All places that bear the number which a question ``named``. ``documents`` are the titles of those that it named,
    where it named any. ``is_of_another_time`` says that it names a time, so that none was looked up."""

    named: str
    places: tuple[Place, ...] = ()
    documents: tuple[str, ...] = ()
    is_of_another_time: bool = False


class _Source(NamedTuple):
    """A version that may be looked in."""

    version: int
    name: str
    title: str

    @property
    def words(self) -> frozenset[str]:
        return frozenset(stems(f"{self.name} {self.title}"))

    @property
    def title_words(self) -> frozenset[str]:
        return frozenset(stems(self.title))


def places(session: Session, query: Query) -> Places | None:
    """The places that a question asks for by their number, none where that stands in no text; None where the question
    is to be searched for: it asks for something else, names no known document, or no place is known for certain."""
    asked = asked_place(query.text)
    if asked is None:
        return None
    sources = _sources(session, query)
    named = [source for source in sources if asked.of_what <= source.words] if asked.of_what else []
    named = [source for source in named if asked.of_what == source.title_words] or named
    if asked.is_of_another_time(query.day, named[0].words if named else frozenset()):
        return Places(asked.named, is_of_another_time=True)
    if asked.of_what and not named:
        return None
    titles = tuple(source.title for source in named)
    held = _with_numbers(session, named or sources, asked)
    if not held:
        return Places(asked.named, (), titles)
    if len(held) > _MOST_READ:
        return None
    try:
        found = [extent for source in held for extent in extents(outline(session, source.version), asked.steps)]
    except Doubtful:
        return None
    known = [place for extent in found if (place := _place(session, extent)) and asked.about <= place.words]
    return Places(asked.named, tuple(known), titles) if known else None


def _sources(session: Session, query: Query) -> list[_Source]:
    """The versions that may answer. Raises `corpus.errors.UnknownCollection`."""
    collection = store.require_collection(session, query.collection, query.principal)
    conditions = eligible(collection, query.day, query.principal, query.document)
    statement = select(Version.id, Document.name, Version.title).join(Document).where(*conditions)
    return [_Source(*row) for row in session.execute(statement.order_by(Document.name))]


def _with_numbers(session: Session, sources: Sequence[_Source], asked: Asked) -> list[_Source]:
    """The sources in which all numbers of the way to the place stand, in whatever way and on whatever page."""
    known = {source.version for source in sources}
    for step in asked.steps:
        holds = Page.text.icontains(step.label, autoescape=True)
        rows = session.execute(select(Page.version_id, Page.text).where(Page.version_id.in_(known), holds))
        whole = re.compile(rf"(?<![\w.]){re.escape(step.label)}(?!\w)", re.IGNORECASE)
        known = {version for version, text in rows if whole.search(text)}
    return [source for source in sources if source.version in known]


def _place(session: Session, extent: Extent) -> Place | None:
    """None where it is gone meanwhile."""
    pieces = tuple(_pieces(session, extent.lines))
    above = list(_pieces(session, [extent.above] if extent.above else []))
    return Place(pieces, above[0].passage if above else None, extent.goes_on) if pieces else None


def _pieces(session: Session, lines: Sequence[Line]) -> Iterator[Piece]:
    """The lines of a place, section by section of each page."""
    headings: tuple[str, ...] = ()
    for _, run in groupby(lines, key=lambda line: (line.page, line.path, line.is_heading)):
        part = list(run)
        if part[0].passage is None:
            headings = (*headings, *(line.text for line in part))
        elif found := passage_store.passages(session, [part[0].passage]):
            yield Piece(headings, passage_store.widened(session, found[0], part[0].start, part[-1].end))
            headings = ()

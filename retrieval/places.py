"""Places looked up by the number that a question names: clause 2.2, Article 5a, section 4(2), point (c) of Annex II."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

# Where more documents or pages hold a number, none is read for it; and how far one is read for a place's end.
_MOST_READ, _MOST_PAGES, _PAGES_AFTER = 10, 2000, 5


class Piece(NamedTuple):
    """What of a place stands in one section of a page, and the ``headings`` above it within the place."""

    headings: tuple[str, ...]
    passage: PassageRecord


class Place(NamedTuple):
    """A place that bears the number, in the order of its text, and what introduces the list ``above`` it. ``goes_on``
    says that more text follows, which may belong to it."""

    pieces: tuple[Piece, ...]
    above: PassageRecord | None
    goes_on: bool

    @property
    def first(self) -> PassageRecord:
        return self.pieces[0].passage


class Places(NamedTuple):
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


def places(session: Session, query: Query) -> Places | None:
    """The places that a question asks for by their number, none where that stands in no text; None where the question
    is to be searched for: it asks for something else, names no known document, or no place is known for certain."""
    asked = asked_place(query.text)
    if asked is None:
        return None
    sources = _sources(session, query)
    named = [source for source in sources if asked.of_what <= source.words] if asked.of_what else []
    named = [source for source in named if asked.of_what == frozenset(stems(source.title))] or named
    if asked.is_of_another_time(bool(named)):
        return Places(asked.named, is_of_another_time=True)
    if asked.of_what and not named:
        return None
    titles = tuple(source.title for source in named)
    pages = _with_numbers(session, named or sources, asked)
    if pages is None or len(pages) > _MOST_READ:
        return None
    if not pages:
        return Places(asked.named, (), titles)
    try:
        found = [
            extent
            for source in named or sources
            if (numbers := pages.get(source.version))
            for extent in _extents(session, source.version, numbers, asked)
        ]
    except Doubtful:
        return None
    known = [place for extent in found if (place := _place(session, extent))]
    return Places(asked.named, tuple(known), titles) if known else None


def _sources(session: Session, query: Query) -> list[_Source]:
    """The versions that may answer. Raises `corpus.errors.UnknownCollection`."""
    collection = store.require_collection(session, query.collection, query.principal)
    conditions = eligible(collection, query.day, query.principal, query.document)
    statement = select(Version.id, Document.name, Version.title).join(Document).where(*conditions)
    return [_Source(*row) for row in session.execute(statement.order_by(Document.name))]


def _with_numbers(session: Session, sources: Sequence[_Source], asked: Asked) -> dict[int, list[int]] | None:
    """The versions in which all numbers of the way to the place stand, in whatever way, and the pages on which the
    first may begin a line or follow a sentence; None where too many pages hold one."""
    known: dict[int, list[int]] = {source.version: [] for source in sources}
    for level, step in enumerate(asked.steps):
        holds = (Page.version_id.in_(known), Page.text.icontains(step.label, autoescape=True))
        rows = session.execute(
            select(Page.version_id, Page.number, Page.text).where(*holds).limit(_MOST_PAGES + 1)
        ).all()
        if len(rows) > _MOST_PAGES:
            return None
        whole = rf"(?<![\w.]){re.escape(step.label)}(?!\w)"
        anywhere, heading = (re.compile(each, re.I) for each in (whole, rf"(?m)(?:^.{{0,20}}|[.;:!?]\s+\(?){whole}"))
        held = [row for row in rows if anywhere.search(row.text)]
        known = {row.version_id: known[row.version_id] for row in held}
        for version, number, text in held if level == 0 else ():
            known[version] = [*known[version], *[number] * bool(heading.search(text))]
    return known


def _extents(session: Session, version: int, numbers: Sequence[int], asked: Asked) -> list[Extent]:
    """The places in a version, by the pages that may have the first number. Raises `Doubtful`."""
    last = max(numbers) + _PAGES_AFTER
    lines = outline(session, version, min(numbers) - 1, last)
    found = extents(lines, asked.steps)
    ends = [line for line in lines if not line.is_heading][-1:]
    is_cut = any(extent.lines[-1:] == ends for extent in found)
    if is_cut and session.scalar(select(Page.id).where(Page.version_id == version, Page.number > last).limit(1)):
        raise Doubtful
    return found


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

"""Places looked up by the number that a question names: clause 2.2, Article 5a, section 4(2), point (c) of Annex II."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from corpus import passage_store, store
from corpus.catalogue import eligible
from corpus.language.stems import stems
from corpus.outline import Line, outline
from corpus.passage_store import PassageRecord
from corpus.schema import Document, Page, Version
from corpus.table import Table
from retrieval.extents import extents
from retrieval.numbered import Asked, Step, asked_place
from retrieval.query import Query

# Documents with the same number that are named to whoever must choose.
MOST_NAMED = 5


@dataclass(frozen=True)
class Piece:
    """What of a place stands in one section of a page: the characters ``start`` to ``end`` of that section's text, and
    the ``headings`` that are printed above it within the place."""

    headings: tuple[str, ...]
    passage: PassageRecord
    tables: Sequence[Table]
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """A place that bears the number, in the order of its text."""

    pieces: tuple[Piece, ...]

    @property
    def first(self) -> PassageRecord:
        return self.pieces[0].passage


@dataclass(frozen=True)
class Places:
    """All places that bear the number which a question ``named``; of more than `MOST_NAMED` documents only so many, and
    then ``has_more``. ``documents`` are the titles of those that it named, where it named any."""

    named: str
    places: tuple[Place, ...]
    has_more: bool = False
    documents: tuple[str, ...] = ()


class _Source(NamedTuple):
    """A version that may be looked in."""

    version: int
    name: str
    title: str

    @property
    def words(self) -> set[str]:
        return set(stems(f"{self.name} {self.title}"))


def places(session: Session, query: Query) -> Places | None:
    """The places that a question asks for by their number, none where no document has it; None where the question asks
    for something else, which is to be searched for."""
    asked = asked_place(query.text)
    if asked is None:
        return None
    sources = _sources(session, query)
    named = [source for source in sources if asked.of and asked.of <= source.words]
    other = asked.other - asked.of if named else asked.other
    found: list[tuple[_Source, list[Line]]] = []
    is_known = False
    for source in _with_number(session, named or sources, asked.steps[0]):
        for lines in extents(outline(session, source.version), asked.steps):
            is_known = True
            said = source.words | set(stems(" ".join([*lines[-1].path, *(line.text for line in lines)])))
            if other <= said:
                found.append((source, lines))
        if len({each.version for each, _ in found}) > MOST_NAMED:
            break
    if not found and other and (is_known or _is_said(session, sources, asked)):
        return None
    shown = list(dict.fromkeys(source.version for source, _ in found))[:MOST_NAMED]
    chosen = [Place(tuple(_pieces(session, lines))) for source, lines in found if source.version in shown]
    has_more = len({source.version for source, _ in found}) > len(shown)
    return Places(asked.named, tuple(chosen), has_more, tuple(source.title for source in named))


def _sources(session: Session, query: Query) -> list[_Source]:
    """The versions that may answer. Raises `corpus.errors.UnknownCollection`."""
    collection = store.require_collection(session, query.collection, query.principal)
    conditions = eligible(collection, query.day, query.principal, query.document)
    statement = select(Version.id, Document.name, Version.title).join(Document).where(*conditions)
    return [_Source(*row) for row in session.execute(statement.order_by(Document.name))]


def _with_number(session: Session, sources: Sequence[_Source], step: Step) -> list[_Source]:
    """Those of which a line may bear the number."""
    return _of_which(session, sources, Page.text.regexp_match(step.pattern))


def _is_said(session: Session, sources: Sequence[_Source], asked: Asked) -> bool:
    """Whether the number stands anywhere in a text, so that it may be written in a way that isn't known here."""
    return bool(_of_which(session, sources, Page.text.icontains(asked.steps[0].label, autoescape=True)))


def _of_which(session: Session, sources: Sequence[_Source], holds: ColumnElement[bool]) -> list[_Source]:
    """The sources of which a page holds something."""
    of = Page.version_id.in_([source.version for source in sources])
    known = set(session.scalars(select(Page.version_id).where(of, holds).distinct()))
    return [source for source in sources if source.version in known]


def _pieces(session: Session, lines: Sequence[Line]) -> Iterator[Piece]:
    """The lines of a place, section by section of each page."""
    headings: list[str] = []
    run: list[Line] = []
    for line in [*lines, None]:
        if run and (line is None or line.is_heading or (line.page, line.path) != (run[0].page, run[0].path)):
            if piece := _piece(session, headings, run):
                yield piece
            headings, run = [], []
        if line is not None and line.is_heading:
            headings.append(line.text)
        elif line is not None:
            run.append(line)


def _piece(session: Session, headings: Sequence[str], run: Sequence[Line]) -> Piece | None:
    """None where the passage is gone meanwhile."""
    passage_id = run[0].passage
    found = passage_store.passages(session, [passage_id] if passage_id else [])
    if not found:
        return None
    [passage] = found
    spans = passage_store.section(session, passage)
    section = passage_store.widened(session, passage, spans[0][0], spans[-1][1]) if spans else passage
    start, end = (at - section.start for at in (run[0].start, run[-1].end))
    tables = passage_store.tables(session, section)
    return Piece(tuple(headings), section, tables, max(start, 0), min(end, len(section.text)))

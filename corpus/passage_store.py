"""Reading the stored passages, as retrieval does. Every function works in the session that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from corpus.access import OPERATOR, Principal
from corpus.catalogue import eligible
from corpus.notes import notes
from corpus.schema import Document, DocumentLabel, Page, Passage, Version
from corpus.table import Table, within


@dataclass(frozen=True)
class PassageRecord:
    """A passage with all that a citation of it says. ``page`` is None where the format has no pages; ``access`` are the
    labels of its document; ``reading`` says which reading of the version's file it is from. ``recognised`` is how sure
    text recognition is of its page, 0 to 1; None where the file holds the text."""

    id: int
    document: str
    title: str
    version: int
    effective_from: date | None
    effective_to: date | None
    page: int | None
    heading: str
    start: int
    end: int
    context: str
    text: str
    access: frozenset[str] = frozenset()
    reading: int = 1
    recognised: float | None = None


def count_passages(session: Session) -> int:
    """Passages of all documents and versions."""
    return session.scalar(select(func.count()).select_from(Passage)) or 0


def eligible_passage_ids(
    session: Session, collection_id: int, as_of: date, principal: Principal = OPERATOR, document: str | None = None
) -> list[int]:
    """Ids of the passages that may answer a principal's question about the day ``as_of``, ascending; those of one
    document only where ``document`` names it."""
    statement = select(Passage.id).join(Page).join(Version).join(Document)
    return list(
        session.scalars(statement.where(*eligible(collection_id, as_of, principal, document)).order_by(Passage.id))
    )


def passages(session: Session, ids: Sequence[int]) -> list[PassageRecord]:
    """The passages of ``ids``, in that order; those that no longer exist are left out."""
    rows = session.execute(_PASSAGES.where(Passage.id.in_(ids)))
    found: dict[int, PassageRecord] = {}
    for row in rows:
        access = frozenset((row.access or "").split())
        found[row.id] = PassageRecord(**(dict(row._mapping) | {"access": access}))
    return [found[i] for i in ids if i in found]


def headings(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The heading paths of the passages of ``ids``; those that no longer exist are left out."""
    rows = session.execute(select(Passage.id, Passage.heading).where(Passage.id.in_(ids)))
    return {row.id: row.heading for row in rows}


def section(session: Session, passage: PassageRecord) -> list[tuple[int, int]]:
    """The spans of a passage and its neighbours that stand with it in one section of its page, in their order; none
    where it is gone meanwhile."""
    page = select(Passage.page_id).where(Passage.id == passage.id).scalar_subquery()
    rows = session.execute(select(Passage.start, Passage.end, Passage.heading).where(Passage.page_id == page))
    for heading, run in groupby(sorted(rows), key=lambda row: row.heading):
        spans = [(row.start, row.end) for row in run]
        if heading == passage.heading and spans[0][0] <= passage.start <= spans[-1][0]:
            return spans
    return []


def widened(session: Session, passage: PassageRecord, start: int, end: int) -> PassageRecord:
    """``passage`` with its page's text from ``start`` to ``end``, the context of the passage that begins there, and the
    notes that those after it refer to. Its id stays that of the passage it was; where that one is gone meanwhile, it is
    given back as it is."""
    page = select(Passage.page_id).where(Passage.id == passage.id).scalar_subquery()
    text = session.scalar(select(func.substr(Page.text, start + 1, end - start)).where(Page.id == page))
    inside = (Passage.page_id == page, Passage.start >= start, Passage.start < end)
    if text is None:
        return passage
    contexts = session.execute(select(Passage.start, Passage.context).where(*inside).order_by(Passage.start)).all()
    lines = contexts[0].context.split("\n") if contexts and contexts[0].start == start else []
    referred = (line for each in contexts for line in each.context.split("\n") if notes(line) and line not in text)
    context = "\n".join(dict.fromkeys([*lines, *referred]))
    return replace(passage, start=start, end=end, text=text, context=context)


def tables(session: Session, passage: PassageRecord) -> list[Table]:
    """The tables of which rows stand in a passage, placed in its text."""
    stored = session.scalar(select(Page.tables).join(Passage).where(Passage.id == passage.id))
    return within(stored, passage.start, passage.end, passage.text, passage.context)


_PASSAGES: Select[Any] = (
    select(
        Passage.id,
        Document.name.label("document"),
        Version.title,
        Version.number.label("version"),
        Version.reading,
        Version.effective_from,
        Version.effective_to,
        case((Version.paged, Page.number)).label("page"),
        Passage.heading,
        Passage.start,
        Passage.end,
        Passage.context,
        Passage.text,
        Page.recognised,
        # Labels hold no spaces.
        select(func.aggregate_strings(DocumentLabel.label, " "))
        .where(DocumentLabel.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
        .label("access"),
    )
    .join(Page, Passage.page_id == Page.id)
    .join(Version)
    .join(Document)
)

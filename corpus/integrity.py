"""Whether the stored documents are what they promise to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from corpus.schema import Document, Page, Passage, Version
from corpus.timeline import Start, ends


def misplaced_passages(session: Session) -> list[tuple[str, int]]:
    """Documents with passages that aren't their page's text from ``start`` to ``end``, and how many each has."""
    span = func.substr(Page.text, Passage.start + 1, Passage.end - Passage.start)
    counted = (
        select(Document.name, func.count())
        .select_from(Passage)
        .join(Page)
        .join(Version)
        .join(Document)
        .where(span != Passage.text)
        .group_by(Document.id, Document.name)
        .order_by(Document.id)
    )
    return [(name, count) for name, count in session.execute(counted)]


def broken_timelines(session: Session) -> Iterator[Document]:
    """Documents whose versions don't follow each other as their first days say."""
    documents = select(Document).order_by(Document.id).options(selectinload(Document.versions))
    for document in session.scalars(documents):
        end_of = _ends(document)
        if any(version.effective_to != end_of[version.number] for version in document.versions):
            yield document


def mend_timeline(document: Document) -> None:
    """Let each version end where the next begins."""
    end_of = _ends(document)
    for version in document.versions:
        version.effective_to = end_of[version.number]


def _ends(document: Document) -> dict[int, date | None]:
    return ends([Start(version.number, version.effective_from) for version in document.versions])

"""The stored pages of versions: those of the last reading, and those of earlier ones, which citations quote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, selectinload

from corpus.errors import UnknownPage
from corpus.reading import Reading
from corpus.schema import Base, Document, EarlierPage, Page, Passage, Version


@dataclass(frozen=True)
class PageRecord:
    """The text of a page in one reading of its version's file."""

    number: int
    reading: int
    text: str


def pages_of(reading: Reading) -> list[Page]:
    """The pages of a file as they are stored, with their passages."""
    pages = {
        page.number: Page(
            number=page.number,
            text=page.text,
            tables=[table.json() for table in page.tables],
            recognised=page.recognised,
        )
        for page in reading.content.pages
    }
    for span in reading.spans:
        page = pages[span.page]
        page.passages.append(
            Passage(
                start=span.start,
                end=span.end,
                heading=" > ".join(span.heading),
                heading_path=list(span.heading),
                context=span.context,
                text=page.text[span.start : span.end],
            )
        )
    return list(pages.values())


def page(session: Session, document_id: int, version: int, number: int, reading: int | None = None) -> PageRecord:
    """A page of a document's version, as its file was read last or for the ``reading``-th time. Raises
    `UnknownPage`."""
    here = (Document.id == document_id, Version.number == version)
    last = select(Page.number, Version.reading, Page.text).join(Version).join(Document)
    last = last.where(*here, Page.number == number)
    if reading is not None:
        last = last.where(Version.reading == reading)
    before = select(EarlierPage.number, EarlierPage.reading, EarlierPage.text).join(Version).join(Document)
    before = before.where(*here, EarlierPage.number == number, EarlierPage.reading == reading)
    # In this order: what is read again meanwhile moves from the last to those before.
    row = session.execute(last).first() or session.execute(before).first()
    if row is None:
        which = "" if reading is None else f" in reading {reading}"
        advice = f"see GET /v1/documents/{document_id}/versions"
        raise UnknownPage(f"Version {version} has no page {number}{which}: {advice}")
    return PageRecord(*row)


def is_read_so(session: Session, version: Version, reading: Reading) -> bool:
    """Whether a reading of a version's file gives what is stored of it."""
    of_version = select(Page).where(Page.version_id == version.id).options(selectinload(Page.passages))
    stored = session.scalars(of_version).all()
    is_same = (version.title, version.paged) == (reading.title, reading.content.paged)
    return is_same and _values(stored) == _values(pages_of(reading))


def read_again(session: Session, version: Version, reading: Reading) -> None:
    """Store a new reading of a version's file. Its passages take the place of those before; the pages before are kept
    for the citations that quote them."""
    stored = select(Page.version_id, Version.reading, Page.number, Page.text).join(Version)
    columns = ["version_id", "reading", "number", "text"]
    session.execute(insert(EarlierPage).from_select(columns, stored.where(Page.version_id == version.id)))
    session.execute(delete(Page).where(Page.version_id == version.id))
    session.expire(version, ["pages"])
    version.title, version.paged = reading.title, reading.content.paged
    version.reading += 1
    version.pages.extend(pages_of(reading))


# What says only where a row is stored.
_KEYS = {"id", "version_id", "page_id"}


def _values(pages: Sequence[Page]) -> list[str]:
    """All that is stored of pages and their passages, in their order; whatever columns there are."""
    whole = []
    for page in sorted(pages, key=lambda page: page.number):
        passages = sorted(page.passages, key=lambda passage: (passage.start, passage.end))
        # As JSON, in which a tuple that was read equals the list that was stored.
        whole.append(json.dumps([_columns(page), *map(_columns, passages)], sort_keys=True, default=repr))
    return whole


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in _KEYS}

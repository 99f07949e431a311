"""A document as the rules read it: section by section, with the name that a gold set gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import PurePath
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import store
from corpus.clock import Clock
from corpus.schema import Document, Page, Passage, Version
from corpus.store import DocumentRecord, VersionRecord
from corpus.table import Table, within
from eval.scoring.places import Place, Places

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        this that these those it there here he she we you they one another each every any all some if when where what
        which who whom how why in on at for by from with to as and but or not no our your their his her its such both
        either neither while is are be has have do does can may must should will would could the a an
        """,
    )
)


class Text(NamedTuple):
    """The text of a passage, and the tables of which rows stand in it."""

    text: str
    tables: Sequence[Table]


@dataclass(frozen=True)
class Source:
    """The version that a section belongs to. ``as_of`` is None where ``doc`` alone tells it from the others;
    ``small_words`` are those that the document begins with a small letter somewhere."""

    title: str
    doc: str
    as_of: date | None
    small_words: frozenset[str]

    def inside(self, name: str) -> str:
        """``name`` as it is written inside a sentence: with a small letter, unless it is a name in the strict sense."""
        if name.isupper() and " " in name:
            return name.lower()
        first, _, rest = name.partition(" ")
        common = first.lower() in self.small_words | FUNCTION_WORDS and not rest[:1].isupper()
        return name[0].lower() + name[1:] if common else name


@dataclass(frozen=True)
class Section:
    """What a section says on one page. ``begins`` is whether it begins there, under a heading of its own."""

    source: Source
    heading: str
    page: int | None
    begins: bool
    texts: Sequence[Text]


def read_documents(session: Session, collection: str, today: date | None = None) -> Iterator[list[Section]]:
    """The sections of each document's version that is in force today, in reading order; in UTC, if no day is given."""
    documents = store.documents(session, collection)
    places = Places(documents)
    today = today or Clock().today()
    for document in documents:
        for version in document.versions:
            begun = version.effective_from is None or version.effective_from <= today
            if begun and (version.effective_to is None or today < version.effective_to):
                yield _sections(session, document, version, *_name(places, document, version, today))


def _name(places: Places, document: DocumentRecord, version: VersionRecord, today: date) -> tuple[str, date | None]:
    """The shortest end of the file's path that means this version alone and is no shorter than the document's name;
    or, where the version was read from the same file as another, the name and a day."""
    parts = PurePath(version.source).parts
    for length in range(document.name.count("/") + 1, len(parts)):
        doc = "/".join(parts[-length:])
        if places.find(doc) == {Place(document.name, version.number)}:
            return doc, None
    return document.name, today


def _sections(
    session: Session, document: DocumentRecord, version: VersionRecord, doc: str, as_of: date | None
) -> list[Section]:
    rows = session.execute(
        select(
            Version.paged,
            Page.number,
            Page.tables,
            Passage.heading_path,
            Passage.context,
            Passage.start,
            Passage.end,
            Passage.text,
        )
        .join(Page, Page.version_id == Version.id)
        .join(Passage)
        .join(Document, Version.document_id == Document.id)
        .where(Document.id == document.id, Version.number == version.number)
        .order_by(Page.number, Passage.start)
    ).all()
    small_words = frozenset(re.findall(r"\b[a-z]\w*", "\n".join(row.text for row in rows)))
    source = Source(version.title, doc, as_of, small_words)
    sections: list[Section] = []
    last: list[str] = []
    for (paged, number, path), own in groupby(rows, key=lambda row: (row.paged, row.number, row.heading_path)):
        texts = [Text(row.text, within(row.tables, row.start, row.end, row.text, row.context)) for row in own]
        sections.append(Section(source, path[-1], number if paged else None, path != last and len(path) > 1, texts))
        last = path
    return sections

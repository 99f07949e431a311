"""A version's text line by line, as its structure has it: what is a heading, and which headings a line is under."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.schema import Page, Passage


@dataclass(frozen=True)
class Line:
    """A line of a page's text and where it stands there. ``passage`` is the id of the passage that it begins in, and
    ``path`` are the headings above that, the title first; None and () for a heading."""

    page: int
    start: int
    text: str
    passage: int | None
    path: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_heading(self) -> bool:
        return self.passage is None


def outline(session: Session, version: int, first: int, last: int) -> list[Line]:
    """The lines of some pages of a version in reading order. What stands in no passage is a heading."""
    of_these = (Page.version_id == version, Page.number.between(first, last))
    pages = session.execute(select(Page.id, Page.text).where(*of_these).order_by(Page.number)).all()
    rows = session.execute(
        select(Passage.page_id, Passage.id, Passage.start, Passage.end, Passage.heading_path)
        .join(Page)
        .where(*of_these)
        .order_by(Passage.page_id, Passage.start)
    )
    passages = {page: list(group) for page, group in groupby(rows, key=lambda row: row.page_id)}
    lines: list[Line] = []
    for page, text in pages:
        start, at, of_page = 0, 0, passages.get(page, [])
        for each in text.split("\n"):
            while at < len(of_page) and of_page[at].end <= start:
                at += 1
            within = of_page[at] if at < len(of_page) and of_page[at].start < start + len(each) else None
            if each:
                path = tuple(within.heading_path) if within else ()
                lines.append(Line(page, start, each, within.id if within else None, path))
            start += len(each) + 1
    return lines

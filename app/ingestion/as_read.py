"""What was read of a file, page by page beside its picture, so that a person can check it in minutes."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import BadSettings
from corpus.files import replacing
from corpus.schema import JobFile, Page, Version
from corpus.store import DocumentRecord, VersionRecord
from corpus.table import Table, cells_of, read_from_text

_SCALE = 1.3  # pixels for each point of a page: small print can just be read


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown, over so many rows and columns."""

    text: str
    is_name: bool
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Part:
    """A paragraph of lines, or the rows of a table. ``header`` names its columns where another page prints them."""

    lines: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    header: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class ReadPage:
    """A page as read. ``picture`` is a data URI; None where there is none to show."""

    number: int
    parts: tuple[Part, ...]
    picture: str | None = None


def as_read(session: Session, record: DocumentRecord, version: VersionRecord, pages: range, file: Path | None) -> str:
    """An HTML document, which loads nothing, with the ``pages`` of a version as they are stored; those of a PDF beside
    their pictures, where its ``file`` is still there."""
    here = (Version.document_id == record.id, Version.number == version.number)
    stored = session.scalars(select(Page).join(Version).where(*here).order_by(Page.number)).all()
    warnings = session.scalars(select(JobFile.warnings).join(Version, JobFile.version_id == Version.id).where(*here))
    shown = [page for page in stored if page.number in pages]
    pictures = _pictures(file, [page.number for page in shown]) if file and version.format == "pdf" else {}
    return (
        _environment()
        .get_template("as_read.html.j2")
        .render(
            record=record,
            version=version,
            warnings=list(dict.fromkeys(warning for each in warnings for warning in each)),
            pages=[ReadPage(page.number, tuple(_parts(page)), pictures.get(page.number)) for page in shown],
            left_out=len(stored) - len(shown),
            without_file=version.format == "pdf" and file is None,
        )
    )


def write_as_read(
    session: Session,
    record: DocumentRecord,
    version: VersionRecord,
    pages: range,
    file: Path | None,
    target: Path,
) -> None:
    """Write `as_read` to a file. Raises `BadSettings` where that can't be."""
    html = as_read(session, record, version, pages, file)
    try:
        with replacing(target) as temporary:
            temporary.write_text(html, encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"{target} can't be written ({error.strerror or error}): name another file.") from error


@cache
def _environment() -> Environment:
    # What a document says is text, and is escaped.
    loader = PackageLoader("app.ingestion")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _pictures(file: Path, numbers: Sequence[int]) -> dict[int, str]:
    document = pdfium.PdfDocument(file)
    try:
        return {number: _picture(document[number - 1]) for number in numbers if number <= len(document)}
    finally:
        document.close()


def _picture(page: pdfium.PdfPage) -> str:
    written = io.BytesIO()
    page.render(scale=_SCALE).to_pil().convert("L").save(written, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"


def _parts(page: Page) -> Iterator[Part]:
    """The text of a page, and its tables in their places."""
    tables = read_from_text(page.text) if page.tables is None else [Table.of_json(each) for each in page.tables]
    at = 0
    for table in tables:
        yield from _paragraphs(page.text[at : table.start])
        header = table.header if not table.header_lines else ()
        yield Part(rows=tuple(_rows(table, page.text)), header=header)
        at = table.end
    yield from _paragraphs(page.text[at:])


def _paragraphs(text: str) -> Iterator[Part]:
    return (Part(lines=tuple(part.split("\n"))) for part in text.strip().split("\n\n") if part.strip())


def _rows(table: Table, text: str) -> Iterator[tuple[Cell, ...]]:
    merged = {(row, column): (rows, columns) for row, column, rows, columns in table.merged}
    covered = {
        (row + down, column + right)
        for (row, column), (rows, columns) in merged.items()
        for down in range(rows)
        for right in range(columns)
        if down or right
    }
    width = max((len(cells_of(line.of(text))) for line in table.lines()), default=1)
    named_by = dict(table.named_by)
    for row, line in enumerate(table.lines()):
        cells = [cell for cell, _ in cells_of(line.of(text))]
        is_header = row < table.header_lines
        if len(cells) == 1:
            yield (Cell(cells[0], is_name=True, columns=width),)
            continue
        yield tuple(
            Cell(cell, is_header or column < named_by.get(row, table.labels), *merged.get((row, column), (1, 1)))
            for column, cell in enumerate(cells)
            if (row, column) not in covered
        )

"""Write the PDF, Word and Excel files of the sample corpus from their Markdown sources.

Run as ``python -m tools.make_sample`` or ``python tools/make_sample.py``; ``--check`` writes nothing and
fails when a file on disk differs from what would be written.
"""

import argparse
import datetime as dt
import io
import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import yaml
from docx.shared import Pt
from markdown_it import MarkdownIt
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import ListFlowable, LongTable, PageBreak, Paragraph, SimpleDocTemplate, TableStyle

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sample_sources"
SAMPLE = HERE.parent / "corpus" / "sample"
ZIP_TIME = (2026, 1, 1, 0, 0, 0)
NUMBER = re.compile(r"-?\d+(\.\d+)?")
WORD_STYLES = {"paragraph": "Normal", "bullet_list": "List Bullet", "ordered_list": "List Number"}


@dataclass
class Block:
    """One block of a source: its texts (one, or one for each list item) or its table rows; "hr" breaks the page."""

    kind: str
    level: int
    texts: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class About:
    """What the manifest says about a file, as far as headers and footers need it."""

    title: str
    effective: dt.datetime
    publisher: str

    @property
    def dated(self) -> str:
        """The effective date as printed in the footer."""
        return f"Effective from {self.effective.day} {self.effective:%B %Y}"


def parse(markdown: str) -> list[Block]:
    """Split a source into blocks; the sources use no inline marks, so text is taken as it stands."""
    blocks: list[Block] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.level == 0 and not token.type.endswith("_close"):
            blocks.append(Block(token.type.removesuffix("_open"), int(token.tag[1]) if token.tag[1:].isdigit() else 0))
        elif token.type == "tr_open":
            blocks[-1].rows.append([])
        elif token.type == "inline":
            texts = blocks[-1].rows[-1] if blocks[-1].kind == "table" else blocks[-1].texts
            texts.append(" ".join(token.content.split()))
    return blocks


def flowables(blocks: Sequence[Block], width: float) -> list[Any]:
    """Turn blocks into what the page layout places."""
    body = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13.5, spaceAfter=6)
    cell = ParagraphStyle("cell", parent=body, fontSize=9, leading=11, spaceAfter=0)
    head = ParagraphStyle("head", parent=cell, fontName="Helvetica-Bold")
    title = ParagraphStyle("title", parent=head, fontSize=17, leading=22, spaceAfter=4)
    heading = ParagraphStyle("heading", parent=title, fontSize=12, leading=15, spaceBefore=8, keepWithNext=1)
    lines = TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey)])
    out: list[Any] = []
    for block in blocks:
        if block.kind == "hr":
            out.append(PageBreak())
        elif block.kind == "table":
            cells = [[Paragraph(escape(t), cell if n else head) for t in row] for n, row in enumerate(block.rows)]
            longest = [max(12, *map(len, column)) for column in zip(*block.rows, strict=True)]
            widths = [width * n / sum(longest) for n in longest]
            out.append(LongTable(cells, colWidths=widths, style=lines, repeatRows=1, spaceBefore=2, spaceAfter=8))
        elif block.kind in ("bullet_list", "ordered_list"):
            kind = "bullet" if block.kind == "bullet_list" else "1"
            out.append(ListFlowable([Paragraph(escape(t), body) for t in block.texts], bulletType=kind, leftIndent=14))
        else:
            style = body if block.kind == "paragraph" else title if block.level == 1 else heading
            out.append(Paragraph(escape(block.texts[0]), style))
    return out


def make_pdf(blocks: Sequence[Block], about: About) -> bytes:
    """Render a PDF, uncompressed because compressed bytes differ between builds of the compression library."""
    pages = 0

    def furnish(canvas: Any, template: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(20 * mm, A4[1] - 12 * mm, f"{about.publisher} | {about.title}")
        canvas.drawString(20 * mm, 10 * mm, about.dated)
        canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, f"Page {template.page} of {pages}")

    # The first pass only counts the pages for the footer of the second.
    for _ in range(2):
        buffer = io.BytesIO()
        template = SimpleDocTemplate(
            buffer, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
            title=about.title, author=about.publisher, lang="en", invariant=1, pageCompression=0,
        )  # fmt: skip
        template.build(flowables(blocks, template.width), onFirstPage=furnish, onLaterPages=furnish)
        pages = template.page
    return buffer.getvalue()


def bare_document() -> Any:
    """Return an empty Word document without the parts of the template that only make the files large."""
    document = docx.Document()
    for style in list(document.styles):
        if style.element.type.name == "TABLE" and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for part in (document.part, document.part.package):
        for key in [k for k, rel in part.rels.items() if rel.reltype.endswith(("stylesWithEffects", "thumbnail"))]:
            del part.rels[key]
    return document


def make_docx(blocks: Sequence[Block], about: About) -> bytes:
    """Render a Word document with real headings, lists and tables."""
    document = bare_document()
    document.styles["Normal"].font.size = Pt(11)
    core = document.core_properties
    core.title, core.author, core.comments = about.title, about.publisher, ""
    core.created = core.modified = about.effective
    document.sections[0].header.paragraphs[0].text = f"{about.publisher} | {about.title}"
    document.sections[0].footer.paragraphs[0].text = about.dated
    for block in blocks:
        if block.kind == "heading":
            document.add_heading(block.texts[0], block.level)
        elif block.kind == "table":
            table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
            for row, texts in zip(table.rows, block.rows, strict=True):
                for place, text in zip(row.cells, texts, strict=True):
                    place.text = text
        else:
            for text in block.texts:
                document.add_paragraph(text, style=WORD_STYLES[block.kind])
    return packed(document, about.effective)


def make_xlsx(blocks: Sequence[Block], about: About) -> bytes:
    """Render a workbook: every heading begins a sheet, numbers become number cells."""
    book = Workbook()
    del book["Sheet"]
    book.properties.title, book.properties.creator = about.title, about.publisher
    book.properties.created = about.effective
    for heading, table in zip(blocks[::2], blocks[1::2], strict=True):
        sheet = book.create_sheet(heading.texts[0])
        for row in table.rows:
            sheet.append([(float(t) if "." in t else int(t)) if NUMBER.fullmatch(t) else t for t in row])
        for n, column in enumerate(zip(*table.rows, strict=True), start=1):
            sheet.cell(1, n).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(n)].width = max(map(len, column)) + 2
        sheet.freeze_panes = "A2"
    return packed(book, about.effective)


def packed(office: Any, stamp: dt.datetime) -> bytes:
    """Save an office file with fixed times and no compression, so that its bytes depend on the content alone."""
    saved, buffer = io.BytesIO(), io.BytesIO()
    office.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                # The spreadsheet library overwrites the time of change while saving.
                content = re.sub(rb"(?<=W3CDTF\">)[^<]+", f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.create_system = 0
            new.writestr(entry, content)
    return buffer.getvalue()


MAKERS = {".pdf": make_pdf, ".docx": make_docx, ".xlsx": make_xlsx}


def render_all() -> dict[str, bytes]:
    """Return the content of every generated file by its path in the sample folder."""
    manifest = yaml.safe_load((SAMPLE / "manifest.yaml").read_text(encoding="utf-8"))
    entries = {entry["file"]: entry for entry in manifest["documents"]}
    rendered: dict[str, bytes] = {}
    for source in sorted(SOURCES.rglob("*.md")):
        path = source.relative_to(SOURCES).with_suffix("")
        entry = entries[path.as_posix()]
        effective = dt.datetime.combine(entry["effective_from"], dt.time())
        publisher = "Harbourline Insurance" if path.parts[0] == "insurance" else "Harbourline Bank"
        blocks = parse(source.read_text(encoding="utf-8"))
        rendered[path.as_posix()] = MAKERS[path.suffix](blocks, About(entry["title"], effective, publisher))
    return rendered


def differing_files() -> list[str]:
    """Name the generated files that are missing or out of date on disk."""
    return [p for p, data in render_all().items() if not (SAMPLE / p).is_file() or (SAMPLE / p).read_bytes() != data]


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files, or with ``--check`` only compare them."""
    parser = argparse.ArgumentParser(description="Write the PDF, Word and Excel files of the sample corpus.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if any file differs")
    if parser.parse_args(argv).check:
        differing = differing_files()
        print("\n".join(f"differs: {path}" for path in differing) or "all files are up to date")
        return 1 if differing else 0
    for path, data in render_all().items():
        (SAMPLE / path).parent.mkdir(parents=True, exist_ok=True)
        (SAMPLE / path).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

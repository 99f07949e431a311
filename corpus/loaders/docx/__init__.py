"""DOCX: paragraphs, lists, notes and tables in their order."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import OpcError
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.docx.formulas import FORMULAS, formula
from corpus.loaders.docx.numbering import Numbering
from corpus.loaders.docx.parts import inside
from corpus.loaders.docx.styles import Styles, is_on
from corpus.loaders.docx.tables import grid_of
from corpus.loaders.docx.text import Text, boxes, style_of
from corpus.loaders.embedded import EMBEDDED, kind_of_bytes
from corpus.loaders.left_out import left_out_warning
from corpus.loaders.limits import Limits, check_zip

# python-docx knows documents without macros only; those with them differ in nothing that is read.
PartFactory.part_type_for["application/vnd.ms-word.document.macroEnabled.main+xml"] = DocumentPart

# What headers and footers of any document hold: page numbers, dates, and marks of secrecy.
_FURNITURE = re.compile(
    r"\W*(?:(?:page|seite|p\.)?\W*\d*\W*(?:of|von|/)?\W*\d*|strictly confidential|confidential|internal(?: use only)?"
    r"|draft|version\s[\d.]+|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})\W*",
    re.IGNORECASE,
)


def load_docx(path: Path, limits: Limits) -> Content:
    """Headings by paragraph style; a document has no pages until it is printed, so all of it is page 1."""
    warnings = check_zip(path, limits, "word/document.xml")
    try:
        document = Package.open(str(path)).main_document_part.document
        reader = _Reader(document, limits)
        reader.read()
        page = reader.builder.page(1)
        named = clean(document.core_properties.title or "")
    except (OpcError, BadZipFile, XMLSyntaxError, KeyError, ValueError) as error:
        raise Unreadable("its contents are damaged: open it in a word processor and save it again") from error
    first = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    warnings = (*warnings, *left_out_warning(reader.left_out()))
    return Content(first or named or None, (page,), warnings=warnings)


class _Reader:
    """Reads one document into a page."""

    def __init__(self, document: Any, limits: Limits) -> None:
        self.builder = PageBuilder()
        self._document, self._limits = document, limits
        self._styles = Styles.of(document)
        self._text = Text(self._styles)
        self._numbering = Numbering.of(document)
        # Kept by their ids, as the library looks through all styles each time.
        self._style = functools.cache(lambda name: document.part.get_style(name, WD_STYLE_TYPE.PARAGRAPH))
        self._notes = _notes(document)
        self._noted = 0

    def read(self) -> None:
        running = Text(self._styles)  # what notes it would count aren't those of the text
        for line in _running(self._document, running):
            self.builder.add(Kind.PARAGRAPH, line)
        self._text.left_out += running.left_out
        for part in _parts(self._document.element.body):
            self._add(part)

    def left_out(self) -> Counter[str]:
        """What isn't read, by the names of `corpus.loaders.left_out`."""
        return self._text.left_out + _embedded(self._document)

    def _add(self, part: Any) -> None:
        """A paragraph or table, what stands in its text boxes, and the notes that it refers to."""
        if part.tag == qn("w:tbl"):
            self.builder.grid(grid_of(part, self._text, self._limits))
            for paragraph in part.iter(qn("w:p")):  # numbers in cells aren't read, but counted
                self._number(paragraph)
        elif part.tag in FORMULAS:
            self.builder.add(Kind.PARAGRAPH, formula(part))
        else:
            self._add_paragraph(part)
        for box in boxes(part):
            for inner in _parts(box):
                self._add(inner)
        while self._noted < len(self._text.notes):
            note = self._notes.get(self._text.notes[self._noted])
            self._noted += 1
            if note is not None:
                self.builder.add(Kind.PARAGRAPH, f"Note {self._noted}: {clean(self._text.of(note))}")

    def _add_paragraph(self, paragraph: Any) -> None:
        found = self._style(style_of(paragraph))
        style = (found.name if found else None) or ""
        text = clean(self._text.of(paragraph))
        number = self._number(paragraph)
        numbered = f"{number} {text}" if number and text else text
        if style == "Title":
            self.builder.add(Kind.HEADING, text, level=1)
        elif heading := re.fullmatch(r"[Hh]eading (\d)", style):
            self.builder.add(Kind.HEADING, numbered, level=int(heading[1]))
        elif number:
            self.builder.add(Kind.ITEM, numbered)
        elif number == "" or style.startswith("List"):
            self.builder.add(Kind.ITEM, f"- {text}" if text else "")
        else:
            self.builder.add(Kind.PARAGRAPH, text)

    def _number(self, paragraph: Any) -> str | None:
        """The number before a paragraph; none is counted before one that isn't shown."""
        mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        is_gone = mark is not None and (mark.find(qn("w:del")) is not None or is_on(mark.find(qn("w:vanish"))))
        if is_gone or style_of(paragraph) in self._styles.hidden:
            return None
        style = self._style(style_of(paragraph))
        return self._numbering.number(paragraph, style.style_id if style else None)


def _parts(element: Any) -> Iterator[Any]:
    """Paragraphs, tables and formulas that stand by themselves, in order."""
    return inside(element, qn("w:p"), qn("w:tbl"), *FORMULAS)


def _notes(document: Any) -> dict[str, Any]:
    """Footnotes by their ids, and endnotes by theirs after an "e"."""
    notes = {}
    for relation in document.part.rels.values():
        for kind, mark in (("footnote", ""), ("endnote", "e")):
            if relation.reltype.endswith(f"/{kind}s"):
                for note in parse_xml(relation.target_part.blob).iterfind(qn(f"w:{kind}")):
                    notes[mark + note.get(qn("w:id"), "")] = note
    return notes


def _embedded(document: Any) -> Counter[str]:
    """The objects of other programs in a document."""
    kinds: Counter[str] = Counter()
    for relation in document.part.rels.values():
        if relation.reltype.rpartition("/")[2] in EMBEDDED:
            kinds["embedded" if relation.is_external else kind_of_bytes(relation.target_part.blob)] += 1
    return kinds


def _running(document: Any, text: Text) -> Iterator[str]:
    """What headers and footers say beside page numbers, dates and the like, each once, and on what pages."""
    said: dict[str, str] = {}
    read: dict[Any, list[str]] = {}  # several sections may have the same part
    title = clean(document.core_properties.title or "")
    for kind, pages in _shown_on(document):
        linked = list(_linked(document, kind))
        for part in linked:
            if part not in read:
                read[part] = [clean(text.of(line)) for line in part.element.iter(qn("w:p"))]
        for line in (line for part in linked for line in read[part]):
            if len(line.split()) > 2 and line != title and not _FURNITURE.fullmatch(line):
                said.setdefault(line, pages if all(line in read[part] for part in linked) else "On some pages")
    for line, pages in said.items():
        yield f"{pages}: {line}"


def _shown_on(document: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Kinds of headers and footers that are shown, and on what pages; first and even pages needn't have their own."""
    sections = list(document.element.iter(qn("w:sectPr")))
    kinds = {"default": "On every page"}
    if any(is_on(section.find(qn("w:titlePg"))) for section in sections):
        kinds["first"] = "On the first page"
    if is_on(document.settings.element.find(qn("w:evenAndOddHeaders"))):
        kinds["even"] = "On even pages"
    for kind, pages in kinds.items():
        yield ("w:headerReference", kind), pages
        yield ("w:footerReference", kind), pages


def _linked(document: Any, kind: tuple[str, str]) -> Iterator[Any]:
    """The parts that are headers or footers of that kind in a section."""
    for link in document.element.iter(qn(kind[0])):
        relation = document.part.rels.get(link.get(qn("r:id")))
        if relation is not None and link.get(qn("w:type"), "default") == kind[1]:
            yield relation.target_part

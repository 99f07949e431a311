"""DOCX: paragraphs, lists, notes and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.docx.numbering import Numbering
from corpus.loaders.docx.tables import grid_of
from corpus.loaders.docx.text import HIDING, Text, boxes, is_on
from corpus.loaders.limits import Limits, check_zip

# python-docx knows documents without macros only; those with them differ in nothing that is read.
PartFactory.part_type_for["application/vnd.ms-word.document.macroEnabled.main+xml"] = DocumentPart

_MOST_STYLES = 20  # that one is based on, one on the other
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
    return Content(first or named or None, (page,), warnings=warnings)


class _Reader:
    """Reads one document into a page."""

    def __init__(self, document: Any, limits: Limits) -> None:
        self.builder = PageBuilder()
        self._document, self._limits = document, limits
        self._styles = _styles(document, *HIDING), _styles(document, "w:vertAlign", value="superscript")
        self._text = Text(*self._styles)
        self._numbering = Numbering.of(document)
        self._notes = _notes(document)
        self._noted = 0

    def read(self) -> None:
        for line in _running(self._document, Text(*self._styles)):
            self.builder.add(Kind.PARAGRAPH, line)
        for part in _parts(self._document.element.body):
            self._add(part)

    def _add(self, part: Any) -> None:
        """A paragraph or table, what stands in its text boxes, and the notes that it refers to."""
        if part.tag == qn("w:tbl"):
            self.builder.grid(grid_of(part, self._text, self._limits))
            for paragraph in part.iter(qn("w:p")):  # numbers in cells aren't read, but counted
                self._number(Paragraph(paragraph, self._document))
        else:
            self._add_paragraph(Paragraph(part, self._document))
        for box in boxes(part):
            for inner in _parts(box):
                self._add(inner)
        while self._noted < len(self._text.notes):
            note = self._notes.get(self._text.notes[self._noted])
            self._noted += 1
            if note is not None:
                self.builder.add(Kind.PARAGRAPH, f"Note {self._noted}: {clean(self._text.of(note))}")

    def _add_paragraph(self, paragraph: Paragraph) -> None:
        style = (paragraph.style.name if paragraph.style else None) or ""
        text = clean(self._text.of(paragraph._p))
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

    def _number(self, paragraph: Paragraph) -> str | None:
        """The number before a paragraph; none is counted before one that isn't shown."""
        mark = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if mark is not None and (mark.find(qn("w:del")) is not None or is_on(mark.find(qn("w:vanish")))):
            return None
        if self._text.is_hidden_by_style(paragraph._p):
            return None
        return self._numbering.number(paragraph._p, paragraph.style.style_id if paragraph.style else None)


def _parts(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls and in what was inserted with changes tracked."""
    for child in element:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
            yield from _parts(child)


def _styles(document: Any, *names: str, value: str | None = None) -> frozenset[str | None]:
    """The ids of styles with one of these properties of text, on or of this value, also where it comes of the style
    that they are based on. None is among them where the style of paragraphs that name none is."""
    own: dict[str | None, bool | None] = {}
    based: dict[str | None, str | None] = {}
    for style in document.styles.element.iterfind(qn("w:style")):
        switches = [style.find(f"{qn('w:rPr')}/{qn(name)}") for name in names]
        said = [
            switch.get(qn("w:val")) == value if value else is_on(switch) for switch in switches if switch is not None
        ]
        above = style.find(qn("w:basedOn"))
        is_default = style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")
        for name in (style.get(qn("w:styleId")), *([None] if is_default else [])):
            own[name] = any(said) if said else None
            based[name] = None if above is None else above.get(qn("w:val"))
    return frozenset(name for name in own if _inherited(name, own, based))


def _inherited(name: str | None, own: dict[str | None, bool | None], based: dict[str | None, str | None]) -> bool:
    for _ in range(_MOST_STYLES):  # they may be based on each other in a circle
        said = own.get(name)
        if said is not None or based.get(name) is None:
            return bool(said)
        name = based[name]
    return False


def _notes(document: Any) -> dict[str, Any]:
    """Footnotes by their ids, and endnotes by theirs after an "e"."""
    notes = {}
    for relation in document.part.rels.values():
        for kind, mark in (("footnote", ""), ("endnote", "e")):
            if relation.reltype.endswith(f"/{kind}s"):
                for note in parse_xml(relation.target_part.blob).iterfind(qn(f"w:{kind}")):
                    notes[mark + note.get(qn("w:id"), "")] = note
    return notes


def _running(document: Any, text: Text) -> Iterator[str]:
    """What headers and footers say beside page numbers, dates and the like, each once, and on what pages."""
    said: dict[str, str] = {}
    title = clean(document.core_properties.title or "")
    for kind, pages in _shown_on(document):
        parts = [[clean(text.of(line)) for line in part.element.iter(qn("w:p"))] for part in _linked(document, kind)]
        for line in (line for part in parts for line in part):
            if len(line.split()) > 2 and line != title and not _FURNITURE.fullmatch(line):
                said.setdefault(line, pages if all(line in part for part in parts) else "On some pages")
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

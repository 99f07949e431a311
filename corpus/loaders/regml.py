"""RegML, the XML in which the CFPB publishes its regulations: https://github.com/cfpb/regulations-schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits

# Deeper than this a document isn't nested; what is would exhaust the stack.
DEEPEST = 60
# Levels of headings: part (of the document's own title), subpart or appendix, section, and paragraphs below it.
CHAPTER, SECTION, PARAGRAPH = 1, 2, 3


def load_xml(path: Path, limits: Limits) -> Content:
    """A regulation with its appendices and official interpretations; tables of contents are left out, and so is the
    discussion of notices (`analysis`), which is no rule.

    Every paragraph that has others below it is a heading that cites it in full, such as ``§ 1005.11(c)(2)``, so that
    the heading path of a passage says which paragraph it is. Interpretations cite what they interpret.
    """
    root = _parse(path)
    if _tag(root) != "regulation":
        raise Unreadable(
            f"its root is <{_tag(root)}>, and of XML only RegML (<regulation>) is read: convert it to HTML"
        )
    builder = PageBuilder()
    for part in _children(root, "part"):
        for content in _children(part, "content"):
            _add_all(builder, content, 0)
    return Content(_title(root), (builder.page(1),), effective_from=_date(root))


def _title(root: Element) -> str | None:
    number, letter = _text_at(root, "preamble/cfr/section"), _text_at(root, "preamble/regLetter")
    if not number:
        return None
    regulation = f", Regulation {letter}" if letter else ""
    return f"{_text_at(root, 'preamble/cfr/title')} CFR {number}{regulation}: {_text_at(root, 'fdsys/title').title()}"


def _parse(path: Path) -> Element:
    # No entity is expanded and nothing is loaded from elsewhere: neither files (XXE) nor laughs by the billion come in.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise Unreadable("its elements or entities are nested too deeply to be a document") from error
        raise Unreadable(f"it is not well-formed XML (line {error.lineno}): export it again") from error
    if tree.docinfo.internalDTD is not None and any(True for _ in tree.docinfo.internalDTD.iterentities()):
        raise Unreadable("it defines entities of its own, which are not expanded: save it without them")
    return tree.getroot()


def _add_all(builder: PageBuilder, element: Element, depth: int) -> None:
    if depth > DEEPEST:
        raise Unreadable("its elements are nested too deeply to be a document")
    for child in _children(element):
        match _tag(child):
            case "subpart" | "appendix" | "interpretations":
                _heading(builder, child, CHAPTER)
                _add_all(builder, child, depth + 1)
            case "section" | "appendixSection" | "interpSection":
                _heading(builder, child, SECTION)
                _add_all(builder, child, depth + 1)
            case "content":
                _add_all(builder, child, depth + 1)
    _add_paragraphs(builder, element, 0, depth)


def _heading(builder: PageBuilder, element: Element, level: int) -> None:
    name = next((_text(child) for child in _children(element, "title", "subject", "appendixTitle")), "")
    letter = element.get("subpartLetter")
    if letter and not name.lower().startswith("subpart"):
        name = f"Subpart {letter}—{name}"
    builder.add(Kind.HEADING, name, level=level)


def _add_paragraphs(builder: PageBuilder, element: Element, below: int, depth: int) -> None:
    """The paragraphs in ``element``, which lies ``below`` other paragraphs.

    Where one of them has paragraphs below it, all become headings: otherwise its neighbours would seem to be part of
    it.
    """
    if depth > DEEPEST:
        raise Unreadable("its elements are nested too deeply to be a document")
    paragraphs = _children(element, "paragraph", "interpParagraph")
    nested = any(_children(paragraph, "paragraph", "interpParagraph") for paragraph in paragraphs)
    for paragraph in paragraphs:
        marker = paragraph.get("marker") or ""
        title = next((_text(child) for child in _children(paragraph, "title")), "")
        text = clean(" ".join("".join(_pieces(content)) for content in _children(paragraph, "content")))
        interprets = marker == "Interp"
        cited = _citation(paragraph.get("target" if interprets else "label"))
        if interprets and title:
            of = f"Official interpretation of {cited}: " if cited else "Official interpretation: "
            builder.add(Kind.HEADING, of + title, level=PARAGRAPH + below)
            builder.add(Kind.PARAGRAPH, text)
        elif nested and cited:
            builder.add(Kind.HEADING, f"{cited} {title}", level=PARAGRAPH + below)
            builder.add(Kind.PARAGRAPH, f"{marker} {text}" if text else "")
        else:
            kind = Kind.ITEM if marker and not interprets else Kind.PARAGRAPH
            builder.add(kind, " ".join(filter(None, ("" if interprets else marker, title, text))))
        _tables(builder, paragraph)
        _add_paragraphs(builder, paragraph, below + 1, depth + 1)


def _tables(builder: PageBuilder, element: Element) -> None:
    for content in _children(element, "content"):
        for table in _children(content, "table"):
            header = [_text(column) for column in table.iter("{*}column")]
            rows = [[_text(cell) for cell in _children(row, "cell")] for row in table.iter("{*}row")]
            builder.table([header, *rows], headed=any(header) or None)


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in _children(element):
        tag = _tag(child)
        if tag == "graphic":
            yield " ".join(_text(text) for text in _children(child, "altText"))
        elif tag != "table":
            yield from _pieces(child)
        yield child.tail or ""


def _citation(label: str | None) -> str:
    """``1005-11-c-2-i`` as lawyers write it: § 1005.11(c)(2)(i). Empty for labels that are no paragraph's."""
    found = re.fullmatch(r"(\d+)-(\d+[a-z]?)((?:-(?!p\d)[0-9A-Za-z]{1,5})*)", label or "")
    if not found or "Interp" in found[3]:
        return ""
    return f"§ {found[1]}.{found[2]}" + "".join(f"({part})" for part in found[3].split("-")[1:])


def _date(root: Element) -> date | None:
    try:
        return date.fromisoformat(_text_at(root, "preamble/effectiveDate"))
    except ValueError:
        return None


def _text_at(root: Element, path: str) -> str:
    found = root.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return _text(found) if found is not None else ""


def _text(element: Element) -> str:
    return clean("".join(element.itertext()))


def _children(element: Element, *tags: str) -> list[Element]:
    # Comments and processing instructions have a function for a tag.
    return [child for child in element if isinstance(child.tag, str) and (not tags or _tag(child) in tags)]


def _tag(element: Element) -> str:
    return etree.QName(element).localname

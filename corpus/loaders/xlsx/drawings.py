"""What lies on a sheet beside its cells: text boxes are read; comments, charts and embedded objects are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from lxml import etree
from openpyxl.packaging.relationship import get_dependents, get_rels_path

from corpus.loaders.embedded import EMBEDDED, kind_of_embedded
from corpus.raised import raised

_STRUCK = ("sngStrike", "dblStrike")


def text_boxes(archive: ZipFile, sheet_path: str, left_out: Counter[str], hidden: bool) -> Iterator[str]:
    """The paragraphs of a sheet's text boxes; adds the numbers of its comments, charts and embedded objects to
    ``left_out``."""
    names = set(archive.namelist())
    links: str = get_rels_path(sheet_path)  # type: ignore[no-untyped-call]
    if links not in names:
        return
    for link in get_dependents(archive, links):
        kind = link.Type.rpartition("/")[2]
        if kind in EMBEDDED:
            left_out[kind_of_embedded(archive, link.target)] += 1
        if kind not in ("comments", "drawing") or link.target not in names:
            continue
        with archive.open(link.target) as source:
            root = etree.parse(source, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        if kind == "comments":
            left_out["comment"] += len(root.findall(".//{*}comment"))
        else:
            left_out["chart"] += len(root.findall(".//{*}graphicFrame"))
            for shape in root.iter("{*}sp"):
                properties = shape.find(".//{*}cNvPr")
                if hidden or properties is None or properties.get("hidden") not in ("1", "true"):
                    yield from _paragraphs(shape, left_out)
                else:
                    left_out["hidden"] += any((text.text or "").strip() for text in shape.iter("{*}t"))


def _paragraphs(shape: Any, left_out: Counter[str]) -> Iterator[str]:
    for paragraph in shape.iterfind("{*}txBody/{*}p"):
        text = ""
        for run in paragraph.iter("{*}r", "{*}br", "{*}fld"):
            font = run.find("{*}rPr")
            words = run.findtext("{*}t") or " "
            if font is not None and font.get("strike") in _STRUCK:
                left_out["struck"] += bool(words.strip())
                continue
            text += raised(text, words) if font is not None and _is_raised(font) else words
        yield text


def _is_raised(font: Any) -> bool:
    return font.get("baseline", "0").rstrip("%").isdecimal() and int(font.get("baseline", "0").rstrip("%")) > 0

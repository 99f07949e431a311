"""What a workbook holds that its copy lacks: the library that writes it drops what it doesn't know."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# What a part is, by its name; the first that matches counts, and "" isn't named, as every program makes it anew.
_PARTS = [
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"_rels/|^docProps/|^\[Content_Types\]|calcChain|sharedStrings|styles\.xml|theme/|xl/workbook\.xml|metadata",
            "",
        ),
        (
            r"vmlDrawing|commentsDrawing|drawings/drawing|persons/|pivotCache|slicerCaches|timelineCaches|itemProps|Drawing",
            "",
        ),
        (r"activeX|ctrlProps", "form controls"),
        (r"charts/chartEx", "charts of newer kinds"),
        (r"charts/(?:colors|style)", "colours and styles of charts"),
        (r"charts/chart", "charts"),
        (r"threadedComments", "threads of comments"),
        (r"xl/(?:comments/)?comments?\d*\.xml", "comments"),
        (r"connections", "data connections"),
        (r"^customXml/", "custom XML"),
        (r"diagrams/", "diagrams"),
        (r"embeddings/", "embedded files"),
        (r"externalLinks/", "links to other workbooks"),
        (r"media/", "pictures"),
        (r"pivotTables/", "pivot tables"),
        (r"printerSettings", "printer settings"),
        (r"queryTables/", "data queries"),
        (r"slicers/", "slicers"),
        (r"tables/", "tables"),
        (r"timelines/", "timelines"),
        (r"vbaProject", "macros"),
        (r"worksheets/|chartsheets/", "sheets"),
        (r"^_xmlsignatures", "signatures"),
        (r"", "parts of unknown kinds"),
    )
]
_DRAWN = re.compile(rb"<(?:\w+:)?(sp|cxnSp|grpSp)[\s>/]")
_SHAPES = {b"sp": "text boxes and shapes", b"cxnSp": "lines between shapes", b"grpSp": "groups of shapes"}
_ON_SHEETS = re.compile(rb"<(oleObject|picture|customSheetView|scenario|rPh)[\s>/]")
_ELEMENTS = {
    b"oleObject": "embedded files",
    b"picture": "background pictures",
    b"customSheetView": "custom views",
    b"scenario": "scenarios",
    b"rPh": "phonetic readings",
}
# Extensions of a sheet, by the identities that Office gives them.
_EXTENSION = re.compile(rb"<ext\s[^>]*uri=\"\{([^}]*)\}")
_EXTENSIONS = {
    "05C60535-1F16-4FD2-B633-F4F36F0B64E0": "sparklines",
    "78C0D931-6437-407D-A8EE-F0AAD7539E65": "conditional formats of newer kinds",
    "CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF": "data validations of newer kinds",
    "A8765BA9-456A-4DAB-B4F3-ACF838C121DE": "slicers",
    "7E03D99C-DC04-49D9-9315-930204A7B6E9": "timelines",
}


def lacking(source: Path, copy: Path) -> list[str]:
    """What ``source`` has and ``copy`` has less of, in words, sorted. Both are XLSX."""
    had, has = Counter(_contents(source)), Counter(_contents(copy))
    return sorted(what for what, count in had.items() if has[what] < count)


def _contents(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if part := next(words for pattern, words in _PARTS if pattern.search(name)):
                yield part
            if name.startswith("xl/drawings/") and name.endswith(".xml"):
                yield from (_SHAPES[tag] for tag in _DRAWN.findall(archive.read(name)))
            elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = archive.read(name)
                yield from (_ELEMENTS[tag] for tag in _ON_SHEETS.findall(sheet))
                for identity in _EXTENSION.findall(sheet):
                    yield _EXTENSIONS.get(identity.decode().upper(), "extensions of a newer Office")

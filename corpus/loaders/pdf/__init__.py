"""PDF: print with its place and size, put together again to headings, paragraphs, items and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium

from corpus.content import Content, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits
from corpus.loaders.pdf.attached import attached, pins
from corpus.loaders.pdf.blocks import blocks
from corpus.loaders.pdf.columns import reading_order
from corpus.loaders.pdf.headings import Levels, heading_levels
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import Print, pieces
from corpus.loaders.pdf.recognised import Recognised, recognise
from corpus.loaders.pdf.ruled import printed_regions, underlined, with_ruled_tables
from corpus.loaders.pdf.running import without_running
from corpus.loaders.pdf.unread import Pictures, find_pictures, layers, struck_out, unread, unseen
from corpus.loaders.pdf.words import Words
from corpus.recognition import UNKNOWN, Recognition, reader


def load_pdf(path: Path, limits: Limits) -> Content:
    """Pages as printed, without the running headers and footers that they share."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("it is encrypted: save a copy without a password") from error
        raise Unreadable("it is not a PDF, or a damaged one: export it again") from error
    try:
        if len(document) > limits.pages:
            raise Unreadable(f"it has {len(document):,} pages, more than the {limits.pages:,} that are taken")
        printed, pinned = _printed(document)
        kept = without_running([page.pieces for page in printed])
        pictures = find_pictures(document, printed, kept)
        found = _recognised(document, printed, pictures, limits.ocr) if limits.ocr else None
        recognised = {at: page for at, page in (found or {}).items() if page.is_read}
        read = [recognised.get(at, page) for at, page in enumerate(printed)]
        if recognised:
            kept = without_running([page.pieces for page in read])
        warnings = (
            *unread(printed, pictures, found),
            *layers(printed),
            *unseen(printed),
            *struck_out(printed),
            *attached(document, pinned),
        )
        named = clean(document.get_metadata_value("Title"))
    except pdfium.PdfiumError as error:
        raise Unreadable("one of its pages is damaged: export it again") from error
    finally:
        document.close()
    pages = reading_order(
        [list(underlined(with_ruled_tables(page, at.rules), at.rules)) for page, at in zip(kept, read, strict=True)]
    )
    levels = heading_levels(pages)
    words = Words(region for page in pages for region in printed_regions(page))
    sure = {at: page.sure for at, page in recognised.items()}
    sure |= {at: UNKNOWN for at, page in enumerate(printed) if page.is_layer}
    content = tuple(
        replace(page, recognised=sure.get(page.number - 1)) for page in blocks(pages, levels, words, frozenset(sure))
    )
    title = (_title(pages[0], levels, words) if pages else None) or named or None
    return Content(title, content, paged=True, warnings=warnings)


def _printed(document: pdfium.PdfDocument) -> tuple[list[Print], int]:
    """What is printed on each page, and how many files are pinned to all of them. Opening a page takes time, so that is
    done once."""
    printed, pinned = [], 0
    for at in range(len(document)):
        page = document[at]
        printed.append(pieces(page))
        pinned += pins(page)
    return printed, pinned


def _recognised(
    document: pdfium.PdfDocument, printed: Sequence[Print], pictures: Pictures, recognition: Recognition
) -> dict[int, Recognised]:
    """What is recognised of the pages that are pictures, by their places."""
    places = sorted((*pictures.only, *pictures.mostly))
    if not places:
        return {}
    with reader(recognition) as api:
        return {at: recognise(api, document[at], printed[at]) for at in places}


_PART = re.compile(r"part \d", re.IGNORECASE)


def _title(regions: Sequence[Sequence[Line]], levels: Levels, words: Words) -> str | None:
    """The largest heading of the first page, whose ``regions`` these are, with all its lines.

    Of several of that size it is the one that names a part of a code of law, or else the first with those under it.
    """
    found = [
        region[start : start + levels[0, at, start][0]]
        for at, region in enumerate(regions)
        for start in range(len(region))
        if (0, at, start) in levels
    ]
    largest = max((lines[0].height for lines in found), default=0.0)
    large = [lines for lines in found if lines[0].height > 0.92 * largest]
    parts = [lines for lines in large if _PART.match(lines[0].text)]
    if parts:
        large = parts[-1:]
    title = list(large[0]) if large else []
    for lines in large[1:]:
        if not 0 < title[-1].y - lines[0].y < 3.5 * largest:
            break
        title.extend(lines)
    return clean(words.join(line.text for line in title)) or None

"""Warnings of what a PDF shows and its text doesn't say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.loaders.pdf.drawn import picture_share
from corpus.loaders.pdf.pieces import Piece, Print

_ACROSS = 40  # characters set sideways that are more than a mark in the margin or a chart's label
_NAMED = 12  # pages that a warning names

# Beside at most so many characters, a picture over such a share of the page holds what the page says.
_PICTURES = (60, 0.05), (400, 0.5)


def unread(document: pdfium.PdfDocument, printed: Sequence[Print], kept: Sequence[Sequence[Piece]]) -> Iterator[str]:
    """Clauses on pictures and on print set sideways. ``kept`` are the pieces of each page but its head and foot."""
    empty = [at for at, page in enumerate(printed) if not page.pieces and _shows_something(document[at])]
    if empty:
        yield (
            f"{len(empty)} of {len(printed)} pages hold no text, only pictures ({_pages(empty)}): "
            "scanned pages need text recognition first"
        )
    pictures = [
        at
        for at, (page, pieces) in enumerate(zip(printed, kept, strict=True))
        if page.pieces and _is_picture(document, at, sum(len(piece.text) for piece in pieces))
    ]
    if pictures:
        shows = "shows a picture and hardly any text" if len(pictures) == 1 else "show pictures and hardly any text"
        yield f"{_pages(pictures)} {shows}: what a picture says isn't read without text recognition"
    across = [at for at, page in enumerate(printed) if page.sideways >= _ACROSS]
    if across:
        yield f"{_pages(across)} {'holds' if len(across) == 1 else 'hold'} text set sideways, which isn't read"


def unseen(printed: Sequence[Print]) -> Iterator[str]:
    """A clause on text that nobody sees."""
    places = [at for at, page in enumerate(printed) if page.unseen]
    if places:
        verb = "holds" if len(places) == 1 else "hold"
        yield f"{_pages(places)} {verb} text that isn't shown, which isn't read"


def _pages(places: Sequence[int]) -> str:
    """ "page 3", or "pages 1, 2 and 4", where the places count from 0."""
    numbers = [str(at + 1) for at in places[:_NAMED]]
    if len(places) == 1:
        return f"page {numbers[0]}"
    last = numbers.pop() if len(places) <= _NAMED else f"{len(places) - _NAMED} more"
    return f"pages {', '.join(numbers)} and {last}"


def _shows_something(page: pdfium.PdfPage) -> bool:
    return bool(raw.FPDFPage_CountObjects(page) > 0)


def _is_picture(document: pdfium.PdfDocument, at: int, characters: int) -> bool:
    """Whether what page ``at``, of so many ``characters``, says is in a picture."""
    least = next((share for most, share in _PICTURES if characters <= most), None)
    return least is not None and picture_share(document[at]) >= least

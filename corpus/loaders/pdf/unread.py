"""Warnings of what a PDF shows and its text doesn't say, and of what was only recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.loaders.pdf.drawn import picture_share
from corpus.loaders.pdf.pieces import Piece, Print
from corpus.loaders.pdf.recognised import Recognised

_ACROSS = 40  # characters set sideways that are more than a mark in the margin or a chart's label
_NAMED = 12  # pages that a warning names

_UNLESS = "unless text recognition is on (ingestion.ocr)"

# Beside at most so many characters, a picture over such a share of the page holds what the page says.
_PICTURES = (60, 0.05), (400, 0.5)


@dataclass(frozen=True)
class Pictures:
    """The places of pages that are ``only`` pictures, and of those that show one ``mostly``, beside hardly any text."""

    only: tuple[int, ...]
    mostly: tuple[int, ...]


def find_pictures(document: pdfium.PdfDocument, printed: Sequence[Print], kept: Sequence[Sequence[Piece]]) -> Pictures:
    """Which pages are pictures. ``kept`` are the pieces of each page but its head and foot."""
    only = [at for at, page in enumerate(printed) if not page.pieces and _shows_something(document[at])]
    mostly = [
        at
        for at, (page, pieces) in enumerate(zip(printed, kept, strict=True))
        if page.pieces and _is_picture(document, at, sum(len(piece.text) for piece in pieces))
    ]
    return Pictures(tuple(only), tuple(mostly))


def unread(printed: Sequence[Print], pictures: Pictures, found: Mapping[int, Recognised] | None) -> Iterator[str]:
    """Clauses on pictures and on print set sideways. ``found`` is what was recognised in the pictures; None where text
    recognition is off."""
    recognised = {at: page for at, page in (found or {}).items() if page.is_read}
    poor = {at: page.sure for at, page in (found or {}).items() if page.pieces and not page.is_read}
    done = {*recognised, *poor}
    if only := [at for at in pictures.only if at not in done]:
        why = f"scanned pages aren't read {_UNLESS}" if found is None else "nothing was recognised in them"
        yield f"{len(only)} of {len(printed)} pages hold no text, only pictures ({_pages(only)}): {why}"
    if mostly := [at for at in pictures.mostly if at not in done]:
        shows = "shows a picture and hardly any text" if len(mostly) == 1 else "show pictures and hardly any text"
        why = f"what a picture says isn't read {_UNLESS}" if found is None else "no more was recognised"
        yield f"{_pages(mostly)} {shows}: {why}"
    if poor:
        at_best = f"{100 * max(poor.values()):.0f} % sure at best"
        yield f"{_pages(list(poor))} can't be recognised well enough to be read ({at_best})"
    if recognised:
        sure = min(page.sure for page in recognised.values())
        verb = "was recognised from a picture" if len(recognised) == 1 else "were recognised from pictures"
        yield f"{_pages(list(recognised))} {verb}, at least {100 * sure:.0f} % sure: compare figures with the original"
    across = [at for at, page in enumerate(printed) if recognised.get(at, page).sideways >= _ACROSS]
    if across:
        yield f"{_pages(across)} {'holds' if len(across) == 1 else 'hold'} text set sideways, which isn't read"


def layers(printed: Sequence[Print]) -> Iterator[str]:
    """A clause on text that another program recognised."""
    places = [at for at, page in enumerate(printed) if page.is_layer]
    if places:
        verb = "was recognised from a picture" if len(places) == 1 else "were recognised from pictures"
        yield f"{_pages(places)} {verb} by another program, not known how sure: compare figures with the original"


def struck_out(printed: Sequence[Print]) -> Iterator[str]:
    """A clause on text with a line through it."""
    places = [at for at, page in enumerate(printed) if page.struck]
    if places:
        verb = "holds" if len(places) == 1 else "hold"
        yield f"{_pages(places)} {verb} text that is struck out, which isn't read"


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

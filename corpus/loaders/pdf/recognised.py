"""Pages that are pictures, read by text recognition: their words become pieces of print like any others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.errors import Unreadable
from corpus.loaders.pdf.pieces import WIDE_GAP, Piece, Print, walled
from corpus.loaders.pdf.rules import Rules
from corpus.recognition import Word, words

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_DPI = 300  # what tesseract is trained for
_MOST_DRAWN = 40_000_000  # pixels of a page as it is drawn for recognition: A3 at 300 dpi has 17 million
_MOST_STORED = 100_000_000  # pixels of a page's pictures: A4 scanned at 600 dpi has 35 million
# Below it nothing is read. A photo or a stain comes to 0.3 to 0.5, a noisy scan of which words are lost to 0.65, and
# clear print to more than 0.9.
LEAST_SURE = 0.7
_QUARTERS = (0, 90, 270, 180)
_ROOM = 1.24  # what PDFium counts as a character's height, with the room above and below it, in tesseract's
_SAME_SIZE = 0.75, 1.3  # heights of lines in shares of the page's usual one that differ by their letters only


@dataclass(frozen=True)
class Recognised:
    """What was recognised of a page: its pieces, with those that the file prints, and how sure that is, 0 to 1: the
    mean of the words, each counted by its characters. There are none where nothing was found. ``sideways`` is how many
    characters stand across it and aren't among them. ``rules`` are the lines drawn around its pieces, where some of
    them are printed: else what is drawn may be letters."""

    pieces: list[Piece]
    sure: float = 0.0
    sideways: int = 0
    rules: Rules = field(default_factory=Rules)

    @property
    def is_read(self) -> bool:
        return bool(self.pieces) and self.sure >= LEAST_SURE


def recognise(api: PyTessBaseAPI, page: pdfium.PdfPage, printed: Print) -> Recognised:
    """Read a page as it is drawn, in the direction in which that goes best. What the file prints upright stays as it
    is; the rest comes from the picture. Raises `Unreadable` for pictures that would unpack to too much."""
    _check_pictures(page)
    best = Recognised([])
    for turned in _QUARTERS:
        is_upright = not turned and not page.get_rotation()
        found = _recognised(api, page, turned, printed if is_upright else Print([]))
        best = max(best, found, key=lambda each: each.sure)
        if best.is_read or not (found.pieces or found.sideways):
            break
    return best


def _check_pictures(page: pdfium.PdfPage) -> None:
    """Refuse what would fill the memory when it is drawn, by the size that it says it has."""
    pixels = 0
    for picture in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]):
        width, height = picture.get_px_size()
        pixels += width * height
    if pixels > _MOST_STORED:
        raise Unreadable(
            f"the pictures of one of its pages have {pixels:,} pixels, more than the {_MOST_STORED:,} that text is "
            "recognised in: save them smaller, or set ingestion.ocr to off"
        )


def _recognised(api: PyTessBaseAPI, page: pdfium.PdfPage, turned: int, printed: Print) -> Recognised:
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(_MOST_DRAWN / max(1.0, width * height)))
    bitmap = page.render(scale=scale, rotation=turned, grayscale=True, maybe_alpha=False)
    try:
        rows = bytes(bitmap.buffer)
        grey = b"".join(rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
        size = bitmap.width, bitmap.height
    finally:
        bitmap.close()
    west, south, _, _ = page.get_cropbox() if printed.pieces else (0.0, 0.0, 0.0, 0.0)
    view = _View(scale, size[1], west, south)
    found = [word for word in words(api, grey, *size, dpi=72 * scale) if not view.is_printed(word, printed.pieces)]
    level = [word for word in found if not word.is_across]
    characters, across = (sum(len(word.text) for word in part) for part in (level, found))
    across -= characters
    if characters <= across:
        return Recognised([], sideways=across)
    sure = sum(word.sure * len(word.text) for word in level) / characters
    rules = printed.rules if printed.pieces else Rules()
    return Recognised([*printed.pieces, *walled(view.pieces(level), rules)], round(sure, 4), across, rules)


@dataclass(frozen=True)
class _View:
    """From pixels of a drawn page to points from its lower left corner, which ``west`` and ``south`` are."""

    scale: float
    height: int
    west: float
    south: float

    def is_printed(self, word: Word, printed: Iterable[Piece]) -> bool:
        """Whether the middle of a word lies in a piece that the file prints."""
        x, y = self._x((word.left + word.right) / 2), self._y((word.top + word.bottom) / 2)
        return any(
            piece.left <= x <= piece.right and piece.y - 0.4 * piece.height <= y <= piece.y + piece.height
            for piece in printed
        )

    def pieces(self, found: Sequence[Word]) -> Iterator[Piece]:
        """Words as pieces, parted at wide gaps. Lines that lean as the whole page does are set straight, so that the
        cells of one row have one baseline."""
        lines = _lines(found)
        lean = median(_lean(line[0]) for line in lines)
        usual = median(line[0].height for line in lines for _ in line)
        for line in lines:
            height = line[0].height
            if _SAME_SIZE[0] * usual <= height <= _SAME_SIZE[1] * usual:
                height = usual
            yield from self._parts(line, lean, max(1.0, round(_ROOM * height / self.scale)))

    def _parts(self, line: Sequence[Word], lean: float, height: float) -> Iterator[Piece]:
        texts = [word.text for word in line]
        edges = tuple((self._x(word.left), self._x(word.right)) for word in line)
        x0, y0, x1, y1 = line[0].base
        y = self._y((y0 + y1) / 2 - lean * (x0 + x1) / 2)
        whole = Piece(" ".join(texts), edges[0][0], edges[-1][1], y, height, False, edges)
        yield from whole.split(WIDE_GAP * height)

    def _x(self, pixels: float) -> float:
        return self.west + pixels / self.scale

    def _y(self, pixels: float) -> float:
        return self.south + (self.height - pixels) / self.scale


def _lines(found: Iterable[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in found:
        # A word with a space in it would be two pieces' places for one.
        word = word._replace(text="".join(word.text.split()))
        if word.begins or not lines:
            lines.append([])
        lines[-1].append(word)
    return lines


def _lean(word: Word) -> float:
    """By how much a line goes down to the right."""
    x0, y0, x1, y1 = word.base
    return (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0

"""Text of a PDF that nobody sees: drawn in no colour, beside the page, or written down in place of what is drawn."""

from __future__ import annotations

import ctypes
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_STANDS_FOR = 3  # characters, as a ligature or a hyphen may be written down: a longer text is another text
_ACTUAL_TEXT = b"ActualText"
_UNKNOWN = re.compile("[\0\ufffd\ue000-\uf8ff\ufff0-\uffff]")
_ENCODINGS = (BOM_UTF16_BE, "utf-16-be"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF8, "utf-8")
_size = ctypes.c_ulong()
_size_at = ctypes.byref(_size)


@dataclass
class LeftOut:
    """What of a page isn't read: what lies outside of its edges ``page``, what is drawn in no colour where it
    ``has_invisible`` text, and print turned by quarters of a circle. ``unseen`` counts the first two; ``sideways`` says
    of each number of turns how far each of its characters stands from the page's edge."""

    page: tuple[float, float, float, float]
    has_invisible: bool
    unseen: int = 0
    sideways: dict[int, list[float]] = field(default_factory=dict)

    def is_beside(self, x: float, y: float) -> bool:
        west, south, east, north = self.page
        return not (west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1)


class StandIn(NamedTuple):
    """A text of a page, and the bytes of what its ``mark`` said in place of it."""

    text: raw.FPDF_PAGEOBJECT
    mark: raw.FPDF_PAGEOBJECTMARK
    said: bytes


def without_stand_ins(texts: Iterable[raw.FPDF_PAGEOBJECT]) -> list[StandIn]:
    """Make PDFium read what ``texts`` draw where the file gives another text for them, but for a few letters. To be
    called before the text of their page is read; gives what was taken away."""
    taken = []
    for text in texts:
        for at in range(raw.FPDFPageObj_CountMarks(text)):
            mark = raw.FPDFPageObj_GetMark(text, at)
            if raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, None, 0, _size_at) and _size.value:
                said = (ctypes.c_ubyte * _size.value)()
                raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, said, len(said), _size_at)
                if _is_another_text(bytes(said)):
                    raw.FPDFPageObjMark_RemoveParam(text, mark, _ACTUAL_TEXT)
                    taken.append(StandIn(text, mark, bytes(said)))
    return taken


def put_back(taken: Iterable[StandIn], page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> bool:
    """Put back what stood for text that a font doesn't tell; says whether there was any, so that the text of the page
    is to be read again."""
    unknown = [each for each in taken if not _read(each.text, text_page)]
    for text, mark, said in unknown:
        data = (ctypes.c_ubyte * len(said)).from_buffer_copy(said)
        raw.FPDFPageObjMark_SetBlobParam(page.pdf, text, mark, _ACTUAL_TEXT, data, len(said))
    return bool(unknown)


def _is_another_text(said: bytes) -> bool:
    encoding = next((name for mark, name in _ENCODINGS if said.startswith(mark)), "latin-1")
    text = said.decode(encoding, errors="replace").strip("\ufeff \0")
    return len(text) > _STANDS_FOR or any(map(str.isdigit, text))


def _read(text: raw.FPDF_PAGEOBJECT, text_page: pdfium.PdfTextPage) -> str:
    size = raw.FPDFTextObj_GetText(text, text_page, None, 0)
    read = (raw.FPDF_WCHAR * (size // 2 + 1))()
    raw.FPDFTextObj_GetText(text, text_page, read, size)
    return _UNKNOWN.sub("", bytes(read).decode("utf-16-le", errors="replace")).strip()


def has_invisible(texts: Iterable[raw.FPDF_PAGEOBJECT]) -> bool:
    """Whether one of ``texts`` is drawn in no colour."""
    return any(raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE for text in texts)


def is_invisible(text_page: raw.FPDF_TEXTPAGE, at: int) -> bool:
    """Whether a character of a page is drawn in no colour."""
    text = raw.FPDFText_GetTextObject(text_page, at)
    return bool(text) and raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE

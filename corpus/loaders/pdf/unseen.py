"""Text of a PDF that nobody sees: drawn in no colour, beside the page, or written down in place of what is drawn."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass, field

import pypdfium2.raw as raw

_STANDS_FOR = 3  # characters, as a ligature or a hyphen may be written down: a longer text is another text
_ACTUAL_TEXT = b"ActualText"


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


def read_as_drawn(texts: Iterable[raw.FPDF_PAGEOBJECT]) -> bool:
    """Make PDFium read what ``texts`` draw where the file gives another text for them, and say whether one is drawn in
    no colour. To be called before the text of their page is read."""
    has_invisible = False
    said, size = (raw.FPDF_WCHAR * 16)(), ctypes.c_ulong()
    said_size, size_at = ctypes.sizeof(said), ctypes.byref(size)
    for text in texts:
        if raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            has_invisible = True
        for at in range(raw.FPDFPageObj_CountMarks(text)):
            mark = raw.FPDFPageObj_GetMark(text, at)
            if raw.FPDFPageObjMark_GetParamStringValue(mark, _ACTUAL_TEXT, said, said_size, size_at):
                written = bytes(said)[: size.value].decode("utf-16-le", errors="replace").rstrip("\0")
                if size.value > 2 * (_STANDS_FOR + 1) or any(map(str.isdigit, written)):
                    raw.FPDFPageObjMark_RemoveParam(text, mark, _ACTUAL_TEXT)
    return has_invisible


def is_invisible(text_page: raw.FPDF_TEXTPAGE, at: int) -> bool:
    """Whether a character of a page is drawn in no colour."""
    text = raw.FPDFText_GetTextObject(text_page, at)
    return bool(text) and raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE

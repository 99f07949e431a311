"""What a PDF page draws: paths, texts and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_DEPTH = 4  # of drawings in drawings


class Drawn(NamedTuple):
    """The paths of a page, and its texts with those of the drawings on it."""

    paths: list[raw.FPDF_PAGEOBJECT]
    texts: list[raw.FPDF_PAGEOBJECT]


def drawn_on(page: pdfium.PdfPage) -> Drawn:
    # Some files draw each character by itself, so that this goes through as many objects.
    paths, texts = [], []
    for at in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, at)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            texts.append(item)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            paths.append(item)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            texts.extend(_texts_of(item, _DEPTH))
    return Drawn(paths, texts)


def _texts_of(drawing: raw.FPDF_PAGEOBJECT, depth: int) -> Iterator[raw.FPDF_PAGEOBJECT]:
    for at in range(raw.FPDFFormObj_CountObjects(drawing)):
        item = raw.FPDFFormObj_GetObject(drawing, at)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth:
            yield from _texts_of(item, depth - 1)


def picture_share(page: pdfium.PdfPage) -> float:
    """The share of the page that its pictures take, without what of them lies outside of it."""
    west, south, east, north = page.get_cropbox()
    taken = 0.0
    for picture in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        taken += max(0.0, min(right, east) - max(left, west)) * max(0.0, min(top, north) - max(bottom, south))
    return taken / max(1.0, (east - west) * (north - south))

"""The text of a paragraph as its reader sees it, with all tracked changes accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from corpus.content import clean
from corpus.loaders.docx.formulas import FORMULAS, formula
from corpus.loaders.docx.parts import ALTERNATIVES, chosen
from corpus.loaders.docx.styles import Styles
from corpus.raised import ends, raised

# What is never shown: what was deleted or moved elsewhere, codes of fields, and the reading aids above characters.
_UNSEEN = frozenset(
    qn(name) for name in ("w:del", "w:moveFrom", "w:delText", "w:instrText", "w:rt", "w:pPr", "w:rPr", "w:sdtPr")
)
_NOTES = {qn("w:footnoteReference"): "", qn("w:endnoteReference"): "e"}
_BOX = qn("w:txbxContent")


class Text:
    """What paragraphs show; ``styles`` tell whose text isn't shown, or is raised. ``notes`` are the marks of notes, in
    the order in which what was read refers to them; ``left_out`` counts what is hidden or struck out."""

    def __init__(self, styles: Styles) -> None:
        self.notes: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.styles = styles

    def of(self, element: Any) -> str:
        """The text of a paragraph, or of all paragraphs of a cell, in one line. Text boxes aren't in it: `boxes`."""
        text = ""
        for piece, is_raised in self._pieces(element):
            text += raised(clean(ends(text)), clean(piece)) if is_raised and clean(piece) else piece
        return text

    def is_bold(self, element: Any) -> bool | None:
        """Whether all text of an element is in bold print; None where it has none."""
        found = [
            self.styles.is_bold(run, style_of(paragraph))
            for paragraph in element.iter(qn("w:p"))
            for run in paragraph.iter(qn("w:r"))
            if has_text(run)
        ]
        return all(found) if found else None

    def _pieces(self, element: Any) -> Iterator[tuple[str, bool]]:
        """Pieces of text and whether each is raised; the runs of one mark come together."""
        mark = ""
        for piece, is_raised in self._runs(element, style_of(element)):
            if is_raised:
                mark += piece
                continue
            if mark:
                yield mark, True
                mark = ""
            yield piece, False
        if mark:
            yield mark, True

    def _runs(self, element: Any, style: str | None, is_raised: bool = False) -> Iterator[tuple[str, bool]]:
        """The pieces of an element, which stands in a paragraph of that ``style``."""
        gone = ""  # why the run before isn't shown: neighbours of one kind count as one piece
        for child in element:
            tag = child.tag
            if tag in _UNSEEN or tag == _BOX or not isinstance(tag, str):
                continue
            if tag == qn("w:r"):
                why = self.styles.left_out(child, style)
                if not why:
                    gone = ""
                    yield from self._runs(child, style, self.styles.is_raised(child))
                elif has_text(child):
                    self.left_out[why] += why != gone
                    gone = why
            elif tag == qn("w:t"):
                yield child.text or "", is_raised
            elif tag in FORMULAS:
                yield f" {formula(child)} ", False
            elif tag == ALTERNATIVES:
                yield from self._runs(chosen(child), style, is_raised)
            elif tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
                yield " ", False
            elif tag == qn("w:noBreakHyphen"):
                yield "-", is_raised
            elif tag in _NOTES:
                mark = _NOTES[tag] + child.get(qn("w:id"), "")
                if mark not in self.notes:
                    self.notes.append(mark)
                yield str(self.notes.index(mark) + 1), True
                yield "", False
            elif tag == qn("w:p"):
                yield " ", False
                yield from self._runs(child, style_of(child))
            else:
                yield from self._runs(child, style, is_raised)


def style_of(paragraph: Any) -> str | None:
    """The id of a paragraph's style, if it names one."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return None if style is None else style.get(qn("w:val"))


def has_text(element: Any) -> bool:
    """Whether there is something to read in an element."""
    return any((text.text or "").strip() for text in element.iter(qn("w:t")))


def boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes anchored in a paragraph, each once, though Word writes them twice; boxes inside boxes come with
    the outer one."""
    for box in paragraph.iter(_BOX):
        above = list(box.iterancestors())
        tags = {ancestor.tag for ancestor in above}
        is_second = any(each.tag == ALTERNATIVES and chosen(each) not in above for each in above)
        if not tags & _UNSEEN and _BOX not in tags and not is_second:
            yield box

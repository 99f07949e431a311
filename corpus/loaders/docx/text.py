"""The text of a paragraph as its reader sees it, with all tracked changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from corpus.content import clean
from corpus.raised import ends, raised

# What is never shown: what was deleted or moved elsewhere, the second copy of a drawing that Word keeps for older
# programs, codes of fields, and the reading aids above characters.
_UNSEEN = frozenset(
    qn(name) for name in ("w:del", "w:moveFrom", "w:delText", "w:instrText", "w:rt", "w:pPr", "w:rPr", "w:sdtPr")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_NOTES = {qn("w:footnoteReference"): "", qn("w:endnoteReference"): "e"}
_BOX = qn("w:txbxContent")
HIDING = ("w:vanish", "w:strike", "w:dstrike", "w:webHidden")
_ON = frozenset(("1", "true", "on", None))


class Text:
    """What paragraphs show. The ids of styles tell whose text isn't shown, or is raised; None stands for that of
    paragraphs that name none. ``notes`` are the marks of notes, in the order in which what was read refers to them."""

    def __init__(
        self,
        hidden_styles: frozenset[str | None] = frozenset(),
        raised_styles: frozenset[str | None] = frozenset(),
    ) -> None:
        self.notes: list[str] = []
        self._hidden_styles, self._raised_styles = hidden_styles, raised_styles

    def is_hidden_by_style(self, paragraph: Any) -> bool:
        """Whether nothing of a paragraph is shown that doesn't say so itself."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return (None if style is None else style.get(qn("w:val"))) in self._hidden_styles

    def of(self, element: Any) -> str:
        """The text of a paragraph, or of all paragraphs of a cell, in one line. Text boxes aren't in it: `boxes`."""
        text = ""
        for piece, is_raised in self._pieces(element):
            text += raised(clean(ends(text)), clean(piece)) if is_raised and clean(piece) else piece
        return text

    def _pieces(self, element: Any) -> Iterator[tuple[str, bool]]:
        """Pieces of text and whether each is raised; the runs of one mark come together."""
        mark = ""
        for piece, is_raised in self._runs(element):
            if is_raised:
                mark += piece
                continue
            if mark:
                yield mark, True
                mark = ""
            yield piece, False
        if mark:
            yield mark, True

    def _runs(self, element: Any, is_raised: bool = False) -> Iterator[tuple[str, bool]]:
        for child in element:
            tag = child.tag
            if tag in _UNSEEN or tag == _BOX or not isinstance(tag, str):
                continue
            if tag == qn("w:r"):
                if not self._is_hidden(child):
                    yield from self._runs(child, self._is_raised(child))
            elif tag == qn("w:t"):
                yield child.text or "", is_raised
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
                yield from self._runs(child)
            else:
                yield from self._runs(child, is_raised)

    def _is_hidden(self, run: Any) -> bool:
        properties = run.find(qn("w:rPr"))
        said = [] if properties is None else [properties.find(qn(name)) for name in HIDING]
        if any(map(is_on, said)):
            return True
        if any(switch is not None for switch in said):
            return False  # off, whatever the style says
        style = None if properties is None else _style(properties)
        if style is not None and style in self._hidden_styles:
            return True
        paragraph = next(run.iterancestors(qn("w:p")), None)
        return paragraph is not None and self.is_hidden_by_style(paragraph)

    def _is_raised(self, run: Any) -> bool:
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return False
        align, position = properties.find(qn("w:vertAlign")), properties.find(qn("w:position"))
        if align is not None:
            return bool(align.get(qn("w:val")) == "superscript")
        lifted = position.get(qn("w:val"), "") if position is not None else ""
        return _style(properties) in self._raised_styles or (lifted.isdecimal() and int(lifted) > 0)


def _style(properties: Any) -> str | None:
    style = properties.find(qn("w:rStyle"))
    return None if style is None else style.get(qn("w:val"))


def is_on(switch: Any) -> bool:
    """Whether a property that is there or not, or says so, is on."""
    return switch is not None and switch.get(qn("w:val")) in _ON


def boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes anchored in a paragraph, each once, though Word writes them twice; boxes inside boxes come with
    the outer one."""
    for box in paragraph.iter(_BOX):
        above = {ancestor.tag for ancestor in box.iterancestors()}
        if not above & _UNSEEN and _BOX not in above:
            yield box

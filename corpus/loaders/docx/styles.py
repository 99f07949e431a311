"""What styles and properties say of a run of text: whether it is hidden, struck out or raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_ON = frozenset(("1", "true", "on", None))
_LONGEST_CHAIN = 20  # of styles based on each other, which may be a circle


@dataclass(frozen=True)
class Styles:
    """The ids of styles whose text is ``hidden``, ``struck`` out, ``raised`` or hidden on the ``web``, by themselves or
    as the style that they are based on. None among them stands for the style of paragraphs that name none."""

    hidden: frozenset[str | None] = frozenset()
    struck: frozenset[str | None] = frozenset()
    raised: frozenset[str | None] = frozenset()
    web: frozenset[str | None] = frozenset()

    @classmethod
    def of(cls, document: Any) -> Styles:
        """Those of a document."""
        styles: dict[str | None, Any] = {}
        for style in document.styles.element.iterfind(qn("w:style")):
            styles[style.get(qn("w:styleId"))] = style
            if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on"):
                styles[None] = style

        def having(*names: str, value: str | None = None) -> frozenset[str | None]:
            return frozenset(each for each in styles if any(_has(each, styles, name, value) for name in names))

        return cls(
            hidden=having("w:vanish"),
            struck=having("w:strike", "w:dstrike"),
            raised=having("w:vertAlign", value="superscript"),
            web=having("w:webHidden"),
        )

    def left_out(self, run: Any, paragraph_style: str | None) -> str:
        """Why a run isn't read: "hidden", "struck", or "web" where a browser hides it, as it does page numbers in a
        table of contents; "" where it is read."""
        properties = run.find(qn("w:rPr"))
        if self._is(properties, paragraph_style, ("w:vanish",), self.hidden):
            return "hidden"
        if self._is(properties, paragraph_style, ("w:strike", "w:dstrike"), self.struck):
            return "struck"
        return "web" if self._is(properties, paragraph_style, ("w:webHidden",), self.web) else ""

    def is_raised(self, run: Any) -> bool:
        """Whether a run stands higher than its line."""
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return False
        align, position = properties.find(qn("w:vertAlign")), properties.find(qn("w:position"))
        if align is not None:
            return bool(align.get(qn("w:val")) == "superscript")
        lifted = position.get(qn("w:val"), "") if position is not None else ""
        return _has_style(properties, self.raised) or (lifted.isdecimal() and int(lifted) > 0)

    def _is(
        self, properties: Any, paragraph_style: str | None, names: tuple[str, ...], styles: frozenset[str | None]
    ) -> bool:
        """Whether a run has one of these properties: its own word counts, else that of its styles, of which one turns
        round what the other says (ECMA-376 part 1, 17.7.3)."""
        own = [properties.find(qn(name)) for name in names] if properties is not None else []
        if said := [switch for switch in own if switch is not None]:
            return any(map(is_on, said))
        return (paragraph_style in styles) != (properties is not None and _has_style(properties, styles))


def is_on(switch: Any) -> bool:
    """Whether a property that is there or not, or says so, is on."""
    return switch is not None and switch.get(qn("w:val")) in _ON


def _has(style: str | None, styles: dict[str | None, Any], name: str, value: str | None) -> bool:
    """Whether a style has a property, on or of this value; the nearest in its chain that names it decides."""
    for _ in range(_LONGEST_CHAIN):
        if style not in styles:
            return False
        switch = styles[style].find(f"{qn('w:rPr')}/{qn(name)}")
        if switch is not None:
            return switch.get(qn("w:val")) == value if value else is_on(switch)
        based = styles[style].find(qn("w:basedOn"))
        if based is None:
            return False
        style = based.get(qn("w:val"))
    return False


def _has_style(properties: Any, styles: frozenset[str | None]) -> bool:
    """Whether a run names one of these styles for itself."""
    style = properties.find(qn("w:rStyle"))
    return style is not None and style.get(qn("w:val")) in styles

"""What styles and properties say of a run of text: whether it is hidden, struck out, raised or bold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from docx.oxml.ns import qn

_ON = frozenset(("1", "true", "on", None))
_LONGEST_CHAIN = 20  # of styles based on each other, which may be a circle


@dataclass(frozen=True)
class Styles:
    """The ids of styles whose text is ``hidden``, ``struck`` out, ``raised``, hidden on the ``web`` or ``bold``, by
    themselves or as the style that they are based on. None among them stands for the style of paragraphs that name
    none. ``headed`` are those of tables whose first row is bold or on another ground."""

    hidden: frozenset[str | None] = frozenset()
    struck: frozenset[str | None] = frozenset()
    raised: frozenset[str | None] = frozenset()
    web: frozenset[str | None] = frozenset()
    bold: frozenset[str | None] = frozenset()
    headed: frozenset[str | None] = frozenset()

    @classmethod
    def of(cls, document: Any) -> Styles:
        """Those of a document."""
        styles: dict[str | None, _Style] = {}
        for element in document.styles.element.iterfind(qn("w:style")):
            style = _Style.of(element)
            styles[element.get(qn("w:styleId"))] = style
            if element.get(qn("w:type")) == "paragraph" and element.get(qn("w:default")) in ("1", "true", "on"):
                styles[None] = style

        def having(*names: str, value: str | None = None) -> frozenset[str | None]:
            tags = [qn(name) for name in names]
            return frozenset(each for each in styles if any(_has(each, styles, tag, value) for tag in tags))

        return cls(
            hidden=having("w:vanish"),
            struck=having("w:strike", "w:dstrike"),
            raised=having("w:vertAlign", value="superscript"),
            web=having("w:webHidden"),
            bold=having("w:b"),
            headed=frozenset(name for name in styles if any(each.is_headed for each in _chain(name, styles))),
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

    def is_bold(self, run: Any, paragraph_style: str | None) -> bool:
        """Whether a run is in bold print."""
        return self._is(run.find(qn("w:rPr")), paragraph_style, ("w:b",), self.bold)

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


class _Style(NamedTuple):
    """The properties of its runs, if it gives any, the style that it is based on, and whether it sets the first row of
    a table apart."""

    properties: Any | None
    based_on: str | None
    is_headed: bool

    @classmethod
    def of(cls, element: Any) -> _Style:
        based = element.find(qn("w:basedOn"))
        based_on = None if based is None else based.get(qn("w:val"))
        return cls(element.find(qn("w:rPr")), based_on, _sets_first_row_apart(element))


def _has(name: str | None, styles: dict[str | None, _Style], tag: str, value: str | None) -> bool:
    """Whether a style has a property, on or of this value; the nearest in its chain that names it decides."""
    for style in _chain(name, styles):
        switch = None if style.properties is None else style.properties.find(tag)
        if switch is not None:
            return switch.get(qn("w:val")) == value if value else is_on(switch)
    return False


def _chain(name: str | None, styles: dict[str | None, _Style]) -> Iterator[_Style]:
    """A style, the one that it is based on, and so on."""
    for _ in range(_LONGEST_CHAIN):
        if name not in styles:
            return
        yield styles[name]
        if styles[name].based_on is None:
            return
        name = styles[name].based_on


def _sets_first_row_apart(style: Any) -> bool:
    """Whether a style of tables shows the first row in bold print or on another ground."""
    for part in style.iterfind(qn("w:tblStylePr")):
        if part.get(qn("w:type")) == "firstRow":
            bold, shade = part.find(f"{qn('w:rPr')}/{qn('w:b')}"), part.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
            return is_on(bold) or is_shaded(shade)
    return False


def is_shaded(shade: Any) -> bool:
    """Whether a shading gives a ground of its own."""
    return shade is not None and shade.get(qn("w:fill"), "auto").lower() not in ("auto", "ffffff")


def _has_style(properties: Any, styles: frozenset[str | None]) -> bool:
    """Whether a run names one of these styles for itself."""
    style = properties.find(qn("w:rStyle"))
    return style is not None and style.get(qn("w:val")) in styles

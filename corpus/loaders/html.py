"""HTML: the article without the page around it."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.grid import Grid, GridCell
from corpus.loaders.limits import Limits
from corpus.raised import raised

BOILERPLATE = [
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "button",
    "svg",
    # What is struck out holds no longer.
    "del",
    "s",
    "strike",
]
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"}
BLOCKS |= {"fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "html", "li", "main", "ol", "p"}
_TERMS = {"dt", "dd"}
BLOCKS |= {"pre", "section", "summary", "table", "ul", "header", "footer", "nav", "hr"}
# Nobody sees such text, so nobody vouches for it: it may be there for machines only.
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|(?:opacity|font-size):0*\.?0*(?:px|pt|r?em|%)?(?:;|!|$)"
    r"|text-decoration(?:-line)?:[^;]*line-through|text-indent:-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%)"
    r"|^(?=.*(?:^|;)position:(?:absolute|fixed)).*(?:^|;)(?:left|top|right|bottom):-\d{3,}"
)


def load_html(path: Path, limits: Limits) -> Content:
    """The main element's text, or the body's where there is none; navigation, forms and hidden parts are dropped."""
    data = path.read_bytes()
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("it holds binary data, not a web page")
    soup = BeautifulSoup(data, "lxml")
    named = clean(soup.title.get_text()) if soup.title else None
    builder = PageBuilder()
    _add_soup(builder, soup)
    page = builder.page(1)
    first = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(first or named, (page,))


def add_html(builder: PageBuilder, html: str) -> None:
    """Append a piece of HTML that stands inside another format."""
    _add_soup(builder, BeautifulSoup(html, "lxml"))


def _add_soup(builder: PageBuilder, soup: BeautifulSoup) -> None:
    root = soup.find("main") or soup.find(True, attrs={"role": "main"}) or soup.find("article") or soup.body or soup
    for element in list(root.find_all(BOILERPLATE)) + list(root.find_all(_is_hidden)):
        # The header of an article, unlike a site's, often holds its title.
        if not element.decomposed and not (element.name == "header" and element.find(["h1", "h2"])):
            element.decompose()
    try:
        _walk(builder, root)
    except RecursionError as error:
        raise Unreadable("its elements are nested too deeply to be a document") from error


def _is_hidden(element: Tag) -> bool:
    style = "".join(str(element.get("style") or "").split()).lower()
    hidden = element.has_attr("hidden") or element.get("aria-hidden") == "true"
    return hidden or bool(_HIDING.search(style))


def _walk(builder: PageBuilder, element: Tag, mark: str = "- ") -> None:
    """Add the blocks of ``element`` in reading order; text that stands between blocks is a paragraph of its own. A list
    item begins with ``mark``."""
    loose: list[str] = []

    def flush() -> None:
        builder.add(Kind.ITEM if element.name == "li" else Kind.PARAGRAPH, "".join(loose))
        loose.clear()

    number = 0
    if element.name == "li":
        loose.append(mark)
    for child in element.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            loose.append(str(child))
        elif isinstance(child, Tag):
            if not _is_block(child) or (element.name == "li" and child.name == "p" and len(clean("".join(loose))) <= 3):
                loose.append(_inline(child, "".join(loose).removeprefix(mark)))
            else:
                if clean("".join(loose)) not in ("", "-"):
                    flush()
                loose.clear()
                number += child.name == "li"
                _add(builder, child, f"{number}. " if element.name == "ol" else "- ")
    if clean("".join(loose)) not in ("", "-"):
        flush()


def _add(builder: PageBuilder, element: Tag, mark: str) -> None:
    if element.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        builder.add(Kind.HEADING, _text(element), level=int(element.name[1]))
    elif element.name == "table":
        if element.caption:
            builder.add(Kind.PARAGRAPH, _text(element.caption))
        builder.grid(_grid(element))
    elif element.name == "dl":
        _add_terms(builder, element)
    else:
        _walk(builder, element, mark)


def _grid(table: Tag) -> Grid:
    """The cells of a table, with the rows and columns that they cover. Its header are the rows of its head and those of
    headings only; without any, it is the first that is filled."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    lines = [[_cell(cell) for cell in row.find_all(["th", "td"], recursive=False)] for row in rows]
    is_header = [row.find_parent("thead") is not None or not row.find_all("td", recursive=False) for row in rows]
    header = is_header.index(False) if False in is_header else len(rows)
    filled = next((at for at, line in enumerate(lines) if any(cell.text for cell in line)), 0)
    return Grid.flowing(lines, max(header, filled + 1)).with_whole_header()


def _cell(cell: Tag) -> GridCell:
    """A cell with what it says that it covers, as HTML reads that: nonsense is 1, and 0 rows go down to the end."""
    rows, columns = (
        int(said[1]) if (said := re.match(r"\s*\+?(\d{1,5})", str(cell.get(name) or ""))) else 1
        for name in ("rowspan", "colspan")
    )
    return GridCell(clean(_text(cell)), rows=rows, columns=max(columns, 1))


def _add_terms(builder: PageBuilder, listed: Tag) -> None:
    """A list of terms, each in one item with what is said of it: neither means much without the other."""
    terms: list[str] = []
    said: list[Tag] = []

    def flush() -> None:
        named = "; ".join(filter(None, terms))
        if any(part.find(["ul", "ol", "dl", "table"]) for part in said):
            builder.add(Kind.PARAGRAPH, f"{named}:" if named else "")
            for part in said:
                _walk(builder, part)
        else:
            text = " ".join(_text(part) for part in said)
            builder.add(Kind.ITEM, f"- {named}: {text}" if named and clean(text) else f"- {named}{text}")
        terms.clear()
        said.clear()

    for part in listed.find_all(list(_TERMS)):
        if part.find_parent("dl") is not listed:
            continue
        if part.name == "dt":
            if said:
                flush()
            terms.append(clean(_text(part)))
        else:
            said.append(part)
    if terms or said:
        flush()


def _text(element: Tag, before: str = "") -> str:
    """What a browser shows of an element, in one line; ``before`` is what stands before it in its block."""
    text = ""
    for child in element.children:
        if isinstance(child, Tag):
            if {child.name, element.name} <= _TERMS:
                continue  # the parser puts one that isn't closed around the next
            inner = _inline(child, before + text)
            text += f" {inner} " if child.name in BLOCKS else inner
        elif isinstance(child, NavigableString) and not isinstance(child, Comment):
            text += str(child)
    return text


def _inline(element: Tag, before: str) -> str:
    """What stands for an element in its line: a space for a break, and words for a raised note's mark."""
    if element.name == "br":
        return " "
    if element.name == "sup":
        return raised(clean(before), clean(element.get_text()))
    return _text(element, before)


def _is_block(element: Tag) -> bool:
    return element.name in BLOCKS or element.find(BLOCKS.__contains__) is not None

"""HTML: the article without the page around it."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits

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
]
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"}
BLOCKS |= {"fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "html", "li", "main", "ol", "p"}
BLOCKS |= {"pre", "section", "summary", "table", "ul", "header", "footer", "nav", "hr"}
# Nobody sees such text, so nobody vouches for it: it may be there for machines only.
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|(?:opacity|font-size):0*\.?0*(?:px|pt|r?em|%)?(?:;|!|$)"
    r"|text-indent:-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%)"
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
        builder.add(Kind.ITEM if element.name == "li" else Kind.PARAGRAPH, " ".join(loose))
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
            if child.name == "br":
                loose.append(" ")
            elif not _is_block(child) or (
                element.name == "li" and child.name == "p" and len(clean("".join(loose))) <= 3
            ):
                loose.append(child.get_text())
            else:
                if clean("".join(loose)) not in ("", "-"):
                    flush()
                loose.clear()
                number += child.name == "li"
                _add(builder, child, f"{number}. " if element.name == "ol" else "- ")
    if clean("".join(loose)) not in ("", "-"):
        loose[:] = ["".join(loose)]
        flush()


def _add(builder: PageBuilder, element: Tag, mark: str) -> None:
    if element.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        builder.add(Kind.HEADING, element.get_text(" "), level=int(element.name[1]))
    elif element.name == "table":
        if element.caption:
            builder.add(Kind.PARAGRAPH, element.caption.get_text(" "))
        rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
        builder.table([[cell.get_text(" ") for cell in row.find_all(["th", "td"], recursive=False)] for row in rows])
    else:
        _walk(builder, element, mark)


def _is_block(element: Tag) -> bool:
    return element.name in BLOCKS or element.find(BLOCKS.__contains__) is not None

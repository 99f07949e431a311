"""HTML: the article without the page around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import takewhile
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.grid import Grid, GridCell, set_apart
from corpus.loaders.counting import written
from corpus.loaders.left_out import left_out_warning
from corpus.loaders.limits import Limits
from corpus.raised import ends, raised

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
    # What they hold is shown only where they can't be.
    "audio",
    "canvas",
    "datalist",
    "object",
    "video",
]
_STRUCK = ["del", "s", "strike"]  # what holds no longer
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"}
BLOCKS |= {"fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "html", "li", "main", "ol", "p"}
_TERMS = {"dt", "dd"}
BLOCKS |= {"pre", "section", "summary", "table", "ul", "header", "footer", "nav", "hr"}
# Nobody sees such text, so nobody vouches for it: it may be there for machines only.
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:(?:0+\.?0*|\.0+)%?(?:;|!|$)"
    r"|text-indent:-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%)"
    r"|^(?=.*(?:^|;)position:(?:absolute|fixed)).*(?:^|;)(?:left|top|right|bottom):-\d{3,}"
)


_NO_SIZE = re.compile(r"(?:^|;)font-size:(?:0+\.?0*|\.0+)(?:px|pt|r?em|%)?(?:;|!|$)")
_STRIKING = re.compile(r"(?:^|;)text-decoration(?:-line)?:[^;]*line-through")
_BOLD = re.compile(r"(?:^|;)font-weight:(?:bold|[6-9]\d\d)")
_RAISED = re.compile(r"(?:^|;)vertical-align:(?:super|text-top|\d)")
# What HTML calls the numbers of a list, and OOXML.
_COUNTS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def load_html(path: Path, limits: Limits) -> Content:
    """The main element's text, or the body's where there is none; navigation, forms and hidden parts are dropped."""
    data = path.read_bytes()
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("it holds binary data, not a web page")
    soup = BeautifulSoup(data, "lxml")
    named = clean(soup.title.get_text()) if soup.title else None
    builder = PageBuilder()
    left_out = _add_soup(builder, soup)
    page = builder.page(1)
    first = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(first or named, (page,), warnings=left_out_warning(left_out))


def add_html(builder: PageBuilder, html: str) -> Counter[str]:
    """Append a piece of HTML that stands inside another format; gives what was left out, as `_add_soup` does."""
    return _add_soup(builder, BeautifulSoup(html, "lxml"))


def _add_soup(builder: PageBuilder, soup: BeautifulSoup) -> Counter[str]:
    """Append what a page shows, and count what of it is hidden or struck out."""
    root = soup.find("main") or soup.find(True, attrs={"role": "main"}) or soup.find("article") or soup.body or soup
    left_out: Counter[str] = Counter()
    for element in root.find_all(BOILERPLATE):
        # The header of an article, unlike a site's, often holds its title.
        if not element.decomposed and not (element.name == "header" and element.find(["h1", "h2"])):
            element.decompose()
    for kind, gone in (("struck", _is_struck), ("hidden", _is_hidden)):
        for element in root.find_all(gone):
            if not element.decomposed:
                # Signs alone, such as those of menus and links, tell nothing.
                left_out[kind] += re.search(r"\w", element.get_text()) is not None
                element.decompose()
    try:
        _walk(builder, root)
    except RecursionError as error:
        raise Unreadable("its elements are nested too deeply to be a document") from error
    return left_out


def _is_struck(element: Tag) -> bool:
    return element.name in _STRUCK or bool(_STRIKING.search(_style(element)))


def _is_hidden(element: Tag) -> bool:
    if element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    if element.name == "dialog" and not element.has_attr("open"):
        return True
    style = _style(element)
    # Of no size are also boxes whose parts set a size of their own.
    has_no_size = _NO_SIZE.search(style) and not element.find(lambda part: "font-size" in _style(part))
    return bool(_HIDING.search(style) or has_no_size)


def _style(element: Tag) -> str:
    return "".join(str(element.get("style") or "").split()).lower()


def _walk(builder: PageBuilder, element: Tag, mark: str = "- ") -> None:
    """Add the blocks of ``element`` in reading order; text that stands between blocks is a paragraph of its own. A list
    item begins with ``mark``."""
    loose: list[str] = []

    def flush() -> None:
        builder.add(Kind.ITEM if element.name == "li" else Kind.PARAGRAPH, "".join(loose))
        loose.clear()

    step = -1 if element.has_attr("reversed") else 1
    number = _number(element, "start", len(element.find_all("li", recursive=False)) if step < 0 else 1) - step
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
                if child.name == "li":
                    number = _number(child, "value", number + step)
                count = written(number, _COUNTS.get(str(element.get("type")), "decimal"))
                _add(builder, child, f"{count}. " if element.name == "ol" else "- ")
    if clean("".join(loose)) not in ("", "-"):
        flush()


def _number(element: Tag, name: str, otherwise: int) -> int:
    said = re.fullmatch(r"\s*(-?\d{1,6})\s*", str(element.get(name) or ""))
    return int(said[1]) if said else otherwise


def _add(builder: PageBuilder, element: Tag, mark: str) -> None:
    if element.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        builder.add(Kind.HEADING, _text(element), level=int(element.name[1]))
    elif element.name == "table":
        if element.caption:
            builder.add(Kind.PARAGRAPH, _text(element.caption))
        builder.add(Kind.PARAGRAPH, _loose(element, element))
        builder.grid(_grid(element))
    elif element.name == "dl":
        _add_terms(builder, element)
    else:
        _walk(builder, element, mark)


def _grid(table: Tag) -> Grid:
    """The cells of a table, with the rows and columns that they cover, none beyond its group of rows. Its header are
    the rows of its head; without one, the first rows as long as they hold headings only, or else what looks like it."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    in_head = [row.find_parent(["thead", "table"]) is not table for row in rows]
    is_header = in_head if any(in_head) else [not row.find_all("td", recursive=False) for row in rows]
    header = is_header.index(False) if False in is_header else len(rows)
    lines: list[list[GridCell]] = []
    left = 0  # rows of the same group, from this one on
    for at, row in enumerate(rows):
        if at == 0 or row.parent is not rows[at - 1].parent:
            left = next((end for end in range(at, len(rows)) if rows[end].parent is not row.parent), len(rows)) - at
        lines.append([_cell(cell, left) for cell in row.find_all(["th", "td"], recursive=False)])
        left -= 1
    filled = next((at for at, line in enumerate(lines) if any(cell.text for cell in line)), 0)
    grid = Grid.flowing(lines, max(header, filled + 1) if header else None)
    return replace(grid, set_apart=set_apart(map(_are_bold, rows))).compact().with_whole_header()


def _are_bold(row: Tag) -> bool | None:
    """Whether all that a row's cells say is in bold print; None where they say nothing."""
    table = row.find_parent("table")
    texts = [text for text in row.find_all(string=True) if clean(text) and not isinstance(text, Comment)]
    return all(map(partial(_is_bold, table), texts)) if texts else None


def _is_bold(table: Tag | None, text: NavigableString) -> bool:
    above = takewhile(lambda element: element is not table, text.parents)
    return any(element.name in ("b", "strong", "th") or _BOLD.search(_style(element)) for element in above)


# What parts of a table hold beside text, of which a browser moves all that is in no cell before the table.
_HOLDS = {
    "table": {"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
}


def _loose(part: Tag, table: Tag) -> str:
    """The text in a table, or a ``part`` of one, that stands in none of its cells."""
    text = ""
    for child in part.children:
        if isinstance(child, Tag):
            if child.name in _HOLDS if child.name in _HOLDS.get(part.name, {"tr"}) else _has_rows(child, table):
                text += f" {_loose(child, table)} "
            elif child.name not in _HOLDS.get(part.name, {}):
                text += f" {_text(child)} " if _is_block(child) else _inline(child, text)
        elif isinstance(child, NavigableString) and not isinstance(child, Comment):
            text += str(child)
    return text


def _has_rows(element: Tag, table: Tag) -> bool:
    return element.find(lambda tag: tag.name == "tr" and tag.find_parent("table") is table) is not None


def _cell(cell: Tag, most_rows: int) -> GridCell:
    """A cell with what it covers, of at most so many rows. Nonsense is 1, and 0 rows are all that are left."""
    rows = _number(cell, "rowspan", 1)
    columns = _number(cell, "colspan", 1)
    return GridCell(clean(_text(cell)), rows=min(rows, most_rows) if rows > 0 else most_rows, columns=max(columns, 1))


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
            text += f" {inner} " if child.name in BLOCKS or child.name in ("td", "th", "tr") else inner
        elif isinstance(child, NavigableString) and not isinstance(child, Comment):
            text += str(child)
    return text


def _inline(element: Tag, before: str) -> str:
    """What stands for an element in its line: a space for a break, and words for a raised note's mark."""
    if element.name == "br":
        return " "
    if element.name == "sup" or _RAISED.search(_style(element)):
        mark, above = clean(element.get_text()), clean(ends(before))
        if str(element.next_sibling or "").lstrip().startswith(("/", "⁄")):  # a fraction
            return f" {mark}" if above[-1:].isdigit() else mark
        return raised(above, mark)
    return _text(element, before)


def _is_block(element: Tag) -> bool:
    return element.name in BLOCKS or element.find(BLOCKS.__contains__) is not None

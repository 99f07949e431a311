"""PDF: lines with their place and size, put together again to headings, paragraphs, items and rows."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.content import Content, Kind, Page, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits

_BULLET = re.compile(r"(?:[-•●▪◦–*]|\(?[a-z0-9]{1,3}[.)]|\(\d+\))$|[•●▪◦]\s")
_LINE_HYPHEN = ("\x02", "\ufffe")  # how PDFium shows a hyphen that breaks a word at a line's end


@dataclass(frozen=True)
class Line:
    """One line of print. ``y`` is its baseline, upwards from the page's foot; ``height`` is its characters', both in
    points. ``cells`` are its pieces between gaps too wide for a word space."""

    cells: tuple[str, ...]
    y: float
    height: float
    bold: bool

    @property
    def text(self) -> str:
        return " ".join(self.cells)


def load_pdf(path: Path, limits: Limits) -> Content:
    """Pages as printed, without the running headers and footers that they share."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("it is encrypted: save a copy without a password") from error
        raise Unreadable("it is not a PDF, or a damaged one: export it again") from error
    try:
        if len(document) > limits.pages:
            raise Unreadable(f"it has {len(document):,} pages, more than the {limits.pages:,} that are taken")
        pages = [list(_lines(document[at])) for at in range(len(document))]
        named = clean(document.get_metadata_value("Title"))
    except pdfium.PdfiumError as error:
        raise Unreadable("one of its pages is damaged: export it again") from error
    finally:
        document.close()
    pages = _without_running_lines(pages)
    levels = _heading_levels(pages)
    content = tuple(_page(number, lines, levels) for number, lines in enumerate(pages, start=1))
    return Content(_title(content) or named or None, content, paged=True)


def _lines(page: pdfium.PdfPage) -> Iterator[Line]:
    """The page's lines in the order in which the file draws them, which is nearly always reading order."""
    text_page = page.get_textpage()
    line = _LineBuilder()
    try:
        for at in range(raw.FPDFText_CountChars(text_page)):
            character = chr(raw.FPDFText_GetUnicode(text_page, at))
            if character in "\r\n":
                if character == "\n" and line.characters:
                    yield line.build()
                    line = _LineBuilder()
            elif not character.isspace():
                line.add(text_page, at, character)
            else:
                line.space()
        if line.characters:
            yield line.build()
    finally:
        text_page.close()


class _LineBuilder:
    def __init__(self) -> None:
        self.characters = 0
        self._cells = [""]
        self._right = self._y = self._height = 0.0
        self._bold = False

    def space(self) -> None:
        self._cells[-1] += " "

    def add(self, text_page: pdfium.PdfTextPage, at: int, character: str) -> None:
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(text_page, at, box)
        if not self.characters:
            x, y = ctypes.c_double(), ctypes.c_double()
            raw.FPDFText_GetCharOrigin(text_page, at, x, y)
            self._y, self._height = y.value, abs(box.top - box.bottom)
            self._bold = _is_bold(text_page, at)
        elif box.left - self._right > 1.2 * self._height:
            self._cells.append("")
        self._cells[-1] += character
        self._right = box.right
        self.characters += 1

    def build(self) -> Line:
        cells = [cell.strip() for cell in self._cells]
        if len(cells) > 1 and _BULLET.match(cells[0]):
            cells[:2] = [f"{cells[0]} {cells[1]}"]
        return Line(tuple(cells), self._y, round(self._height * 2) / 2, self._bold)


def _is_bold(text_page: pdfium.PdfTextPage, at: int) -> bool:
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text_page, at, name, len(name), None)
    return b"bold" in name.value.lower() or raw.FPDFText_GetFontWeight(text_page, at) >= 600


def _without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop lines at the head or foot of a page that, numbers aside, stand there on most pages."""
    # On two pages alike lines may be chance, such as the last rows of two tables; so only the outermost are looked at.
    depth = 1 if len(pages) < 3 else 2

    def marks(lines: list[Line]) -> dict[int, str]:
        edge = {*range(min(depth, len(lines))), *range(max(0, len(lines) - depth), len(lines))}
        return {at: re.sub(r"\d+|\b[ivxlc]+\b", "#", lines[at].text) for at in edge}

    marked = [marks(lines) for lines in pages]
    seen = Counter(mark for edge in marked for mark in set(edge.values()))
    running = {mark for mark, count in seen.items() if count >= max(2, 0.6 * len(pages))}
    return [
        [line for at, line in enumerate(lines) if edge.get(at) not in running]
        for lines, edge in zip(pages, marked, strict=True)
    ]


def _heading_levels(pages: list[list[Line]]) -> dict[float, int]:
    """Line heights of headings and their levels: whatever is set larger than most of the text, largest first."""
    letters: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            letters[line.height] += len(line.text)
    if not letters:
        return {}
    body = letters.most_common(1)[0][0]
    larger = sorted((height for height in letters if height > 1.08 * body), reverse=True)[:5]
    return {height: level for level, height in enumerate([*larger, body], start=1)}


def _page(number: int, lines: Sequence[Line], levels: dict[float, int]) -> Page:
    builder = PageBuilder()
    gaps = Counter(
        round(above.y - line.y, 1) for above, line in zip(lines, lines[1:], strict=False) if above.y > line.y
    )
    leading = gaps.most_common(1)[0][0] if gaps else 0.0
    run: list[Line] = []
    for line in lines:
        if run and not _continues(run[-1], line, leading, levels):
            _add(builder, run, levels)
            run = []
        run.append(line)
    if run:
        _add(builder, run, levels)
    return builder.page(number)


def _is_heading(line: Line, levels: dict[float, int]) -> bool:
    body = max(levels.values())
    level = levels.get(line.height)
    if level is None or len(line.cells) > 1 or len(line.text) > 160 or not any(c.isalpha() for c in line.text):
        return False
    return level < body or (line.bold and len(line.text) <= 100 and line.text[-1] not in ".,;")


def _continues(above: Line, line: Line, leading: float, levels: dict[float, int]) -> bool:
    """Whether ``line`` belongs to the block of the line before it."""
    if _is_heading(above, levels) != _is_heading(line, levels) or above.height != line.height:
        return False
    if (len(above.cells) > 1) != (len(line.cells) > 1):
        return False
    if len(line.cells) > 1:
        return True
    gap = above.y - line.y
    close = 0 <= gap <= 1.25 * max(leading, line.height)
    return close and not _BULLET.match(line.cells[0].split(" ")[0])


def _add(builder: PageBuilder, run: Sequence[Line], levels: dict[float, int]) -> None:
    if len(run[0].cells) > 1 and len(run) > 1:
        builder.table([list(line.cells) for line in run])
    elif _is_heading(run[0], levels):
        builder.add(Kind.HEADING, _join(run), level=levels[run[0].height])
    else:
        kind = Kind.ITEM if _BULLET.match(run[0].cells[0].split(" ")[0]) else Kind.PARAGRAPH
        builder.add(kind, _join(run))


def _join(lines: Sequence[Line]) -> str:
    """One text of several lines; a word broken at a line's end is whole again."""
    joined = ""
    for line in lines:
        if joined.endswith(_LINE_HYPHEN):
            joined = joined[:-1] + line.text
        else:
            joined = f"{joined} {line.text}" if joined else line.text
    return joined


def _title(pages: Sequence[Page]) -> str | None:
    for page in pages[:1]:
        headings = [block for block in page.blocks if block.kind is Kind.HEADING]
        if headings:
            first = min(headings, key=lambda block: (block.level, block.start))
            return page.text[first.start : first.end]
    return None

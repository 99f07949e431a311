"""Pages cut into passages along their own structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.content import Block, Content, Kind, Page
from corpus.notes import marks, note_for, notes
from corpus.table import BETWEEN_CELLS, cells_of, ends_group, is_row


@dataclass(frozen=True)
class PassageSpan:
    """A passage: ``page.text[start:end]`` of page ``page``.

    ``heading`` is its heading path, the document's title first. ``context`` is what a reader needs beside the text to
    understand it: what introduces the table that its rows belong to, its header and their label; the sentence that
    introduces its items; or empty.
    """

    page: int
    start: int
    end: int
    heading: tuple[str, ...]
    context: str = ""


@dataclass(frozen=True)
class Size:
    """How long a passage may be: heading path, context and text together at most ``limit`` by ``measure``, of which at
    least half is the text's."""

    measure: Callable[[str], int] = len
    limit: int = 1200

    def room(self, heading: Sequence[str], context: str) -> int:
        """What is left for the text."""
        return max(self.limit - self.measure("\n".join((" > ".join(heading), context))), self.limit // 2)

    def fits(self, text: str, room: int) -> bool:
        """Whether a text is at most ``room`` long. No measure counts more than the characters."""
        return len(text) <= room or self.measure(text) <= room


CHARACTERS = Size()
_CELLS = (
    1000,
    60,
    40,
    25,
    15,
    8,
)  # to how many characters the cells of a long header are shortened, one after the other


def cut(content: Content, title: str, size: Size = CHARACTERS) -> Iterator[PassageSpan]:
    """Passages of at most ``size``, in reading order.

    A passage holds whole neighbouring blocks of one section of one page; only a block that is too long by itself is
    split, at the end of a sentence where there is one. Items that are parted from the sentence that introduces them
    have it as their context, and rows their table's header, also where it is printed on a page before. Notes that a
    passage refers to are its context, too.
    """
    texts = {page.number: page.text for page in content.pages}
    for span in _cut(content, title, size):
        yield _with_notes(span, texts[span.page], size)


def _with_notes(span: PassageSpan, page: str, size: Size) -> PassageSpan:
    """A passage whose context has the notes that it refers to, as far as they stand elsewhere and there is room."""
    text, context = page[span.start : span.end], span.context
    referred = marks(text)
    on_page = notes(page) if referred else []
    for mark in referred:
        note = note_for(mark, on_page, span.start)
        if note is None or span.start <= note.start < span.end:
            continue
        longer = "\n".join(filter(None, (context, note.of(page))))
        if size.fits(longer, size.limit // 2):
            context = longer
    return replace(span, context=context)


def _cut(content: Content, title: str, size: Size) -> Iterator[PassageSpan]:
    path = _HeadingPath(title, content.title)
    stem = header = label = ""
    for page in content.pages:
        run: list[Block] = []
        context = ""
        if not page.goes_on:
            header = label = ""
        above: Kind | None = None
        above_text = ""
        room = 0
        for block in page.blocks:
            text = page.text[block.start : block.end]
            starts_section = block.kind is Kind.HEADING
            # Its rows are none of the table above: tables stand apart, and one may have no header.
            of_table = above in (Kind.HEADER, Kind.ROW) and block.kind in (Kind.HEADER, Kind.ROW)
            is_apart = bool(run) and "\n\n" in page.text[run[-1].end : block.start]
            starts_table = of_table and (is_apart or (above is Kind.ROW and block.kind is Kind.HEADER))
            if starts_table:
                header = label = ""
            if run and (starts_section or starts_table or not size.fits(page.text[run[0].start : block.end], room)):
                yield from _spans(page, run, path.names, context, size, room)
                run = []
            if starts_section:
                path.enter(text, block.level)
                stem = ""
                continue
            if not run:
                of_row = "\n".join(filter(None, (header, label)))
                context = _shortened({Kind.ROW: of_row, Kind.ITEM: stem}.get(block.kind, ""), size)
                room = size.room(path.names, context)
            if block.kind is Kind.HEADER:
                header, label = "\n".join(filter(None, (header if above is Kind.HEADER else stem, text))), ""
            elif block.kind is Kind.ROW:
                label = _label(text, label, is_first=above_text == label)
            elif block.kind is Kind.PARAGRAPH:
                stem = text if text.endswith((":", "—")) else ""
                header = label = ""
            above, above_text = block.kind, text
            run.append(block)
        if run:
            yield from _spans(page, run, path.names, context, size, room)


def _label(row: str, above: str, is_first: bool) -> str:
    """The label of the rows after ``row``, of which the one ``above`` has been the label until now; ``is_first`` says
    whether it stands right above."""
    if not is_row(row):
        return row
    return "" if ends_group(row, is_first) else above


def _shortened(context: str, size: Size) -> str:
    """As much of a context as leaves the text its half: of a long one its end, where what it introduces is said. The
    lines of a table keep all their cells, which are shortened: a value must never stand below another's header."""
    lines = context.split("\n")
    of_table = [line for line in lines if is_row(line)]
    if not of_table:
        while not size.fits(context, size.limit // 4):
            context = context[len(context) // 4 :].partition(" ")[2]
        return context
    while len(lines) > len(of_table) and not size.fits("\n".join(lines), size.limit // 4):
        lines.remove(next(line for line in lines if line not in of_table))
    for longest in _CELLS:
        context = "\n".join(
            BETWEEN_CELLS.join(_cell(cell, longest) for cell, _ in cells_of(line)).strip() for line in lines
        )
        if size.fits(context, size.limit // 4):
            return context
    return ""


def _cell(text: str, longest: int) -> str:
    text = text.strip()
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"


def _spans(
    page: Page, run: Sequence[Block], heading: tuple[str, ...], context: str, size: Size, room: int
) -> Iterator[PassageSpan]:
    start, end = run[0].start, run[-1].end
    if size.fits(page.text[start:end], room):
        yield PassageSpan(page.number, start, end, heading, context)
        return
    # Imported here because it imports sentence-transformers, which takes seconds, and few blocks are so long.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=room,
        chunk_overlap=0,
        length_function=size.measure,
        separators=["\n\n", "\n", ". ", "; ", " ", ""],
        keep_separator="end",
        add_start_index=True,
    )
    for part in splitter.create_documents([page.text[start:end]]):
        at = start + part.metadata["start_index"]
        yield PassageSpan(page.number, at, at + len(part.page_content), heading, context)


@dataclass
class _HeadingPath:
    """The headings that the reader is under: each of a lower level than the one before it.

    ``title`` stands for the whole document, also where the document itself says it in other words (``own_title``).
    """

    title: str
    own_title: str | None
    _open: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, name: str, level: int) -> None:
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, name))

    @property
    def names(self) -> tuple[str, ...]:
        names = [name for _, name in self._open]
        return (self.title, *(names[1:] if names and names[0] in (self.title, self.own_title) else names))

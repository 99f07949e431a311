"""Pages cut into passages along their own structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.content import Block, Content, Kind, Page


@dataclass(frozen=True)
class PassageSpan:
    """A passage: ``page.text[start:end]`` of page ``page``.

    ``heading`` is its heading path, the document's title first. ``context`` is what a reader needs beside the text to
    understand it, such as the header of the table that its rows belong to; it may be empty.
    """

    page: int
    start: int
    end: int
    heading: tuple[str, ...]
    context: str = ""


def cut(content: Content, title: str, max_chars: int = 1000) -> Iterator[PassageSpan]:
    """Passages of at most ``max_chars`` characters, in reading order.

    A passage holds whole neighbouring blocks of one section of one page; only a block that is longer than ``max_chars``
    by itself is split, at the end of a sentence where there is one.
    """
    path = _HeadingPath(title, content.title)
    for page in content.pages:
        run: list[Block] = []
        header: Block | None = None
        context = ""
        for block in page.blocks:
            starts_section = block.kind is Kind.HEADING
            if run and (starts_section or block.end - run[0].start > max_chars):
                yield from _spans(page, run, path.names, context, max_chars)
                run = []
            if starts_section:
                path.enter(page.text[block.start : block.end], block.level)
                continue
            if block.kind is Kind.HEADER:
                header = block
            if not run:
                inside = block.kind is Kind.ROW and header is not None
                context = page.text[header.start : header.end][: max_chars // 2] if inside and header else ""
            run.append(block)
        if run:
            yield from _spans(page, run, path.names, context, max_chars)


def _spans(
    page: Page, run: Sequence[Block], heading: tuple[str, ...], context: str, max_chars: int
) -> Iterator[PassageSpan]:
    start, end = run[0].start, run[-1].end
    if end - start <= max_chars:
        yield PassageSpan(page.number, start, end, heading, context)
        return
    # Imported here because it imports sentence-transformers, which takes seconds, and few blocks are so long.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=max_chars,
        chunk_overlap=0,
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

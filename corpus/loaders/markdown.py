"""Markdown, read as its reader sees it: marks dropped, text kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.grid import MOST_COLUMNS
from corpus.loaders.html import add_html
from corpus.loaders.left_out import left_out_warning
from corpus.loaders.limits import Limits
from corpus.loaders.plain import read_text
from corpus.raised import ends, raised
from corpus.table_header import is_of_pairs


def load_markdown(path: Path, limits: Limits) -> Content:
    """CommonMark with tables. Front matter between ``---`` lines is not text and is left out."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    text = _with_notes(_without_front_matter(read_text(path)))
    tokens = _parsed(_with_whole_tables(text, parser), parser)
    reader = _Reader()
    for node in SyntaxTreeNode(tokens).children:
        reader.add(node)
    page = reader.builder.page(1)
    title = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(title, (page,), warnings=left_out_warning(reader.left_out))


def _parsed(text: str, parser: MarkdownIt) -> list[Token]:
    """The tokens of a text. Raises `Unreadable` where it is nested more deeply than the parser goes."""
    tokens = parser.parse(text)
    # What lies deeper, the parser leaves out without a word.
    deepest = parser.options.maxNesting - 1
    if any(token.level >= deepest and token.type in ("blockquote_open", "list_item_open") for token in tokens):
        raise Unreadable("its lists or quotations are nested too deeply to be a document")
    return tokens


class _Reader:
    """Reads nodes into a page. ``left_out`` counts what is struck out, or hidden in HTML."""

    def __init__(self) -> None:
        self.builder = PageBuilder()
        self.left_out: Counter[str] = Counter()

    def add(self, node: SyntaxTreeNode) -> None:
        builder = self.builder
        if node.type == "heading":
            builder.add(Kind.HEADING, self._text(node), level=int(node.tag[1]))
        elif node.type == "table":
            lines = [row for part in node.children for row in part.children]
            if any(len(row.children) > MOST_COLUMNS for row in lines):
                raise Unreadable(f"one of its tables has more than the {MOST_COLUMNS:,} columns that are taken")
            rows = [[self._text(cell) for cell in row.children] for row in lines]
            builder.table(rows, headed=any(rows[0]) and not is_of_pairs(rows))
        elif node.type in ("bullet_list", "ordered_list"):
            for number, item in enumerate(node.children, start=int(node.attrGet("start") or 1)):
                self._add_item(item, f"{number}. " if node.type == "ordered_list" else "- ")
        elif node.type in ("fence", "code_block"):
            builder.add(Kind.PARAGRAPH, node.content)
        elif node.type == "html_block":
            self.left_out += add_html(builder, node.content)
        elif node.type == "blockquote":
            for child in node.children:
                self.add(child)
        else:
            builder.add(Kind.PARAGRAPH, self._text(node))

    def _add_item(self, item: SyntaxTreeNode, mark: str) -> None:
        """The item's own first paragraph after its mark, then whatever else it holds, nested lists included."""
        for child in item.children:
            if child.type == "paragraph":
                self.builder.add(Kind.ITEM, mark + self._text(child))
                mark = ""
            else:
                self.add(child)

    def _text(self, node: SyntaxTreeNode) -> str:
        """What a node shows in one line: breaks are spaces, what is struck out is left out, and a raised note's mark
        stands apart from what is before it."""
        if node.type in ("text", "code_inline"):
            return node.content
        if node.type in ("softbreak", "hardbreak"):
            return " "
        text, at = "", 0
        while at < len(node.children):
            child = node.children[at]
            tag = child.content.lower() if child.type == "html_inline" else ""
            if inside := re.match(r"<(sup|del|s|strike)\b", tag):
                end = _closing(node.children, at, inside[1])
                held = "".join(map(self._text, node.children[at + 1 : end]))
                if inside[1] == "sup":
                    text += raised(clean(ends(text)), held)
                else:
                    self.left_out["struck"] += bool(held.strip())
                at = end
            elif tag.startswith("<br"):
                text += " "
            elif child.type == "s":
                self.left_out["struck"] += 1
            elif child.type not in ("html_inline", "image"):
                text += self._text(child)
            at += 1
        return text


def _closing(nodes: Sequence[SyntaxTreeNode], start: int, name: str) -> int:
    """Where the element ends that begins at ``start``: at its closing tag, or at once where there is none."""
    tags = (node.content.lower() if node.type == "html_inline" else "" for node in nodes[start:])
    return next((at for at, tag in enumerate(tags, start) if tag.startswith(f"</{name}")), start)


_NOTE = re.compile(r"^ {0,3}\[\^([\w-]{1,12})\]:[ \t]*", re.MULTILINE)
_MARK = re.compile(r"[ \t]*(?<!\\)\[\^([\w-]{1,12})\]")


def _with_notes(text: str) -> str:
    """Footnotes in words, which CommonMark doesn't know: their text begins with "Note 2:", their mark is "(note 2)"."""
    return _MARK.sub(r" (note \1)", _NOTE.sub(r"\nNote \1: ", text))


_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)
_NO_TABLE = re.compile(r"\s*<(?:script|style|pre|textarea|[!?])", re.IGNORECASE)


def _with_whole_tables(text: str, parser: MarkdownIt) -> str:
    """A text in which no empty lines part a table that is written in HTML: they would end it, and its parts mean
    nothing alone. What they stand around is read as Markdown, as ever."""
    if not _TABLE.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, whole, done = text.split("\n"), list[str](), 0
    for token in parser.parse(text):
        start = token.map[0] if token.map else 0
        if token.type != "html_block" or token.level or start < done or _NO_TABLE.match(token.content):
            continue
        if not _is_open(token.content):
            continue
        close = _closed(lines, start)
        if close is None:  # and so are those below it
            break
        # Lines that begin with a tag are no code, however far they are set in.
        parts = [line.lstrip() if line.lstrip().startswith("<") else line for line in lines[start:close]]
        html = parser.renderer.render(_parsed("\n".join(parts), parser), parser.options, {})
        whole += [*lines[done:start], *filter(str.strip, html.split("\n")), ""]
        done = close
    return "\n".join([*whole, *lines[done:]])


def _is_open(html: str) -> bool:
    """Whether a table begins in a piece of HTML and doesn't end there."""
    return sum(-1 if tag[1] else 1 for tag in _TABLE.finditer(html)) > 0


def _closed(lines: Sequence[str], start: int) -> int | None:
    """The line after the one in which all tables end that begin from line ``start`` on; None where they don't."""
    depth = 0
    for at, line in enumerate(lines[start:], start=start):
        tags = list(_TABLE.finditer(line))
        depth += sum(-1 if tag[1] else 1 for tag in tags)
        if tags and depth <= 0:
            return at + 1
    return None


def _without_front_matter(text: str) -> str:
    if text.startswith("---\n") and (end := text.find("\n---\n", 4)) >= 0:
        return text[end + 5 :]
    return text

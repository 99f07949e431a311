"""Markdown, read as its reader sees it: marks dropped, text kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
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
    tokens = parser.parse(_with_notes(_without_front_matter(read_text(path))))
    # What lies deeper, the parser leaves out without a word.
    deepest = parser.options.maxNesting - 1
    if any(token.level >= deepest and token.type in ("blockquote_open", "list_item_open") for token in tokens):
        raise Unreadable("its lists or quotations are nested too deeply to be a document")
    reader = _Reader()
    for node in SyntaxTreeNode(tokens).children:
        reader.add(node)
    page = reader.builder.page(1)
    title = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(title, (page,), warnings=left_out_warning(reader.left_out))


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


def _without_front_matter(text: str) -> str:
    if text.startswith("---\n") and (end := text.find("\n---\n", 4)) >= 0:
        return text[end + 5 :]
    return text

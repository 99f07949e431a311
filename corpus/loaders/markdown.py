"""Markdown, read as its reader sees it: marks dropped, text kept."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from corpus.content import Content, Kind, PageBuilder
from corpus.errors import Unreadable
from corpus.loaders.html import add_html
from corpus.loaders.limits import Limits
from corpus.loaders.plain import read_text


def load_markdown(path: Path, limits: Limits) -> Content:
    """CommonMark with tables. Front matter between ``---`` lines is not text and is left out."""
    builder = PageBuilder()
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(_without_front_matter(read_text(path)))
    # What lies deeper, the parser leaves out without a word.
    deepest = parser.options.maxNesting - 1
    if any(token.level >= deepest and token.type in ("blockquote_open", "list_item_open") for token in tokens):
        raise Unreadable("its lists or quotations are nested too deeply to be a document")
    for node in SyntaxTreeNode(tokens).children:
        _add(builder, node)
    page = builder.page(1)
    title = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(title, (page,))


def _add(builder: PageBuilder, node: SyntaxTreeNode) -> None:
    if node.type == "heading":
        builder.add(Kind.HEADING, _text(node), level=int(node.tag[1]))
    elif node.type == "table":
        builder.table([[_text(cell) for cell in row.children] for part in node.children for row in part.children])
    elif node.type in ("bullet_list", "ordered_list"):
        for number, item in enumerate(node.children, start=int(node.attrGet("start") or 1)):
            mark = f"{number}. " if node.type == "ordered_list" else "- "
            _add_item(builder, item, mark)
    elif node.type in ("fence", "code_block"):
        builder.add(Kind.PARAGRAPH, node.content)
    elif node.type == "html_block":
        add_html(builder, node.content)
    elif node.type == "blockquote":
        for child in node.children:
            _add(builder, child)
    else:
        builder.add(Kind.PARAGRAPH, _text(node))


def _add_item(builder: PageBuilder, item: SyntaxTreeNode, mark: str) -> None:
    """The item's own first paragraph after its mark, then whatever else it holds, nested lists included."""
    for child in item.children:
        if child.type == "paragraph":
            builder.add(Kind.ITEM, mark + _text(child))
            mark = ""
        else:
            _add(builder, child)


def _text(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type in ("html_inline", "image"):
        return " " if node.content.lower().startswith("<br") else ""
    return "".join(_text(child) for child in node.children)


def _without_front_matter(text: str) -> str:
    if text.startswith("---\n") and (end := text.find("\n---\n", 4)) >= 0:
        return text[end + 5 :]
    return text

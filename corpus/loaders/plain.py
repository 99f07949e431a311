"""Plain text, and how bytes become text for the formats that are text."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits

_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s+")
_RULE = re.compile(r"\s*([=\-_~*])\1{2,}\s*")


def read_text(path: Path) -> str:
    """A file's text: UTF-16 with its mark, UTF-8, or else Windows-1252. Raises `Unreadable` for binary data.

    A few bad bytes in what is clearly UTF-8 become U+FFFD, rather than making the whole file Windows-1252.
    """
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise Unreadable("it holds binary data, not text")
    text = data.decode("utf-8-sig", errors="replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    good = sum(character > "\x7f" for character in text) - bad
    return text if good >= bad else data.decode("cp1252", errors="replace")


def load_plain(path: Path, limits: Limits) -> Content:
    """Blocks are separated by blank lines; a short single line without final punctuation is a heading."""
    builder = PageBuilder()
    title: str | None = None
    for chunk in re.split(r"\n\s*\n", read_text(path).replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in chunk.split("\n") if line.strip() and not _RULE.fullmatch(line)]
        if lines and _is_heading(lines[0]) and len(lines) < len(chunk.strip().split("\n")):
            # Underlined: the heading may be followed by its text without a blank line.
            builder.add(Kind.HEADING, lines[0], level=2 if title else 1)
            title = title or clean(lines[0])
            lines = lines[1:]
        elif len(lines) == 1 and _is_heading(lines[0]):
            builder.add(Kind.HEADING, lines[0], level=2 if title else 1)
            title = title or clean(lines[0])
            continue
        for kind, text in _blocks(lines):
            builder.add(kind, text)
    return Content(title, (builder.page(1),))


def _is_heading(line: str) -> bool:
    line = line.strip()
    return len(line) <= 90 and line[-1] not in ".,;:?!" and not re.match(r"[-*•–]\s", line) and line[0].isalnum()


def _blocks(lines: list[str]) -> list[tuple[Kind, str]]:
    """Lines of one chunk, joined to a paragraph; a bullet begins an item."""
    blocks: list[tuple[Kind, str]] = []
    for line in lines:
        if _BULLET.match(line):
            blocks.append((Kind.ITEM, line))
        elif blocks:
            kind, text = blocks[-1]
            blocks[-1] = (kind, f"{text} {line.strip()}")
        else:
            blocks.append((Kind.PARAGRAPH, line))
    return blocks

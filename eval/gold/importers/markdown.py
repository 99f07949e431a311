"""Foreign texts as Markdown files that the corpus loader reads back word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from corpus.content import clean
from eval.errors import BadGold

_MARKS = re.compile(r"[\\`*_\[\]<&|#~]")  # what means something to Markdown anywhere in a line
_LEADING_MARK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+>~=]))")  # and what only at its beginning


class MarkdownFile(NamedTuple):
    """A file to write: its name, and its parts, which blank lines will keep apart."""

    name: str
    parts: Sequence[str]


def heading(level: int, text: str) -> str:
    """A heading; its text must be visible."""
    return f"{'#' * level} {_inline(text)}"


def paragraphs(text: str) -> list[str]:
    """Each line of a text as a paragraph."""
    lines = [_inline(line) for line in text.splitlines()]
    return [_LEADING_MARK.sub(r"\1\\", line) for line in lines if line]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table whose first row is its header; short rows are filled up."""
    width = max((len(row) for row in rows), default=0)
    lines = []
    for row in rows:
        cells = [_inline(cell) for cell in row]
        lines.append(f"| {' | '.join(cells + [''] * (width - len(cells)))} |")
    lines.insert(1, f"|{' --- |' * width}")
    return "\n".join(lines)


def file_name(name: str) -> str:
    """A file name for a foreign id, another one for another id, whatever characters it has."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80]
    return f"{name}.md" if name and safe == name else f"{safe}-{crc32(name.encode()):08x}.md".lstrip("-")


def write_files(folder: Path, files: Iterable[MarkdownFile]) -> int:
    """Write files into a folder, which is made if need be, and say how many."""
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for count, file in enumerate(files, start=1):  # noqa: B007 - the last number is the result
            (folder / file.name).write_text("\n\n".join(file.parts) + "\n", "utf-8")
    except OSError as error:
        raise BadGold(f"The documents can't be written to {folder}: {error.strerror or error}.") from error
    return count


def _inline(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", clean(text))

"""From a file to its pages and blocks, one loader for each format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.content import Content, Kind
from corpus.errors import Unreadable
from corpus.loaders.docx import load_docx
from corpus.loaders.html import load_html
from corpus.loaders.limits import Limits
from corpus.loaders.markdown import load_markdown
from corpus.loaders.pdf import load_pdf
from corpus.loaders.plain import load_plain
from corpus.loaders.regml import load_xml
from corpus.loaders.xlsx import load_xlsx

__all__ = ["FORMATS", "Limits", "format_of", "load"]

Loader = Callable[[Path, Limits], Content]

FORMATS: dict[str, tuple[str, Loader]] = {
    ".md": ("markdown", load_markdown),
    ".markdown": ("markdown", load_markdown),
    ".html": ("html", load_html),
    ".htm": ("html", load_html),
    ".pdf": ("pdf", load_pdf),
    ".docx": ("docx", load_docx),
    ".xlsx": ("xlsx", load_xlsx),
    ".txt": ("text", load_plain),
    ".xml": ("regml", load_xml),
}


def format_of(path: Path) -> str:
    """The format's name; raises `Unreadable` for a suffix that no loader reads."""
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise Unreadable(f"files ending in {path.suffix or 'nothing'} are not read; convert it to one of {known}")
    return FORMATS[path.suffix.lower()][0]


def load(path: Path, limits: Limits) -> Content:
    """Read one file. Raises `Unreadable`, with the reason as its message, for a file that can't be taken in."""
    format_of(path)
    _, loader = FORMATS[path.suffix.lower()]
    try:
        size = path.stat().st_size
        if size == 0:
            raise Unreadable("the file is empty")
        if size > limits.file_bytes:
            raise Unreadable(f"the file has {size:,} bytes, more than the {limits.file_bytes:,} that are taken")
        content = loader(path, limits)
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error
    except Exception as error:
        # The parsers' authors have not foreseen every damage to a file, and one file must not keep the others out.
        raise Unreadable(
            f"it is damaged ({type(error).__name__}): open it in its own program and save it again"
        ) from error
    if not any(block.kind is not Kind.HEADING for page in content.pages for block in page.blocks):
        raise Unreadable("no text was found in it beside headings; a scanned document needs text recognition first")
    return content

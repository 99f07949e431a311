"""From a file to its pages and blocks, one loader for each format."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.content import Content, Kind
from corpus.errors import Unreadable
from corpus.faults import is_ours
from corpus.loaders.limits import Limits, check_file, check_kind

__all__ = ["FORMATS", "Limits", "format_of", "load", "not_read"]

Loader = Callable[[Path, Limits], Content]

# What stands for a character that a file doesn't tell: the sign for it, and code points without a meaning.
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\ufff0-\uffff]")

# The format's name and its loader, which is imported when it is needed: not every process reads, nor every format.
FORMATS: dict[str, tuple[str, str]] = {
    ".md": ("markdown", "corpus.loaders.markdown:load_markdown"),
    ".markdown": ("markdown", "corpus.loaders.markdown:load_markdown"),
    ".html": ("html", "corpus.loaders.html:load_html"),
    ".htm": ("html", "corpus.loaders.html:load_html"),
    ".pdf": ("pdf", "corpus.loaders.pdf:load_pdf"),
    ".docx": ("docx", "corpus.loaders.docx:load_docx"),
    ".docm": ("docx", "corpus.loaders.docx:load_docx"),
    ".xlsx": ("xlsx", "corpus.loaders.xlsx:load_xlsx"),
    ".xlsm": ("xlsx", "corpus.loaders.xlsx:load_xlsx"),
    ".txt": ("text", "corpus.loaders.plain:load_plain"),
    ".xml": ("regml", "corpus.loaders.regml:load_xml"),
}


def format_of(path: Path) -> str:
    """The format's name; raises `Unreadable` for a suffix that no loader reads."""
    if reason := not_read(path):
        raise Unreadable(f"{reason}; convert it to one of {', '.join(FORMATS)}")
    return FORMATS[path.suffix.lower()][0]


def not_read(path: Path) -> str:
    """Why a file of that suffix isn't read; empty where one is."""
    if path.suffix.lower() in FORMATS:
        return ""
    return f"files ending in {path.suffix or 'nothing'} are not read"


def load(path: Path, limits: Limits) -> Content:
    """Read one file. Raises `Unreadable`, with the reason as its message, for a file that can't be taken in, and
    `MemoryError` for one that there isn't enough memory for; what goes wrong by a fault of ours goes up as it is."""
    name = format_of(path)
    loader: Loader = pkgutil.resolve_name(FORMATS[path.suffix.lower()][1])
    try:
        check_file(path, limits)
        check_kind(path, name)
        content = loader(path, limits)
    except (Unreadable, MemoryError):
        raise
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error
    except Exception as error:
        if is_ours(error):
            raise
        # The parsers' authors have not foreseen every damage to a file, and one file must not keep the others out.
        raise Unreadable(
            f"it is damaged ({type(error).__name__}): open it in its own program and save it again"
        ) from error
    if not any(block.kind is not Kind.HEADING for page in content.pages for block in page.blocks):
        hint = "nor was any recognised" if limits.ocr else "a scanned document needs text recognition (ingestion.ocr)"
        raise Unreadable(f"no text was found in it beside headings; {hint}")
    return _with_unknown_characters(content)


def _with_unknown_characters(content: Content) -> Content:
    """``content`` with a warning where some of its characters are unknown; raises `Unreadable` where most are."""
    unknown = total = 0
    for page in content.pages:
        unknown += len(_UNKNOWN.findall(page.text))
        total += len(page.text)
    share = unknown / total
    if share > 0.5:
        raise Unreadable("its characters are unknown, because a font or encoding doesn't define them: export it again")
    if share < 0.01:
        return content
    warning = f"{share:.0%} of its characters are unknown: check its fonts or its encoding"
    return replace(content, warnings=(*content.warnings, warning))

"""How much of a file is taken, so that a hostile one can't exhaust the machine."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import Unreadable
from corpus.recognition import Recognition


@dataclass(frozen=True)
class Limits:
    """``unpacked_bytes`` bounds what a zipped format (DOCX, XLSX) holds unpacked; ``cells`` a sheet's filled cells.
    ``seconds`` and ``memory_bytes`` are those of the process that reads (`corpus.sandbox`). ``hidden`` is whether a
    workbook's hidden rows, columns and sheets and its struck-through text are read; ``ocr`` what a PDF's pages that are
    pictures are read with, if at all."""

    file_bytes: int = 100 * 2**20
    unpacked_bytes: int = 200 * 2**20
    pages: int = 5_000
    cells: int = 1_000_000
    seconds: int = 300
    memory_bytes: int = 2**30
    hidden: bool = False
    ocr: Recognition | None = None


def check_file(path: Path, limits: Limits) -> None:
    """Refuse what is no file, holds nothing or holds too much; raises `OSError` where that can't be asked."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("it is no file that could be read from beginning to end")
    if status.st_size == 0:
        raise Unreadable("the file is empty")
    if status.st_size > limits.file_bytes:
        raise Unreadable(f"the file has {status.st_size:,} bytes, more than the {limits.file_bytes:,} that are taken")


_ZIPPED = ("docx", "xlsx")
_UNDER_PASSWORD = 1  # the flag of a zip's entry


def check_kind(path: Path, format_name: str) -> None:
    """Refuse a file that begins as one of another format does."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and format_name in _ZIPPED:
        raise Unreadable(f"it is encrypted or in the old Office format: save it as .{format_name} without a password")
    if start.startswith(b"%PDF-") and format_name != "pdf":
        raise Unreadable("it is a PDF: give it the ending .pdf")
    if start.startswith(b"PK\x03\x04") and format_name not in _ZIPPED:
        raise Unreadable("it is a zip archive or an Office document: give it the ending of what it is")


def check_zip(path: Path, limits: Limits, member: str) -> tuple[str, ...]:
    """Refuse a zip that unpacks to too much, or that isn't the Office format whose part ``member`` it should hold;
    gives a warning where it has macros."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            is_locked = any(info.flag_bits & _UNDER_PASSWORD for info in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable("its contents are not what its name says: save it again in this format") from error
    if unpacked > limits.unpacked_bytes:
        raise Unreadable(f"it unpacks to {unpacked:,} bytes, more than the {limits.unpacked_bytes:,} that are taken")
    if is_locked:
        raise Unreadable("some of its parts are protected by a password: save a copy without")
    if member not in names:
        raise Unreadable("it is a zip archive, but not of this format: save it again in this format")
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return ("its macros are ignored",) if has_macros else ()

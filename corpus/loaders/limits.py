"""How much of a file is taken, so that a hostile one can't exhaust the machine."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import Unreadable


@dataclass(frozen=True)
class Limits:
    """``unpacked_bytes`` bounds what a zipped format (DOCX, XLSX) holds unpacked; ``cells`` a sheet's cells."""

    file_bytes: int = 100 * 2**20
    unpacked_bytes: int = 200 * 2**20
    pages: int = 5_000
    cells: int = 1_000_000


def check_zip(path: Path, limits: Limits, member: str) -> None:
    """Refuse a zip that unpacks to too much, or that isn't the office format whose part ``member`` it should hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable("its contents are not what its name says: save it again in this format") from error
    if unpacked > limits.unpacked_bytes:
        raise Unreadable(f"it unpacks to {unpacked:,} bytes, more than the {limits.unpacked_bytes:,} that are taken")
    if member not in names:
        raise Unreadable("it is a zip archive, but not of this format: save it again in this format")

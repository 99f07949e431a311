"""Files that come over the network: kept below ``data_dir``, by what they hold, before anything is done with them."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from app.errors import BadUpload, UploadNotKept
from corpus.files import put, unfinished

PIECE = 2**20
LONGEST_NAME = 200  # bytes; file systems take 255, and loaders and people want to add something


def keep(file: BinaryIO, name: str, folder: Path) -> Path:
    """Store a file as ``folder/<SHA-256>/<name>``: all of it is on the disk when this returns, or nothing is there.

    Raises `BadUpload` for a name that can't be one, and `UploadNotKept` where the disk refuses.
    """
    name = base_name(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished(folder / "upload") as temporary:
            digest = hashlib.sha256()
            with temporary.open("wb") as written:
                while piece := file.read(PIECE):
                    digest.update(piece)
                    written.write(piece)
            target = folder / digest.hexdigest() / name
            target.parent.mkdir(exist_ok=True)
            put(temporary, target)
    except OSError as error:
        raise UploadNotKept(
            f"{name!r} can't be kept in {folder} ({error.strerror or error}): check that data_dir is writable and has "
            "room, then send it again."
        ) from error
    return target


def base_name(name: str) -> str:
    """A file's name without the folders that some browsers send with it; raises `BadUpload`."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    if not base.strip(". ") or not base.isprintable() or len(base.encode()) > LONGEST_NAME:
        raise BadUpload(
            f"{ascii(name)[:80]} is no name for a document: give the file one of at most {LONGEST_NAME} bytes of "
            "printable text."
        )
    return base

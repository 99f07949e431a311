"""Files that come over the network: they lie below ``data_dir`` until they have been read."""

from __future__ import annotations

import logging
import secrets
import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from app.errors import BadUpload, UploadNotKept
from corpus.files import replacing

log = logging.getLogger(__name__)

LONGEST_NAME = 200  # bytes; file systems take 255, and loaders and people want to add something
_TOKEN_BYTES = 16


def keep(file: BinaryIO, name: str, folder: Path) -> Path:
    """Store a file as ``folder/<token>/<name>``: all of it is on the disk when this returns, or nothing is there.

    Raises `BadUpload` for a name that can't be one, and `UploadNotKept` where the disk refuses.
    """
    name = base_name(name)
    target = folder / secrets.token_hex(_TOKEN_BYTES) / name
    try:
        target.parent.mkdir(parents=True)
        with replacing(target) as temporary, temporary.open("wb") as written:
            shutil.copyfileobj(file, written)
    except OSError as error:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise UploadNotKept(
            f"{name!r} can't be kept in {folder} ({error.strerror or error}): check that data_dir is writable and has "
            "room, then send it again."
        ) from error
    return target


def drop(path: Path, folder: Path) -> None:
    """Remove an upload that has been read, or refused for good; any other file stays. Uploads of earlier versions of
    the program stay, too: several jobs may wait for one of them, and they are originals."""
    if path.parent.parent == folder and len(path.parent.name) == 2 * _TOKEN_BYTES:
        try:
            shutil.rmtree(path.parent)
        except OSError as error:
            log.error("%s can't be removed (%s), and nothing needs it: remove it", path.parent, error.strerror or error)


def base_name(name: str) -> str:
    """A file's name without the folders that some browsers send with it; raises `BadUpload`."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    if not base.strip(". ") or not base.isprintable() or len(base.encode()) > LONGEST_NAME:
        raise BadUpload(
            f"{ascii(name)[:80]} is no name for a document: give the file one of at most {LONGEST_NAME} bytes of "
            "printable text."
        )
    return base

"""One file read: its text, cut into passages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from corpus.content import Content, clean
from corpus.errors import Unreadable
from corpus.loaders import Limits, load
from corpus.loaders.limits import check_file
from corpus.passages import PassageSpan, Size, cut


@dataclass(frozen=True)
class Reading:
    """What became of a file's bytes, whose SHA-256 ``content_hash`` is."""

    content_hash: str
    title: str
    content: Content
    spans: tuple[PassageSpan, ...]


def read(path: Path, title: str | None, limits: Limits, size: Size) -> Reading:
    """A file as pages and passages; without a ``title`` it has its own, or else its name. Raises `Unreadable`."""
    content_hash = hash_of(path, limits)
    content = load(path, limits)
    title = clean(title or content.title or path.stem.replace("-", " ").replace("_", " "))
    spans = tuple(cut(content, title, size))
    if hash_of(path, limits) != content_hash:
        raise Unreadable("it was changed while it was read: ingest it again")
    return Reading(content_hash, title, content, spans)


def hash_of(path: Path, limits: Limits) -> str:
    """SHA-256 of a file's bytes, in hexadecimal. Raises `Unreadable` where the file can't or mustn't be read."""
    try:
        check_file(path, limits)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error

"""The files that versions were read from, kept as they were, so that they can be read again."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import jobs
from corpus.errors import OriginalNotKept, Unreadable
from corpus.files import put, unfinished
from corpus.loaders import format_of, not_read
from corpus.schema import Version

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Originals:
    """Copies below ``folder``, each as ``<SHA-256>/<name>``: one for all versions with the same bytes and format.

    ``uploads`` is where files wait that were uploaded. Earlier versions of the program left them there, called as the
    copies are, and they count as such.

    Copies are made and removed in transactions that change the corpus. Of these there is one at a time, so that nobody
    removes a copy while another process makes sure that it is there.
    """

    folder: Path
    uploads: Path

    def find(self, content_hash: str, format_name: str) -> Path | None:
        """The copy of a file, if there is one."""
        for folder in self._folders(content_hash):
            for path in sorted(folder.glob("*")):
                if not not_read(path) and format_of(path) == format_name:
                    return path
        return None

    def keep(self, file: Path, content_hash: str) -> None:
        """Copy a file, under its own name. Raises `Unreadable` where it holds something else by now, and
        `OriginalNotKept` where the copy can't be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished(self.folder / "original") as temporary:
                if _copied(file, temporary) != content_hash:
                    raise Unreadable("it was changed while it was read: ingest it again")
                target = self.folder / content_hash / file.name
                target.parent.mkdir(exist_ok=True)
                put(temporary, target)
        except OSError as error:
            raise OriginalNotKept(
                f"The original of {file} can't be kept in {self.folder} ({error.strerror or error}): check that "
                "data_dir is writable and has room, or set ingestion.originals to discard."
            ) from error

    def forget(self, session: Session, content_hashes: Iterable[str]) -> None:
        """Remove the copies of what no version holds any more. To be called when the versions' deletion is committed:
        a crash in between leaves a copy too many, never one too few."""
        gone = set(content_hashes)
        gone -= set(session.scalars(select(Version.content_hash).where(Version.content_hash.in_(gone))))
        waiting = jobs.waiting_files(session) if gone else []
        for folder in (folder for each in sorted(gone) for folder in self._folders(each)):
            if folder.is_dir() and not any(path.is_relative_to(folder) for path in waiting):
                try:
                    shutil.rmtree(folder)
                except OSError as error:
                    log.error("%s can't be removed (%s), and no document needs it: remove it", folder, error.strerror)

    def missing(self, session: Session) -> int:
        """How many versions have no copy of their file."""
        stored = session.execute(select(Version.content_hash, Version.format))
        return sum(self.find(content_hash, name) is None for content_hash, name in stored)

    def strays(self, session: Session) -> Iterator[Path]:
        """What lies in the folders and belongs to no version, and to no file that waits to be read."""
        held = set(session.scalars(select(Version.content_hash)))
        waiting = jobs.waiting_files(session)
        for root in (self.folder, self.uploads):
            for path in sorted(root.glob("*")):
                if path.name not in held and not any(each.is_relative_to(path) for each in waiting):
                    yield path

    def _folders(self, content_hash: str) -> tuple[Path, ...]:
        return self.folder / content_hash, self.uploads / content_hash


def _copied(file: Path, target: Path) -> str:
    """Copy a file; returns the SHA-256 of what was written. Raises `Unreadable` where it can't be opened."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error
    with source, target.open("w+b") as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        return hashlib.file_digest(copy, "sha256").hexdigest()

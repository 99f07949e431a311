"""Stored versions read again from their files: one transaction for each version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import page_store, store
from corpus.catalogue import Key
from corpus.database import Database
from corpus.errors import Unreadable
from corpus.loaders import Limits, format_of
from corpus.originals import Originals
from corpus.passages import CHARACTERS, Size
from corpus.reading import Reading, hash_of
from corpus.sandbox import Sandbox, ahead
from corpus.schema import Document, Version


class RereadOutcome(StrEnum):
    """What became of a version that was to be read again."""

    READ_AGAIN = "read again"
    UNCHANGED = "unchanged"
    NO_FILE = "no file"
    FAILED = "failed"


@dataclass(frozen=True)
class VersionReport:
    """A version that was to be read again. ``reason`` says why it wasn't; ``warnings`` what of its file was left
    out."""

    document: str
    version: int
    outcome: RereadOutcome
    passages: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredVersion:
    """What is known of a version before it is read again. ``title_given`` is true also where nobody knows."""

    key: Key
    document: str
    number: int
    title: str
    title_given: bool
    format: str
    source: Path


def versions(session: Session, collection: str, documents: Sequence[str] = ()) -> list[StoredVersion]:
    """All versions of the documents of those ids or names, or of the whole collection. Raises `UnknownCollection` and
    `UnknownDocument`."""
    collection_id = store.require_collection(session, collection)
    found = select(Version, Document.name).join(Document).where(Document.collection_id == collection_id)
    if documents:
        found = found.where(Document.id.in_([store.document(session, collection, each).id for each in documents]))
    return [
        StoredVersion(
            key=Key(version.id, version.ingested_at, version.content_hash, version.reading),
            document=name,
            number=version.number,
            title=version.title,
            title_given=version.title_given is not False,
            format=version.format,
            source=Path(version.source),
        )
        for version, name in session.execute(found.order_by(Document.name, Version.number))
    ]


def carry_out(
    database: Database, wanted: Sequence[StoredVersion], originals: Originals, limits: Limits, size: Size = CHARACTERS
) -> Iterator[VersionReport]:
    """Read version after version again; whatever becomes of one, the others are read.

    Files are read ahead by other processes. What gives the same pages and passages changes nothing, so whoever was
    interrupted does it all once more.
    """
    with Sandbox(limits, size) as sandbox:
        rereadings = (_Rereading(database, version, originals, limits, sandbox) for version in wanted)
        for rereading, reading in ahead(((each, each.begin()) for each in rereadings), sandbox.count):
            yield reading if isinstance(reading, VersionReport) else rereading.finish(reading)


class _NoFile(Unreadable):
    """A version whose file isn't there any more."""


@dataclass(frozen=True)
class _Rereading:
    """One version on its way."""

    database: Database
    version: StoredVersion
    originals: Originals
    limits: Limits
    sandbox: Sandbox

    def begin(self) -> Future[Reading] | VersionReport:
        """Have the file read, or say that there is none."""
        try:
            return self._read(self.version.title if self.version.title_given else None)
        except _NoFile as error:
            return self._report(RereadOutcome.NO_FILE, reason=str(error))

    def finish(self, future: Future[Reading]) -> VersionReport:
        """Store what was read, where it differs from what is stored."""
        try:
            reading = future.result()
            if reading.content.title is None and reading.title != self.version.title:
                # The title came from the file's name, and the copy may have another.
                reading = self._read(self.version.title).result()
            if reading.content_hash != self.version.key.content_hash:
                raise Unreadable("its file was changed while it was read: read it once more")
            return self._store(reading)
        except _NoFile as error:
            return self._report(RereadOutcome.NO_FILE, reason=str(error))
        except Unreadable as error:
            return self._report(RereadOutcome.FAILED, reason=str(error))

    def _read(self, title: str | None) -> Future[Reading]:
        return self.sandbox.begin(self._file(), title)

    def _file(self) -> Path:
        """The original, or the file that the version was read from if it still holds the same bytes. Raises
        `_NoFile`."""
        original = self.originals.find(self.version.key.content_hash, self.version.format)
        if original is None:
            lacking, first = "its original isn't kept", ""
        elif not (fault := self._fault(original)):
            return original
        else:
            lacking, first = f"its original {original} {fault}", "remove that original, "
        if not (fault := self._fault(self.version.source)):
            return self.version.source
        advice = f"{first}ingest the same file again, with ingestion.originals set to keep, and then reread"
        raise _NoFile(f"{lacking}, and {self.version.source} {fault}; {advice}")

    def _fault(self, file: Path) -> str:
        """What keeps a file from being read for the version; empty if nothing does."""
        if not file.exists():
            return "isn't there any more"
        try:
            if hash_of(file, self.limits) != self.version.key.content_hash:
                return "holds something else now"
            return "" if format_of(file) == self.version.format else "has another ending now"
        except Unreadable as error:
            return f"can't be read ({error})"

    def _store(self, reading: Reading) -> VersionReport:
        with self.database.reading() as session:
            if page_store.is_read_so(session, self._stored(session), reading):
                return self._report(RereadOutcome.UNCHANGED, reading)
        with self.database.changing_corpus() as session:
            # Asked again now that no other process can write.
            version = self._stored(session)
            if page_store.is_read_so(session, version, reading):
                return self._report(RereadOutcome.UNCHANGED, reading)
            page_store.read_again(session, version, reading)
        return self._report(RereadOutcome.READ_AGAIN, reading)

    def _stored(self, session: Session) -> Version:
        """The version as it is stored now. Raises `Unreadable` where it isn't any more."""
        key = self.version.key
        version = session.get(Version, key.id)
        # Its id may be that of another one meanwhile.
        if version is None or (version.ingested_at, version.content_hash) != (key.ingested_at, key.content_hash):
            raise Unreadable("it was deleted meanwhile")
        return version

    def _report(self, outcome: RereadOutcome, reading: Reading | None = None, reason: str = "") -> VersionReport:
        written = len(reading.spans) if reading and outcome is RereadOutcome.READ_AGAIN else 0
        warnings = reading.content.warnings if reading else ()
        return VersionReport(self.version.document, self.version.number, outcome, written, reason, warnings)

"""Which document a file belongs to, and what a new document is called.

A file belongs to the document that was read from its place before, or that a manifest, ``--as-version-of`` or an upload
names; from a new place it makes a new document, called by its path in the folder that was ingested (a single file by
its own name), behind as many names of the folders above as no other document's name begins with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from corpus import store
from corpus.access import NAME_REFUSED, Reader
from corpus.errors import Unreadable
from corpus.loaders import Limits
from corpus.reading import hash_of
from corpus.schema import Collection, Document, DocumentPlace, Version
from corpus.sources import SourceFile


@dataclass(frozen=True)
class Home:
    """The ``document`` that a file belongs to, None for a new one that will be called ``name``.

    ``remark`` says how it was recognised, where not by its place or name. If it ``takes_place``, the file's place is
    the document's from now on. ``warnings`` are of a new document.
    """

    name: str
    document: Document | None = None
    remark: str = ""
    takes_place: bool = False
    warnings: tuple[str, ...] = ()


def find_home(
    session: Session, collection: str, source: SourceFile, content_hash: str, reader: Reader, limits: Limits
) -> Home:
    """The document that a file belongs to, of those that ``reader`` may see.

    Raises `Unreadable` for a name that the reader can't use, and where several documents could be meant.
    """
    if source.folder is None or source.is_named:
        document = _seen(session, store.find_document(session, collection, source.document), reader)
        warnings = () if document else tuple(_same_texts(session, collection, content_hash, reader))
        takes_place = source.folder is not None and _owners(session, collection, source) != [document]
        return Home(source.document, document, takes_place=takes_place, warnings=warnings)
    if owner := _owner(session, collection, source, reader):
        return Home(owner.name, owner)
    taken: list[str] = []
    for name in _names(source):
        other = _seen(session, store.find_document(session, collection, name), reader)
        if other is None:
            return _renamed(session, collection, source, content_hash, reader, taken, name)
        if home := _moved_or_copied(session, collection, source, content_hash, other, limits):
            return home
        taken.append(f"{other.name!r} is the document from {_a_place(session, other)}")
    raise Unreadable(f"it can't be told from another document: {taken[-1]}, and this file is {source.path}")


def take_place(session: Session, collection: str, document: Document, source: SourceFile) -> None:
    """Let what is found at a file's path belong to ``document`` from now on, and to no other."""
    place = _place(source)
    here = select(Document.id).join(Collection).where(Collection.name == collection)
    session.execute(delete(DocumentPlace).where(DocumentPlace.path == place, DocumentPlace.document_id.in_(here)))
    session.add(DocumentPlace(document_id=document.id, path=place))


def _place(source: SourceFile) -> str:
    return os.path.abspath(source.path)  # noqa: PTH100 - a link is a place of its own


def _seen(session: Session, document: Document | None, reader: Reader) -> Document | None:
    """``document``, if the reader may know of it."""
    if document and not reader.may_read(store.labels_of(session, document.id)):
        raise Unreadable(NAME_REFUSED)
    return document


def _owners(session: Session, collection: str, source: SourceFile) -> list[Document | None]:
    """The documents that were read from a file's place before."""
    found = select(Document).join(Collection).where(Collection.name == collection).order_by(Document.id)
    for path in (_place(source), os.path.realpath(source.path)):
        here = select(DocumentPlace.document_id).where(DocumentPlace.path == path)
        if owners := session.scalars(found.where(Document.id.in_(here))).all():
            return list(owners)
    return []


def _owner(session: Session, collection: str, source: SourceFile, reader: Reader) -> Document | None:
    owners = _owners(session, collection, source)
    named = [owner for owner in owners if owner and owner.name == source.document] or owners
    if len(named) > 1:
        names = " and ".join(repr(owner.name) for owner in named if owner)
        raise Unreadable(f"both {names} were read from this file: say with --as-version-of which it is a version of")
    return _seen(session, named[0], reader) if named else None


def _names(source: SourceFile) -> Iterator[str]:
    """What a new document may be called, the shortest first."""
    name = source.document
    yield name
    assert source.folder is not None
    for above in reversed(source.folder.parts[1:]):
        name = f"{above}/{name}"
        yield name


def _moved_or_copied(
    session: Session, collection: str, source: SourceFile, content_hash: str, other: Document, limits: Limits
) -> Home | None:
    """``other``, which has the name that the file would have, if the file is the same one, moved or copied."""
    places = _places(session, other)
    if os.path.realpath(source.path) in map(os.path.realpath, places):
        return Home(other.name, other)
    is_gone = _are_gone(places, source.folder)
    for version in other.versions:
        if version.content_hash == content_hash and (is_gone or not os.path.exists(version.source)):  # noqa: PTH110
            return Home(other.name, other, f"the same text as {other.name} from {version.source}", takes_place=True)
    if is_gone and any(_folder_moved(session, collection, place, source, limits) for place in places):
        return Home(other.name, other, takes_place=True)
    last = store.last_in_force(other)
    labels = store.labels_of(session, other.id)
    is_copy = (
        last.content_hash == content_hash
        and source.effective_from in (None, last.effective_from)
        and (source.access is None or frozenset(source.access) == labels)
    )
    return Home(other.name, other, f"the same text as {other.name} from {last.source}") if is_copy else None


def _renamed(
    session: Session,
    collection: str,
    source: SourceFile,
    content_hash: str,
    reader: Reader,
    taken: Sequence[str],
    name: str,
) -> Home:
    """A file at a new place and with a free ``name``: one that was called otherwise, or a new document."""
    alike = _alike(session, collection, content_hash, reader)
    gone = [document for document in alike if _are_gone(_places(session, document), source.folder)]
    if len(gone) > 1:
        listed = " and ".join(f"{document.name} ({_a_place(session, document)})" for document in gone)
        raise Unreadable(
            f"its text is that of {listed}, whose files are gone: say with --as-version-of which {source.path} is"
        )
    if gone:
        [document] = gone
        before = f"the same text as {document.name}, which it was called before"
        return Home(document.name, document, before, takes_place=True)
    warnings = [f"it holds the same text as {document.name}, which stays a document of its own" for document in alike]
    if taken:
        advice = "to make it the next version of that one, delete this one and ingest it with --as-version-of"
        warnings.insert(0, f"it is a document of its own, {name!r}: {taken[0]}; {advice}")
    return Home(name, None, takes_place=True, warnings=tuple(warnings))


def _same_texts(session: Session, collection: str, content_hash: str, reader: Reader) -> Iterator[str]:
    for document in _alike(session, collection, content_hash, reader):
        yield f"it holds the same text as {document.name}, which stays a document of its own"


def _alike(session: Session, collection: str, content_hash: str, reader: Reader) -> Sequence[Document]:
    """Documents that a reader may see, of which a version has these bytes."""
    have = select(Version.document_id).where(Version.content_hash == content_hash)
    here = select(Document).join(Collection).where(Collection.name == collection, store.readable(reader))
    return session.scalars(here.where(Document.id.in_(have)).order_by(Document.id)).all()


def _places(session: Session, document: Document) -> list[str]:
    found = select(DocumentPlace.path).where(DocumentPlace.document_id == document.id)
    return list(session.scalars(found.order_by(DocumentPlace.path)))


def _a_place(session: Session, document: Document) -> str:
    return next(iter(_places(session, document)), "an upload")


def _are_gone(places: Sequence[str], folder: Path | None) -> bool:
    """Whether a document's files are gone: those in ``folder``, where it has some there."""
    nearby = [place for place in places if folder and Path(place).is_relative_to(folder)] or places
    return bool(nearby) and not any(os.path.exists(place) for place in nearby)  # noqa: PTH110


def _folder_moved(session: Session, collection: str, place: str, source: SourceFile, limits: Limits) -> bool:
    """Whether the folder that a document was read from is the one that is ingested now, at another path.

    That is so if it isn't there any more, and at least half of its files that have a counterpart here are the same.
    """
    end = "/" + source.document
    old = place.removesuffix(end)
    if old == place or os.path.isdir(old):  # noqa: PTH112
        return False
    assert source.folder is not None
    files = select(DocumentPlace.document_id, DocumentPlace.path).join(Document).join(Collection)
    below = DocumentPlace.path.startswith(old + "/", autoescape=True)
    there = here = 0
    for document_id, path in session.execute(files.where(Collection.name == collection, below)).all():
        counterpart = source.folder / path.removeprefix(old + "/")
        if counterpart.is_file():
            there += 1
            here += _holds(session, document_id, counterpart, limits)
    return 0 < there <= 2 * here


def _holds(session: Session, document_id: int, path: Path, limits: Limits) -> bool:
    """Whether a document is known to lie at ``path``, or has a version with the bytes that lie there."""
    if session.get(DocumentPlace, (document_id, str(path))):
        return True
    try:
        content_hash = hash_of(path, limits)
    except Unreadable:
        return False
    known = select(Version.id).where(Version.document_id == document_id, Version.content_hash == content_hash)
    return session.scalar(known.limit(1)) is not None

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
from corpus.access import NAME_REFUSED, Principal
from corpus.errors import Unreadable
from corpus.loaders import Limits
from corpus.reading import hash_of
from corpus.schema import Collection, Document, DocumentPlace, Version
from corpus.sources import SourceFile


@dataclass(frozen=True)
class Home:
    """The ``document`` that a file belongs to, None for a new one that will be called ``name``.

    ``remark`` says how it was recognised, where not by its place or name. If it ``takes_place``, the file's place is
    the document's from now on. ``warnings`` say what else it could be, or was.
    """

    name: str
    document: Document | None = None
    remark: str = ""
    takes_place: bool = False
    warnings: tuple[str, ...] = ()


def find_home(
    session: Session, collection: str, source: SourceFile, content_hash: str, principal: Principal, limits: Limits
) -> Home:
    """The document that a file belongs to, of those that ``principal`` may see.

    Raises `Unreadable` for a name that the principal can't use, and where several documents could be meant.
    """
    if source.folder is None or source.is_named:
        document = _seen(session, store.find_document(session, collection, source.document), principal)
        warnings = [] if document else list(_same_texts(session, collection, content_hash, principal))
        owners = _owners(session, collection, source) if source.folder is not None else []
        warnings += _left(session, owners, document, principal)
        takes_place = source.folder is not None and owners != [document]
        return Home(source.document, document, takes_place=takes_place, warnings=tuple(warnings))
    if owner := _owner(session, collection, source, principal):
        return Home(owner.name, owner)
    search = _Search(session, collection, source, content_hash, limits)
    taken: list[Document] = []
    free: str | None = None
    beyond: list[Document] = []
    for name in _names(source):
        found = store.find_document(session, collection, name)
        if free is not None:
            # Whoever may not see it needn't be told: the file isn't going to have that name.
            beyond += [found] if found and principal.may_read(store.labels_of(session, found.id)) else []
        elif other := _seen(session, found, principal):
            taken.append(other)
        else:
            free = name
    alike = _alike(session, collection, content_hash, principal)
    if home := search.known([*taken, *beyond], alike) or search.copied(taken):
        return home
    if free is None:
        last = taken[-1]
        raise Unreadable(
            f"it can't be told from another document: {last.name!r} is the document from {_a_place(session, last)}, "
            f"and this file is {source.path}"
        )
    return _new(session, free, taken, alike)


def take_place(session: Session, collection: str, document: Document, source: SourceFile) -> None:
    """Let what is found at a file's path belong to ``document`` from now on, and to no other."""
    place = _place(source)
    here = select(Document.id).join(Collection).where(Collection.name == collection)
    session.execute(delete(DocumentPlace).where(DocumentPlace.path == place, DocumentPlace.document_id.in_(here)))
    session.add(DocumentPlace(document_id=document.id, path=place))


def rival(session: Session, document: Document, source: SourceFile, limits: Limits) -> str | None:
    """Another file that a document was read from, of the text that is in force, if there is one."""
    in_force = store.last_in_force(document).content_hash
    for place in _places(session, document):
        if os.path.realpath(place) == os.path.realpath(source.path):
            continue
        try:
            if hash_of(Path(place), limits) == in_force:
                return place
        except Unreadable:
            continue  # what isn't there, or isn't read any more, says nothing
    return None


def _left(
    session: Session, owners: Sequence[Document | None], document: Document | None, principal: Principal
) -> Iterator[str]:
    """What is to be said of the documents that a file leaves by being named as another's."""
    for owner in owners:
        if owner and owner is not document and principal.may_read(store.labels_of(session, owner.id)):
            yield f"this file was {owner.name!r}, which stays in force: delete it if it is replaced by this one"


def _place(source: SourceFile) -> str:
    return os.path.abspath(source.path)  # noqa: PTH100 - a link is a place of its own


def _seen(session: Session, document: Document | None, principal: Principal) -> Document | None:
    """``document``, if the principal may know of it."""
    if document and not principal.may_read(store.labels_of(session, document.id)):
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


def _owner(session: Session, collection: str, source: SourceFile, principal: Principal) -> Document | None:
    owners = _owners(session, collection, source)
    named = [owner for owner in owners if owner and owner.name == source.document] or owners
    if len(named) > 1:
        names = " and ".join(repr(owner.name) for owner in named if owner)
        raise Unreadable(f"both {names} were read from this file: say with --as-version-of which it is a version of")
    return _seen(session, named[0], principal) if named else None


def _names(source: SourceFile) -> Iterator[str]:
    """What a new document may be called, the shortest first."""
    name = source.document
    yield name
    assert source.folder is not None
    for above in reversed(source.folder.parts[1:]):
        name = f"{above}/{name}"
        yield name


@dataclass(frozen=True)
class _Search:
    """Looks among documents for the one that a file at a new place is, by its likeness."""

    session: Session
    collection: str
    source: SourceFile
    content_hash: str
    limits: Limits

    def known(self, named: Sequence[Document], alike: Sequence[Document]) -> Home | None:
        """The one document whose file this is, moved or renamed, of those ``named`` as it would be and those ``alike``,
        which have its text. Raises `Unreadable` where it could be several."""
        for document in named:
            if os.path.realpath(self.source.path) in map(os.path.realpath, _places(self.session, document)):
                return Home(document.name, document)
        if same := self._labelled_alike([document for document in alike if self._is_same(document, document in named)]):
            document = self._best(same)
            is_named = document in named
            before = f" from {_a_place(self.session, document)}" if is_named else ", which it was called before"
            return Home(document.name, document, f"the same text as {document.name}{before}", takes_place=True)
        moved = [document for document in named if self._has_labels(document) and self._is_amended(document)]
        if len(moved) > 1:
            raise self._several(moved)
        return Home(moved[0].name, moved[0], takes_place=True) if moved else None

    def copied(self, named: Sequence[Document]) -> Home | None:
        """The document of which this is a copy, beside the original."""
        for document in named:
            last = store.last_in_force(document)
            is_dated = self.source.effective_from not in (None, last.effective_from)
            if last.content_hash == self.content_hash and not is_dated and self._has_labels(document):
                return Home(document.name, document, f"the same text as {document.name} from {last.source}")
        return None

    def _is_same(self, document: Document, is_named: bool) -> bool:
        """Whether a document that has the text lost the file that had it. From another folder, a text that isn't in
        force tells nothing: the other one may only be away for a while."""
        places = _places(self.session, document)
        is_in_force = store.last_in_force(document).content_hash == self.content_hash
        if not _are_gone(places, self.source.folder):
            return is_named and is_in_force and self._equal_files(document) > 0
        is_here = any(Path(place).is_relative_to(self.source.folder or "") for place in places)
        # The labels that are asked for become those of the whole document.
        return is_in_force or (self._has_labels(document) and (is_here or self._equal_files(document) > 0))

    def _is_amended(self, document: Document) -> bool:
        """Whether the file is a document's by its place in a folder that moved."""
        return _are_gone(_places(self.session, document), self.source.folder) and self._equal_files(document) > 0

    def _has_labels(self, document: Document) -> bool:
        asked = self.source.access
        return asked is None or frozenset(asked) == store.labels_of(self.session, document.id)

    def _labelled_alike(self, documents: list[Document]) -> list[Document]:
        """Those that have the labels that are asked for, if there are any, or else all."""
        return [document for document in documents if self._has_labels(document)] or documents

    def _best(self, documents: Sequence[Document]) -> Document:
        """The document whose folder has the most files that are the same, or else the one of the same path in it."""
        if len(documents) == 1:
            return documents[0]
        end = "/" + self.source.document
        ranks = [
            (self._equal_files(each), any(place.endswith(end) for place in _places(self.session, each)))
            for each in documents
        ]
        best = [each for each, rank in zip(documents, ranks, strict=True) if rank == max(ranks)]
        if len(best) > 1:
            raise self._several(best)
        return best[0]

    def _several(self, documents: Sequence[Document]) -> Unreadable:
        listed = " and ".join(f"{each.name} ({_a_place(self.session, each)})" for each in documents)
        return Unreadable(
            f"it could be {listed}, whose files are gone: say with --as-version-of which {self.source.path} is"
        )

    def _equal_files(self, document: Document) -> int:
        places = [place for place in _places(self.session, document) if not os.path.exists(place)]  # noqa: PTH110
        return max((self._equal_files_from(place) for place in places), default=0)

    def _equal_files_from(self, place: str) -> int:
        return _equal_files(self.session, self.collection, place, self.source, self.limits)


def _new(session: Session, name: str, taken: Sequence[Document], alike: Sequence[Document]) -> Home:
    """A new document at a new place, and with a free ``name``."""
    warnings = [f"it holds the same text as {document.name}, which stays a document of its own" for document in alike]
    if taken:
        other = f"{taken[0].name!r} is the document from {_a_place(session, taken[0])}"
        advice = "to make it the next version of that one, delete this one and ingest it with --as-version-of"
        warnings.insert(0, f"it is a document of its own, {name!r}: {other}; {advice}")
    return Home(name, None, takes_place=True, warnings=tuple(warnings))


def _same_texts(session: Session, collection: str, content_hash: str, principal: Principal) -> Iterator[str]:
    for document in _alike(session, collection, content_hash, principal):
        yield f"it holds the same text as {document.name}, which stays a document of its own"


def _alike(session: Session, collection: str, content_hash: str, principal: Principal) -> Sequence[Document]:
    """Documents that a principal may see, of which a version has these bytes."""
    have = select(Version.document_id).where(Version.content_hash == content_hash)
    here = select(Document).join(Collection).where(Collection.name == collection, store.readable(principal))
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


def _equal_files(session: Session, collection: str, place: str, source: SourceFile, limits: Limits) -> int:
    """How many files are the same, if the folder that a document was read from is ingested now, at another path.

    That is so if it isn't there any more, and at least half of its files that have a counterpart here are the texts in
    force; 0 if not.
    """
    end = "/" + source.document
    old = place.removesuffix(end)
    if old == place or os.path.isdir(old):  # noqa: PTH112
        return 0
    assert source.folder is not None
    files = select(DocumentPlace.document_id, DocumentPlace.path).join(Document).join(Collection)
    below = DocumentPlace.path.startswith(old + "/", autoescape=True)
    there = here = 0
    for document_id, path in session.execute(files.where(Collection.name == collection, below)).all():
        counterpart = source.folder / path.removeprefix(old + "/")
        if counterpart.is_file():
            there += 1
            here += _holds(session, document_id, counterpart, limits)
    return here if there <= 2 * here else 0


def _holds(session: Session, document_id: int, path: Path, limits: Limits) -> bool:
    """Whether a document is known to lie at ``path``, or its text in force are the bytes that lie there."""
    if session.get(DocumentPlace, (document_id, str(path))):
        return True
    try:
        content_hash = hash_of(path, limits)
    except Unreadable:
        return False
    known = select(Version.id).where(
        Version.document_id == document_id, Version.content_hash == content_hash, Version.effective_to.is_(None)
    )
    return session.scalar(known.limit(1)) is not None

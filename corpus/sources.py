"""Which files a path means, and what is known about them before they are opened."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from corpus.access import check_labels
from corpus.errors import BadManifest, NothingToIngest, NotOneFile, SameName
from corpus.loaders import FORMATS, not_read
from corpus.manifest import MANIFESTS, Entry, read_manifest

# Of what isn't read, so many are named in one sentence.
MOST_NAMED = 50


@dataclass(frozen=True)
class SourceFile:
    """A file to ingest, and what is known about it before it is opened.

    ``document`` is the name of its document: one that was given, or its path in ``folder``, the one that was ingested;
    then the file's place decides first (`corpus.naming`). ``folder`` is None for a file that came over the network.
    With ``restore`` an older text of the document comes into force again.
    """

    path: Path
    document: str
    title: str | None = None
    effective_from: date | None = None
    origin: str | None = None
    access: tuple[str, ...] | None = None
    folder: Path | None = None
    is_named: bool = False
    restore: bool = False


@dataclass(frozen=True)
class Unread:
    """What lies in an ingested folder and isn't read: a file, or a folder that isn't entered. It ``is_fault`` where it
    ought to be read and can't be."""

    path: Path
    reason: str
    is_fault: bool = False


class Found(NamedTuple):
    """All that some paths mean: the files to read, and the rest."""

    sources: list[SourceFile]
    unread: list[Unread]


def find_sources(
    paths: Sequence[Path],
    effective_from: date | None = None,
    document: str | None = None,
    access: Sequence[str] | None = None,
) -> list[SourceFile]:
    """The files to read of `find_files`."""
    return find_files(paths, effective_from, document, access).sources


def find_files(
    paths: Sequence[Path],
    effective_from: date | None = None,
    document: str | None = None,
    access: Sequence[str] | None = None,
) -> Found:
    """The files that ``paths`` mean: a file itself, a folder all that lies below it.

    A manifest in a folder gives its files titles, dates and common names. With ``document``, the one file is a version
    of that. Raises `NothingToIngest`, `BadManifest`, `SameName`, `NotOneFile` and `BadLabel`.
    """
    listed = [each for path in paths for each in _below(path)]
    unread = [each for each in listed if isinstance(each, Unread)]
    found = [each for each in listed if isinstance(each, SourceFile)]
    if not found:
        raise NothingToIngest(_nothing(paths, unread))
    if document is not None:
        if len(paths) > 1 or paths[0].is_dir():
            raise NotOneFile(
                f"A version of {document!r} is one file, not {', '.join(map(str, paths))}: ingest file after file."
            )
        found = [replace(source, document=document, is_named=True) for source in found]
    dated = [replace(source, effective_from=source.effective_from or effective_from) for source in found]
    _refuse_same_names(dated)
    return Found(_labelled(dated, None if access is None else check_labels(access)), unread)


def _nothing(paths: Sequence[Path], unread: Sequence[Unread]) -> str:
    sentence = f"No file to ingest in {', '.join(map(str, paths))}: these formats are read: {', '.join(FORMATS)}"
    if not unread:
        return sentence
    names = ", ".join(str(each.path) for each in unread[:MOST_NAMED])
    more = f" and {len(unread) - MOST_NAMED:,} more" if len(unread) > MOST_NAMED else ""
    return f"{sentence}. Not read: {names}{more}."


def _refuse_same_names(sources: Sequence[SourceFile]) -> None:
    """A name that was given means one document, wherever its files lie."""
    known: dict[tuple[str, date | None], SourceFile] = {}
    for source in sources:
        other = known.setdefault((source.document, source.effective_from), source)
        if other.path != source.path and (other.is_named or source.is_named):
            raise SameName(
                f"{other.path} and {source.path} would both be document {source.document!r}: give them different names "
                "in the manifest, or say there from when each applies."
            )


def _labelled(sources: list[SourceFile], access: tuple[str, ...] | None) -> list[SourceFile]:
    """Every file with the labels of its document, whichever entry names them, or else with ``access``."""
    named: dict[object, tuple[str, ...]] = {}
    for source in sources:
        if source.access is not None and named.setdefault(_key(source), source.access) != source.access:
            raise BadManifest(f"{source.document!r} is given different labels by its entries: give it the same.")
    return [replace(source, access=named.get(_key(source), access)) for source in sources]


def _key(source: SourceFile) -> object:
    return source.document if source.is_named else source.path


def _below(path: Path) -> Iterator[SourceFile | Unread]:
    try:
        exists, is_folder = path.exists(), path.is_dir()
    except OSError as error:
        raise NothingToIngest(
            f"{str(path)[:80]}… can't be opened: {error.strerror}; give a path that exists"
        ) from error
    if not exists:
        raise NothingToIngest(f"{path} does not exist: give the path of a file or a folder")
    if not is_folder:
        if not path.is_file():
            raise NothingToIngest(f"{path} is neither a file nor a folder: give the path of one")
        # By its path as it was given: where it lies behind a link, the link is its place.
        yield SourceFile(path, path.name, folder=Path(os.path.abspath(path)).parent)  # noqa: PTH100
        return
    try:
        entries = read_manifest(path)
    except OSError as error:
        raise NothingToIngest(f"{path} can't be opened: {error.strerror}; ask for the right to read it") from error
    for each in sorted(_walk(path), key=lambda each: each.path if isinstance(each, Unread) else each):
        if isinstance(each, Unread):
            yield each
            continue
        relative = each.relative_to(path).as_posix()
        if relative in MANIFESTS:
            continue
        if reason := not_read(each):
            nested = f"a {each.name} is followed only in the folder that is ingested itself"
            yield Unread(each, nested if each.name in MANIFESTS else reason)
            continue
        entry = entries.get(relative) or Entry(file=relative)
        name = entry.document or relative
        folder, is_named = Path(os.path.abspath(path)), entry.document is not None  # noqa: PTH100
        yield SourceFile(each, name, entry.title, entry.effective_from, entry.origin, entry.access, folder, is_named)


def _walk(folder: Path) -> Iterator[Path | Unread]:
    """Every file below a folder, and whatever else there is as what isn't read."""
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError as error:
        yield Unread(folder, f"the folder can't be opened: {error.strerror or error}", is_fault=True)
        return
    for entry in entries:
        path = folder / entry.name
        try:
            if entry.name.startswith("~$"):
                yield Unread(path, "the lock of a document that is open elsewhere")
            elif entry.name.startswith("."):
                yield Unread(path, "a hidden folder" if entry.is_dir(follow_symlinks=False) else "a hidden file")
            elif entry.is_dir(follow_symlinks=False):
                yield from _walk(path)
            elif entry.is_dir():
                yield Unread(path, "a link to a folder, which isn't followed: ingest that folder by its own path")
            elif entry.is_file():
                yield path
            elif entry.is_symlink():
                yield Unread(path, "a link to a file that isn't there", is_fault=True)
            else:
                yield Unread(path, "neither a file nor a folder")
        except OSError as error:
            yield Unread(path, f"it can't be opened: {error.strerror or error}", is_fault=True)

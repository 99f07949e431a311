"""Which files a path means, and what is known about them before they are opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from corpus.access import check_labels
from corpus.errors import BadManifest, NothingToIngest, NotOneFile, SameName
from corpus.loaders import FORMATS
from corpus.manifest import MANIFESTS, Entry, read_manifest


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


def find_sources(
    paths: Sequence[Path],
    effective_from: date | None = None,
    document: str | None = None,
    access: Sequence[str] | None = None,
) -> list[SourceFile]:
    """The files that ``paths`` mean: a file itself, a folder all files of known formats below it.

    A document is named by its path in the folder, or by the file's name. A manifest in a folder gives its files
    titles, dates and common names. With ``document``, the one file is a version of that. Raises
    `NothingToIngest`, `BadManifest`, `SameName`, `NotOneFile` and `BadLabel`.
    """
    found = [source for path in paths for source in _below(path)]
    if not found:
        raise NothingToIngest(
            f"No file to ingest in {', '.join(map(str, paths))}: these formats are read: {', '.join(FORMATS)}"
        )
    if document is not None:
        if len(paths) > 1 or paths[0].is_dir():
            raise NotOneFile(
                f"A version of {document!r} is one file, not {', '.join(map(str, paths))}: ingest file after file."
            )
        found = [replace(source, document=document) for source in found]
    dated = [replace(source, effective_from=source.effective_from or effective_from) for source in found]
    known: dict[tuple[str, date | None], Path] = {}
    for source in dated:
        other = known.setdefault((source.document, source.effective_from), source.path)
        if other != source.path:
            raise SameName(
                f"{other} and {source.path} would both be document {source.document!r}: ingest the folder that holds "
                "them both, or say in its manifest from when each applies."
            )
    return _labelled(dated, None if access is None else check_labels(access))


def _labelled(sources: list[SourceFile], access: tuple[str, ...] | None) -> list[SourceFile]:
    """Every file with the labels of its document, whichever entry names them, or else with ``access``."""
    named: dict[str, tuple[str, ...]] = {}
    for source in sources:
        if source.access is not None and named.setdefault(source.document, source.access) != source.access:
            raise BadManifest(f"{source.document!r} is given different labels by its entries: give it the same.")
    return [replace(source, access=named.get(source.document, access)) for source in sources]


def _below(path: Path) -> Iterator[SourceFile]:
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
        yield SourceFile(path, path.name)
        return
    entries = read_manifest(path)
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        if file.is_file() and not hidden and relative.as_posix() not in MANIFESTS and file.suffix.lower() in FORMATS:
            entry = entries.get(relative.as_posix()) or Entry(file=relative.as_posix())
            name = entry.document or entry.file
            yield SourceFile(file, name, entry.title, entry.effective_from, entry.origin, entry.access)

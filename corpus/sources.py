"""Which files a path means, and what is known about them before they are opened."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import BadManifest, NothingToIngest, NotOneFile, SameName
from corpus.loaders import FORMATS

MANIFEST = "manifest.yaml"


@dataclass(frozen=True)
class SourceFile:
    """A file to ingest as a version of document ``document``; ``title`` and ``effective_from`` where they are known."""

    path: Path
    document: str
    title: str | None = None
    effective_from: date | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: str
    document: str | None = None
    title: str | None = None
    effective_from: date | None = None


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    documents: list[_Entry]


def find_sources(
    paths: Sequence[Path], effective_from: date | None = None, document: str | None = None
) -> list[SourceFile]:
    """The files that ``paths`` mean: a file itself, a folder all files of known formats below it.

    A document is named by its path in the folder, or by the file's name. A ``manifest.yaml`` in a folder gives its
    files titles, dates and common names. With ``document``, the one file is a version of that. Raises
    `NothingToIngest`, `BadManifest`, `SameName` and `NotOneFile`.
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
                "them both, or say in its manifest.yaml from when each applies."
            )
    return dated


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
        yield SourceFile(path, path.name)
        return
    entries = _read_manifest(path)
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        if file.is_file() and not hidden and file.suffix.lower() in FORMATS:
            entry = entries.get(relative.as_posix())
            name = (entry.document if entry else None) or relative.as_posix()
            yield SourceFile(file, name, entry.title if entry else None, entry.effective_from if entry else None)


def _read_manifest(folder: Path) -> dict[str, _Entry]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        entries = _Manifest.model_validate(yaml.safe_load(path.read_text("utf-8"))).documents
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadManifest(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadManifest(f"{path}: {where or 'the file'}: {first['msg']}") from error
    for entry in entries:
        if not (folder / entry.file).resolve().is_relative_to(folder.resolve()):
            raise BadManifest(f"{path}: {entry.file!r} lies outside the folder; list only files below it")
        if not os.path.isfile(folder / entry.file):  # noqa: PTH113 - Path.is_file raises for a name that is too long
            raise BadManifest(f"{path}: there is no file {entry.file!r}; remove the entry or add the file")
    return {entry.file: entry for entry in entries}

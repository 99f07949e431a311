"""The manifest of a folder: what is known about its files, as YAML or as a spreadsheet saves it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import ErrorDetails

from corpus.access import check_labels
from corpus.errors import BadLabel, BadManifest, Unreadable
from corpus.loaders.plain import read_text

# Enough to see what is wrong with a manifest: a column of dates in another form makes every row a fault.
MOST_FAULTS = 20


class Entry(BaseModel):
    """One file, by its path in the folder, and what is known about it. ``origin`` is where it came from, such as a URL;
    versions of one document share the name ``document``. ``access`` are the document's labels: an empty list takes them
    away, None leaves them as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    document: str | None = None
    title: str | None = None
    effective_from: date | None = None
    origin: str | None = None
    access: tuple[str, ...] | None = None

    @field_validator("access", mode="before")
    @classmethod
    def _labels(cls, value: object) -> tuple[str, ...] | None:
        listed = value.split() if isinstance(value, str) else value
        try:
            return None if listed is None else check_labels(map(str, listed))  # type: ignore[call-overload]
        except (BadLabel, TypeError) as error:
            raise ValueError(str(error).removesuffix(".")) from error

    @field_validator("effective_from", mode="before")
    @classmethod
    def _day(cls, value: object) -> date | None:
        try:
            return None if value is None else date.fromisoformat(str(value))
        except ValueError as error:
            raise ValueError("give a date such as 2026-01-31") from error


@dataclass(frozen=True)
class _Row:
    """An entry as it was read, with the place in the manifest where it stands, and those of its fields."""

    place: str
    values: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)


def read_manifest(folder: Path) -> dict[str, Entry]:
    """The entries of a folder's manifest by file; none where it has no manifest.

    Raises `BadManifest`, with a sentence for each fault and the line or row in which it is.
    """
    found = [path for path in map(folder.joinpath, MANIFESTS) if path.is_file()]
    if len(found) > 1:
        raise BadManifest(f"{folder} has both {' and '.join(MANIFESTS)}: keep one of them.")
    for path in found:
        return _checked(path, list(MANIFESTS[path.name](path)))
    return {}


def _checked(path: Path, rows: list[_Row]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    places: dict[str, str] = {}
    faults: list[str] = []
    for row in rows:
        try:
            entry = Entry.model_validate(row.values)
        except ValidationError as error:
            faults += [
                f"{row.places.get(str(each['loc'][0]), row.place)}: {_sentence(each)}" for each in error.errors()
            ]
            continue
        if fault := _fault_of_file(path.parent, entry.file):
            faults.append(f"{row.place}: {fault}")
        elif entry.file in entries:
            faults.append(f"{row.place}: {entry.file!r} stands in {places[entry.file]} already; remove one of them")
        else:
            entries[entry.file], places[entry.file] = entry, row.place
    if faults:
        _refuse(path, faults)
    return entries


def _fault_of_file(folder: Path, file: str) -> str | None:
    if not (folder / file).resolve().is_relative_to(folder.resolve()):
        return f"{file!r} lies outside the folder; list only files below it"
    if not os.path.isfile(folder / file):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        return f"there is no file {file!r}; remove the entry or add the file"
    return None


def _refuse(path: Path, faults: list[str]) -> None:
    shown = [f"{path}, {fault}." for fault in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        shown.append(f"There are {len(faults) - MOST_FAULTS:,} faults more.")
    raise BadManifest("\n".join(shown))


def _sentence(error: ErrorDetails) -> str:
    name = error["loc"][0]
    match error["type"]:
        case "extra_forbidden":
            return f"there is no field {name!r}; there are {', '.join(Entry.model_fields)}"
        case "missing":
            return f"the field {name!r} is missing"
    reason = error["msg"].removeprefix("Value error, ")
    return f"{name}: {reason[0].lower()}{reason[1:]}, not {error['input']!r}"


def _from_yaml(path: Path) -> Iterator[_Row]:
    """Read as nodes, which know their lines; what they hold is text, as in a CSV."""
    try:
        root = yaml.compose(path.read_bytes(), yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadManifest(f"{path}{where}: it is not YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(root, yaml.MappingNode) or [key.value for key, _ in root.value] != ["documents"]:
        raise BadManifest(f"{path}, line 1: it holds one list, with the name documents, and nothing else.")
    ((_, listed),) = root.value
    if not isinstance(listed, yaml.SequenceNode):
        raise BadManifest(f"{path}, {_line(listed)}: documents is a list; begin each entry with a hyphen.")
    for node in listed.value:
        if not isinstance(node, yaml.MappingNode):
            raise BadManifest(f"{path}, {_line(node)}: an entry is fields and their values, such as file: fees.pdf.")
        yield _Row(
            _line(node),
            {str(key.value): _plain(value) for key, value in node.value},
            {str(key.value): _line(key) for key, _ in node.value},
        )


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return [each.value if isinstance(each, yaml.ScalarNode) else {} for each in node.value]
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    return {}


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _from_csv(path: Path) -> Iterator[_Row]:
    """Rows are counted as a spreadsheet counts them: the first is that of the columns' names."""
    try:
        text = read_text(path)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (Unreadable, csv.Error) as error:
        raise BadManifest(f"{path}: it can't be read: {error}.") from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    if unknown := [name for name in names if name not in Entry.model_fields]:
        known = ", ".join(Entry.model_fields)
        raise BadManifest(f"{path}, row 1: there is no field {unknown[0]!r}; there are {known}.")
    for number, row in enumerate(rows[1:], start=2):
        values = dict(zip(names, (value.strip() or None for value in row), strict=False))
        if len(row) > len(names):
            raise BadManifest(f"{path}, row {number}: it has {len(row)} cells, and the first row names {len(names)}.")
        if any(values.values()):
            yield _Row(f"row {number}", values)


MANIFESTS = {"manifest.yaml": _from_yaml, "manifest.csv": _from_csv}

"""Foreign files, read and checked against what their format promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.errors import BadGold

T = TypeVar("T")


class Foreign(BaseModel):
    """The root of what foreign files hold; fields that nobody asks for are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def file_at(path: Path, *names: str) -> Path:
    """``path`` itself, or, where it is a folder, the first of ``names`` that lies in it."""
    if not path.is_dir():
        return path
    for name in names:
        if (path / name).is_file():
            return path / name
    raise BadGold(f"{path} holds no {' and no '.join(names)}: give the path of the set's file.")


def read_json(path: Path, kind: TypeAdapter[T]) -> T:
    """A file that is one JSON value."""
    try:
        return kind.validate_json(text_of(path))
    except ValidationError as error:
        raise BadGold(f"{path}, {_first(error)}") from error


def read_lines(path: Path, kind: TypeAdapter[T]) -> Iterator[T]:
    """A file of one JSON object a line; empty lines are passed over."""
    for number, line in numbered_lines(path):
        try:
            yield kind.validate_json(line)
        except ValidationError as error:
            raise BadGold(f"{path}, line {number}, {_first(error)}") from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """A file's lines that aren't empty, with their numbers from 1."""
    # Only line feeds end a line: JSON may hold other separators inside its strings.
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def text_of(path: Path) -> str:
    """A file's text, without a byte-order mark. Raises `BadGold` where it can't be read, or isn't text."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadGold(f"{path} can't be opened: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise BadGold(f"{path} is not a file of this format: it isn't text in UTF-8.") from error


def _first(error: ValidationError) -> str:
    """What is wrong first, and where in the file."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "the value"
    return f"{where}: {first['msg']}; check that this is the format named."

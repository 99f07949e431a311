"""Files that are whole or not there at all, for readers meanwhile and after a crash."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A new path beside ``target`` to write to. What is still there at the end is removed."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def put(temporary: Path, target: Path) -> None:
    """Make sure that a file is on the disk, and only then give it the name ``target``, in place of what has it."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write what ``target`` is to hold. Where the block ends without an error, it takes the target's
    place."""
    with unfinished(target) as temporary:
        yield temporary
        put(temporary, target)

"""How long-running work says how far it is, without knowing who shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what is being done, how much of it, and of how much; a ``total`` of None means that isn't known.

    An empty label says that nothing is being done any more."""

    def __call__(self, label: str, done: int, total: int | None) -> None: ...


def silent(label: str, done: int, total: int | None) -> None:
    """Shows nothing."""

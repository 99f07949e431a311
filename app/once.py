"""Parts that are made when they are first asked for, once, however many threads ask at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")


class Locked(Protocol):
    """One whose parts are made one after the other, under its ``lock``."""

    lock: threading.RLock


class once(Generic[T]):  # noqa: N801 - used as a decorator, as functools.cached_property is
    """A part of an object that is made when it is first asked for: by one thread, while others wait for it.

    `functools.cached_property` does the same without a lock from Python 3.12 on. What is made is an ordinary attribute
    from then on, and may be set beforehand.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> once[T]: ...
    @overload
    def __get__(self, owner: Locked, kind: type) -> T: ...
    def __get__(self, owner: Locked | None, kind: type) -> T | once[T]:
        if owner is None:
            return self
        parts = owner.__dict__
        with owner.lock:
            if self._name not in parts:
                parts[self._name] = self._make(owner)
            made: T = parts[self._name]
            return made

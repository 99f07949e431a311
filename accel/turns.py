"""Whose turn a model is: one step at a time, whoever asks for it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from transformers import PreTrainedModel

T = TypeVar("T")
Turn = AbstractContextManager[bool]

_turns: weakref.WeakKeyDictionary[PreTrainedModel, Turn] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def turn_of(model: PreTrainedModel) -> Turn:
    """The one lock of ``model``, to be held while it computes. The thread that holds it may take it again."""
    with _making:
        return _turns.setdefault(model, threading.RLock())


def in_turns(steps: Iterator[T], turn: Turn) -> Iterator[T]:
    """``steps``, each made while ``turn`` is held and given out when it is free again.

    Whoever got a step may take long over it, ask the same model something else, or never come back.
    """
    while True:
        with turn:
            try:
                step = next(steps)
            except StopIteration:
                return
        yield step

"""Whose fault an unforeseen error is: ours, or that of what was read."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb

_OURS = tuple(Path(__file__).parent.parent / room for room in ("accel", "app", "corpus", "eval", "retrieval"))
# By these a text says that it isn't what it should be, wherever it is found out.
_OF_TEXT = (UnicodeError, RecursionError, EOFError, OSError)


def is_ours(error: BaseException) -> bool:
    """Whether an error that nobody foresaw is a fault of this program: one that its own code ran into.

    A parser library's error, or Python's own within one, comes of a damaged file. Libraries in C leave no frame, but
    their errors are of a class of their own.
    """
    if isinstance(error, _OF_TEXT) or type(error).__module__ != "builtins":
        return False
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    return bool(frames) and any(map(Path(frames[-1].f_code.co_filename).is_relative_to, _OURS))

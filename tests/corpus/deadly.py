"""What kills a reader; a file of its own, because the reader imports it."""

from __future__ import annotations

import os
import signal


class Deadly:
    """A measure of passages that kills the process that measures, as a parser's fault would."""

    def __call__(self, text: str) -> int:
        if "poison" in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        return len(text)


class Faulty:
    """A measure of passages with a mistake in it, as a fault of our own would be."""

    def __call__(self, text: str) -> int:
        return len(text) + {}["unit"]  # type: ignore[typeddict-item]


class Unsendable:
    """A measure with a mistake that ends the process with a traceback."""

    def __setstate__(self, state: object) -> None:
        raise TypeError("it can't be made anew")

    def __getstate__(self) -> dict[str, int]:
        return {"made": 1}

    def __call__(self, text: str) -> int:
        return len(text)

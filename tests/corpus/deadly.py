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

"""The command line, each time in a process of its own, forked from one that has imported its libraries once."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What `python -m app.cli` imports sooner or later, which takes longer than most commands do.
IMPORTED = (
    "app.api.server",
    "app.cli",
    "app.models",
    "eval.cli",
    "retrieval.embedder",
    "retrieval.encoder",
    "sentence_transformers",
)


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    """What ``citewell`` prints and returns for ``arguments``, given these variables and no others."""
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder, name) for name in ("out", "err")]
        process = _forks().Process(target=_run, args=(list(arguments), dict(environment), *map(str, printed)))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join(timeout_s)
            raise subprocess.TimeoutExpired(list(arguments), timeout_s)
        out, err = (file.read_text(encoding="utf-8") for file in printed)
    return subprocess.CompletedProcess(list(arguments), process.exitcode, out, err)


class Server:
    """``citewell`` going on in a process of its own, forked in the same way; what it prints goes to files."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        printed = [Path(self._folder.name, name) for name in ("out", "err")]
        self._out, self._err = printed
        self._process = _forks().Process(target=_run, args=(list(arguments), dict(environment), *map(str, printed)))
        self._process.start()

    @property
    def output(self) -> str:
        """What it has printed."""
        return self._out.read_text(encoding="utf-8") if self._out.exists() else ""

    @property
    def errors(self) -> str:
        """What it has printed to standard error."""
        return self._err.read_text(encoding="utf-8") if self._err.exists() else ""

    @property
    def is_running(self) -> bool:
        """Whether it hasn't ended yet."""
        return self._process.exitcode is None

    def address(self, timeout_s: float = 120) -> str:
        """Where it serves, as soon as it says so."""
        until = time.monotonic() + timeout_s
        while not (found := re.search(r"^Serving on (http://\S+)", self.output, re.MULTILINE)):
            assert self.is_running, f"the server ended with status {self._process.exitcode}: {self.errors}"
            assert time.monotonic() < until, f"the server doesn't serve: {self.errors}"
            time.sleep(0.02)
        return found[1]

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self._process.kill()
        self._process.join(60)

    def stop(self, timeout_s: float = 60) -> None:
        """Ask it to end, and wait until it has."""
        self._process.terminate()
        self._process.join(timeout_s)
        if self._process.exitcode is None:
            self.kill()
            raise AssertionError(f"the server doesn't end: {self.errors}")


def _forks() -> ForkServerContext:
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(list(IMPORTED))
    return forks


def _run(arguments: list[str], environment: dict[str, str], out: str, err: str) -> None:
    gc.freeze()  # else looking for garbage touches, and so copies, all that was imported before the fork
    for file, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["citewell", *arguments]
    from app.cli import main

    main()

"""The command line, each time in a process of its own, forked from one that has imported its libraries once."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What `python -m app.cli` imports sooner or later, which takes longer than most commands do.
IMPORTED = ("app.cli", "app.generator", "eval.cli", "retrieval.embedder", "retrieval.encoder", "sentence_transformers")


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    """What ``citewell`` prints and returns for ``arguments``, given these variables and no others."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(list(IMPORTED))
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder, name) for name in ("out", "err")]
        process = forks.Process(target=_run, args=(list(arguments), dict(environment), *map(str, printed)))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout_s)
        out, err = (file.read_text(encoding="utf-8") for file in printed)
    return subprocess.CompletedProcess(list(arguments), process.exitcode, out, err)


def _run(arguments: list[str], environment: dict[str, str], out: str, err: str) -> None:
    for file, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["citewell", *arguments]
    from app.cli import main

    main()

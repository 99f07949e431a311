"""``make api-check``: schemathesis asks every operation of the API what its description admits, and what it doesn't.

A failure is a 5xx but 503, a status or content type that isn't described, a response or a refusal against the
description, or a request against it that is accepted. The server answers without keys, then with them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.keys import digest, make_key
from tests.conftest import ROOT

CONFIG = Path(__file__).parent / "schemathesis.toml"
DOCUMENTS = {
    "fees.md": "# Fees\n\n## Parcels\n\nThe fee for a parcel is 5 crowns.\n",
    "hours.md": "# Hours\n\nAll branches open at nine.\n",
}


def main() -> int:
    """The exit status: 1 where one of the runs found something."""
    key = make_key()
    keys = [{"name": "check", "sha256": digest(key), "labels": ["board"], "manages": True}]
    # The one server starts while the other is asked.
    with (
        TemporaryDirectory() as folder,
        served(Path(folder, "open")) as open_,
        served(Path(folder, "keyed"), f"access.keys={json.dumps(keys)}") as keyed,
    ):
        found = [asked(open_, Path(folder)), asked(keyed, Path(folder), "--header", f"Authorization: Bearer {key}")]
    return int(any(found))


def asked(server: subprocess.Popen[str], folder: Path, *more: str) -> int:
    """Ask a server everything; the exit status of schemathesis."""
    assert server.stdout is not None
    said = next(filter(None, (re.search(r"http://\S+", line) for line in server.stdout)), None)
    if said is None:
        sys.exit(f"The server ended with status {server.wait()}.")
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIG]
    return subprocess.run([*command, "run", f"{said[0]}/openapi.json", *more], cwd=folder).returncode


@contextmanager
def served(folder: Path, *settings: str) -> Iterator[subprocess.Popen[str]]:
    """A server over the documents, which quotes; it says where when it is ready."""
    documents = folder / "documents"
    documents.mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text)
    overrides = ("answering.mode=quote", "server.log_level=error", *settings)
    command = [sys.executable, "-m", "app.cli", "--data-dir", folder / "var"]
    command += [part for setting in overrides for part in ("--set", setting)]
    command += ["serve", "--port", "0", "--sample", documents]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())

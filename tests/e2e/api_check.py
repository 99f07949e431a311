"""``make api-check``: schemathesis asks every operation of the API what its description admits, and what it doesn't.

A failure is a 5xx but 503, a status or content type that isn't described, a response or a refusal against the
description, or a request against it that is accepted. The server answers without keys, then with them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
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
    found = []
    for settings, headers in (((), ()), ((f"access.keys={json.dumps(keys)}",), (f"Authorization: Bearer {key}",))):
        with TemporaryDirectory() as folder, served(Path(folder), settings) as address:
            asked = [f"{address}/openapi.json", *(part for header in headers for part in ("--header", header))]
            command = [Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIG, "run", *asked]
            found.append(subprocess.run(command, cwd=folder).returncode)
    return int(any(found))


@contextmanager
def served(folder: Path, settings: Sequence[str]) -> Iterator[str]:
    """The address of a server over the documents, which quotes."""
    documents = folder / "documents"
    documents.mkdir()
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text)
    overrides = [part for setting in ("answering.mode=quote", *settings) for part in ("--set", setting)]
    citewell = [sys.executable, "-m", "app.cli", "--data-dir", folder / "var", *overrides]
    subprocess.run([*citewell, "ingest", documents], cwd=ROOT, check=True)
    process = subprocess.Popen([*citewell, "serve", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = re.search(r"http://\S+", process.stdout.readline())
        if said is None:
            sys.exit(f"The server ended with status {process.wait()}.")
        yield said[0]
    finally:
        process.terminate()
        process.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())

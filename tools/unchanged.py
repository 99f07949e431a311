"""Whether files are what they were when a slow check last passed: a stamp beside its results says so.

python -m tools.unchanged STAMP PATH...            exit status 0 if nothing changed, 1 if something did
python -m tools.unchanged --write STAMP PATH...    note the files as they are now
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def digest(paths: Sequence[str]) -> str:
    """SHA-256 over the names and contents of all files that git knows below the paths, in hexadecimal."""
    listed = subprocess.run(["git", "ls-files", "-z", "--", *paths], check=True, capture_output=True).stdout
    whole = hashlib.sha256()
    for name in sorted(filter(None, listed.decode().split("\0"))):
        whole.update(f"{name}\0{hashlib.sha256(Path(name).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Compare with the stamp, or write it."""
    writes = arguments[:1] == ["--write"]
    stamp, *paths = arguments[1:] if writes else arguments
    now, path = digest(paths), Path(stamp)
    if writes:
        path.write_text(f"{now}\n", encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8").strip() == now:
        print(f"Nothing below {' '.join(paths)} has changed since {stamp} was written.")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m bench.retrieval NAME …`` runs the benchmark ``bench/retrieval/NAME.py``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> int:
    """Run the benchmark that the command line names; returns the exit status."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in NAMES:
        print(f"usage: python -m bench.retrieval {{{','.join(NAMES)}}} …", file=sys.stderr)
        return 2
    return import_module(f"bench.retrieval.{name}").main(arguments)


if __name__ == "__main__":
    sys.exit(main())

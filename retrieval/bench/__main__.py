"""``python -m retrieval.bench NAME …`` measures one part."""

from __future__ import annotations

import argparse
import sys

from corpus.errors import CorpusError
from retrieval.bench import embedding
from retrieval.errors import RetrievalError


def main() -> int:
    """Exit status 2, after one sentence, where something can't be measured."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.bench", description=__doc__)
    embedding.add_to(parser.add_subparsers(required=True, metavar="NAME"))
    options = parser.parse_args()
    try:
        options.measure(options)
    except (CorpusError, RetrievalError) as reason:
        print(f"retrieval.bench: {reason}", file=sys.stderr)
        return 2
    return 0


sys.exit(main())

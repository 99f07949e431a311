"""A whole search over a filled data folder, and where its time goes."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from corpus import passage_store
from corpus.database import Database
from retrieval import lexical, retriever
from retrieval.dense import DenseIndex
from retrieval.embedder import Embedder
from retrieval.query import Query
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever


def main(arguments: Sequence[str]) -> int:
    """Search for the questions that ``arguments`` name, and print what it took; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval search", description=__doc__)
    parser.add_argument("data_dir", type=Path, help="filled by citewell ingest, in SQLite")
    parser.add_argument("gold", type=Path, nargs="+", help="JSON Lines with questions")
    parser.add_argument("--collection", default="default")
    parser.add_argument("--limit", type=int, default=300, metavar="N", help="only the first N questions")
    parser.add_argument("-k", type=int, default=5)
    options = parser.parse_args(arguments)
    questions = [
        json.loads(line)["question"] for path in options.gold for line in path.read_text(encoding="utf-8").splitlines()
    ][: options.limit]
    database = Database(f"sqlite:///{options.data_dir.resolve() / 'citewell.db'}")
    embedder = Embedder()
    index = DenseIndex(options.data_dir / "indexes", embedder.identity, embedder.dimension)
    with database.reading() as session:
        index.refresh(session)
    searcher = Retriever(database, embedder, index, Recipe())
    stages = _Stages()
    for name, owner, attribute in (
        ("embedding the question", embedder, "embed"),
        ("dense", index, "search"),
        ("similarities of words' hits", index, "similarities"),
        ("lexical", lexical, "search"),
        ("reading passages", passage_store, "passages"),
        ("making sections one", retriever, "collapse"),
        ("widening", passage_store, "widened"),
    ):
        stages.watch(name, owner, attribute)
    for number, question in enumerate([questions[0], *questions]):
        began = time.perf_counter()
        searcher.search(Query(question, options.collection, date.today(), options.k))
        stages.end_search(time.perf_counter() - began)
        if number == 0:
            stages.took.clear()  # The first search lists what may be found.
    print(f"{len(questions)} questions, {len(index)} passages")
    print(stages.table())
    database.close()
    return 0


class _Stages:
    """Seconds of each search by stage, taken by wrapping the functions that the retriever calls."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self._now: dict[str, float] = defaultdict(float)

    def watch(self, name: str, owner: Any, attribute: str) -> None:
        """Count the time within ``owner.attribute`` as that of a stage."""
        function: Callable[..., Any] = getattr(owner, attribute)

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._now[name] += time.perf_counter() - began

        setattr(owner, attribute, timed)

    def end_search(self, seconds: float) -> None:
        """Note a search that took so long in all."""
        # The embedding runs beside the other searches; what it takes longer than they is in here.
        beside = self._now["embedding the question"]
        self._now["everything else"] = seconds - (sum(self._now.values()) - beside)
        self._now["the whole search"] = seconds
        for name, spent in self._now.items():
            self.took[name].append(spent)
        self._now.clear()

    def table(self) -> str:
        """A line for each stage."""
        lines = [f"{'stage':<28} {'p50, ms':>8} {'p95, ms':>8}"]
        for name in sorted(self.took, key=lambda name: -np.median(self.took[name])):
            took = self.took[name]
            p50, p95 = 1000 * np.percentile(took, [50, 95])
            lines.append(f"{name:<28} {p50:8.1f} {p95:8.1f}")
        return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

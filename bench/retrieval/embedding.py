"""Passages a second of the embedder, beside those of a default float32 `SentenceTransformer.encode`."""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer

from corpus.errors import CorpusError, Unreadable
from corpus.loaders import Limits, load
from corpus.passages import cut
from corpus.sources import find_sources
from retrieval.embedder import Embedder, folder_of
from retrieval.embedding import indexed_text
from retrieval.errors import RetrievalError
from retrieval.tokens import size_for


def main(arguments: Sequence[str]) -> int:
    """Embed the same passages by both in turns, and print medians, their ratio, and how near the vectors are.

    Both are measured in seconds of the clock and of the CPU: on a machine that others use, only the second ones are
    comparable. Returns the exit status: 2, after one sentence, where there is nothing to measure.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval embedding", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="documents to cut passages from")
    parser.add_argument("--passages", type=int, default=512, metavar="N", help="drawn at random, the same every time")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of which the medians are printed")
    options = parser.parse_args(arguments)
    try:
        _measure(options)
    except (CorpusError, RetrievalError) as reason:
        print(f"bench.retrieval: {reason}", file=sys.stderr)
        return 2
    return 0


def _measure(options: argparse.Namespace) -> None:
    texts = _passages(options.folders, options.passages)
    peer, ours = SentenceTransformer(str(folder_of()), device="cpu"), Embedder(device="cpu")
    methods: dict[str, Callable[[Sequence[str]], object]] = {
        "SentenceTransformer": lambda given: peer.encode(list(given), normalize_embeddings=True),
        "Embedder": ours.embed,
    }
    for embed in methods.values():
        embed(texts[:8])  # what is made at the first use isn't measured
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in methods}
    for number in range(options.rounds):
        for name, embed in methods.items():
            print(f"\rround {number + 1} of {options.rounds}: {name:<20}", end="", file=sys.stderr, flush=True)
            seconds[name].append(_timed(lambda embed=embed: embed(texts)))  # type: ignore[misc]
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    rates = {
        name: [len(texts) / statistics.median(each) for each in zip(*taken, strict=True)]
        for name, taken in seconds.items()
    }
    print(
        f"{len(texts)} passages, {options.rounds} rounds, {torch.get_num_threads()} threads, {_cpu()}, torch "
        f"{torch.__version__}, sentence-transformers {sentence_transformers.__version__}"
    )
    print(f"{'':<20} passages/s  passages/CPU s")
    for name, (clock, cpu) in rates.items():
        print(f"{name:<20} {clock:>10.1f} {cpu:>15.1f}")
    theirs, own = rates.values()
    print(f"{'ratio':<20} {own[0] / theirs[0]:>10.2f} {own[1] / theirs[1]:>15.2f}")
    cosines = (np.asarray(peer.encode(texts, normalize_embeddings=True)) * ours.embed(texts)).sum(axis=1)
    print(f"cosine of both vectors: least {cosines.min():.5f}, mean {cosines.mean():.5f}")
    question = ["What does it cost to pay off a mortgage before its term ends?"]
    for name, embed in methods.items():
        taken = [_timed(lambda embed=embed: embed(question)) for _ in range(50)]  # type: ignore[misc]
        clock, cpu = (1000 * statistics.median(each) for each in zip(*taken, strict=True))
        print(f"one question, {name}: {clock:.1f} ms, {cpu:.1f} ms of the CPU")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def _passages(folders: Sequence[Path], number: int) -> list[str]:
    size, texts = size_for(), list[str]()
    for source in find_sources(folders):
        try:
            content = load(source.path, Limits())
        except Unreadable:
            continue
        pages = {page.number: page for page in content.pages}
        for span in cut(content, source.path.stem, size):
            text = pages[span.page].text[span.start : span.end]
            texts.append(indexed_text(" > ".join(span.heading), span.context, text))
    return random.Random(0).sample(texts, min(number, len(texts)))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor())

"""A fault planted in one layer is caught by the regression check, which names the right cause; no fault passes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import text

from app.answering import assembly
from app.answering.answer import Citation
from app.config import load_settings
from app.mode import Mode
from app.service import Citewell
from corpus.language.sentences import Span
from eval.decide.compare import Verdict, compare, judge
from eval.gold.model import read_gold
from eval.runs.describe import describe
from eval.runs.evaluate import Evaluation, carry_out, choose
from eval.runs.folder import Run
from eval.runs.record import Failure
from retrieval import lexical
from retrieval.embedder import Embedder, Vectors
from tests.conftest import ROOT, settings_of

GOLD = ROOT / "eval/gold/sample.jsonl"

Opened = Callable[..., Citewell]


class Remembering:
    """An embedding model that knows each text again: the same questions are asked for every fault."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed(self, texts: Sequence[str]) -> Vectors:
        for each in texts:
            if each not in self._known:
                self._known[each] = self._embedder.embed([each])
        return np.concatenate([self._known[each] for each in texts])


@pytest.fixture(scope="module")
def remembering(embedder: Embedder) -> Embedder:
    return cast(Embedder, Remembering(embedder))


@pytest.fixture
def opened(tmp_path: Path, sample_dir: Path, generator_path: Path, remembering: Embedder) -> Iterator[Opened]:
    """Opens a service over a copy of the sample corpus, with settings of its own; the models are shared."""
    services = []

    def open_copy(*more: str) -> Citewell:
        folder = tmp_path / f"var{len(services)}"
        shutil.copytree(sample_dir, folder)
        services.append(Citewell(load_settings(overrides=settings_of(folder, generator_path, *more))))
        services[-1].models.embedder = remembering
        return services[-1]

    yield open_copy
    for service in services:
        service.database.close()


def run(service: Citewell, folder: Path) -> Run:
    """All sample questions, answered by quoting: what is planted here lies before or after the writing."""
    gold = read_gold(GOLD)
    asked = choose([gold], None)
    info = describe(service, "answers", [(GOLD, gold)], len(asked), {"collection": "default", "mode": Mode.QUOTE})
    records = carry_out(Evaluation(service, "default", Mode.QUOTE), info, asked, folder)
    return Run(folder, info, list(records), {}, {})


@pytest.fixture(scope="module")
def baseline(
    tmp_path_factory: pytest.TempPathFactory, sample_dir: Path, generator_path: Path, remembering: Embedder
) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("baseline")
    shutil.copytree(sample_dir, folder / "var")
    service = Citewell(load_settings(overrides=settings_of(folder / "var", generator_path)))
    service.models.embedder = remembering
    yield run(service, folder / "run")
    service.database.close()


def verdict(baseline: Run, service: Citewell, tmp_path: Path) -> Verdict:
    return judge(compare(baseline, run(service, tmp_path / "run")))


def assert_caught(found: Verdict, metric: str, failure: Failure) -> None:
    assert metric in {change.metric for change, _ in found.fallen}
    assert found.grown[0].failure is failure


def test_without_a_fault_the_gate_passes(baseline: Run, opened: Opened, tmp_path: Path) -> None:
    found = verdict(baseline, opened(), tmp_path)
    assert found.passed
    assert not found.grown


def test_lexical_search_switched_off(
    baseline: Run, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "search", lambda *_: [])
    assert_caught(verdict(baseline, opened(), tmp_path), "search.words@10", Failure.NOT_RETRIEVED)


def test_wrong_page_numbers(baseline: Run, opened: Opened, tmp_path: Path) -> None:
    service = opened()
    with service.database.changing_corpus() as session:
        # In two steps, since no two pages of a version may have one number.
        session.execute(text("UPDATE pages SET number = number + 1000"))
        session.execute(text("UPDATE pages SET number = number - 997"))
    assert_caught(verdict(baseline, service, tmp_path), "retrieval.page1.recall@5", Failure.WRONG_PAGE)


def test_a_gate_that_lets_everything_through(baseline: Run, opened: Opened, tmp_path: Path) -> None:
    service = opened("answering.min_confidence=0")
    assert_caught(verdict(baseline, service, tmp_path), "abstain.rate.unanswerable", Failure.WRONGLY_ANSWERED)


def test_citation_spans_shifted_by_one(
    baseline: Run, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = Citation.of

    def shifted(*place: object) -> Citation:
        citation = exact(*place)
        return citation.model_copy(update={"start": citation.start + 1, "end": citation.end + 1})

    monkeypatch.setattr(Citation, "of", shifted)
    assert_caught(verdict(baseline, opened(), tmp_path), "quote.verbatim", Failure.WRONG_SPAN)


def test_a_truncated_answer(baseline: Run, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = assembly.best_span

    def truncated(question: str, passage: str, most_words: int) -> list[Span]:
        first = whole(question, passage, most_words)[0]
        return [Span(first.start, first.start + max(1, (first.end - first.start) // 4))]

    monkeypatch.setattr(assembly, "best_span", truncated)
    assert_caught(verdict(baseline, opened(), tmp_path), "answer.token_recall", Failure.INCOMPLETE)

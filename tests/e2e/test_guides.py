"""17 real consumer guides: taken in, left alone the second time, and asked real questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.config import load_settings
from app.mode import Mode
from app.service import Citewell
from retrieval.embedder import Embedder
from tests.conftest import Run, settings_of

pytestmark = pytest.mark.public_documents

PRODUCTS = ("auto-loans", "debt-collection")
QUESTIONS = {
    "I saw an advertisement for 0% financing. How can I find out if I will qualify?": "Ask CFPB answer 781",
    "What if I believe I do not owe the debt or I want proof of the debt?": "Ask CFPB answer",
}


@pytest.fixture(scope="module")
def chosen(guides: Path) -> list[Path]:
    """The guides of two products; all 85 would take over a minute."""
    return sorted(path for product in PRODUCTS for path in guides.glob(f"{product}--*.md"))


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guides") / "var"


def test_the_guides_go_in_with_progress_and_once(citewell: Run, chosen: list[Path], ingested: Path) -> None:
    first = citewell("ingest", *chosen, data_dir=ingested)
    assert first.returncode == 0
    assert "17 added" in first.stdout
    assert "Reading documents" in first.stderr
    assert "Embedding passages" in first.stderr
    second = citewell("ingest", *chosen, data_dir=ingested)
    assert "17 unchanged" in second.stdout
    assert "0 changes" in second.stdout


def test_real_questions_are_answered_from_them(ingested: Path, generator_path: Path, embedder: Embedder) -> None:
    # The rows are fixed, since those that are fastest here are not those of another machine.
    more = ("generator.max_new_tokens=40", "generator.rows=16")
    service = Citewell(load_settings(overrides=settings_of(ingested, generator_path, *more)))
    service.models.embedder = embedder
    answers = [service.answer(service.question(question, mode=Mode.WRITE)) for question in QUESTIONS]
    service.database.close()
    for answer, heading in zip(answers, QUESTIONS.values(), strict=True):
        assert answer.status == "answered", answer
        assert heading in answer.citations[0].heading
    assert sum(answer.stats.tokens for answer in answers) > 2 * sum(answer.stats.steps for answer in answers)


def test_most_questions_find_the_section_that_answers_them(
    guides: Path, ingested: Path, generator_path: Path, embedder: Embedder
) -> None:
    lines = (guides.parent.parent / "qa_ask_cfpb.jsonl").read_text().splitlines()
    asked = [item for line in lines if Path((item := json.loads(line))["evidence"][0]["doc"]).name.startswith(PRODUCTS)]
    gold = asked[::2]
    service = Citewell(load_settings(overrides=settings_of(ingested, generator_path)))
    service.models.embedder = embedder
    found = 0
    for item in gold:
        hits = service.search(service.question(item["question"], k=5))
        sections = {hit.passage.heading.rpartition(" > ")[2] for hit in hits}
        found += any(evidence["section"] in sections for evidence in item["evidence"])
    service.database.close()
    assert found / len(gold) > 0.75

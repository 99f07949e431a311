"""The answerability model: confident where the passages speak of the question, and calibrated anew where a gate
lies."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.answering.answer import Status
from app.answering.answerability import PACKAGED, Answerability, doubt, features, load_answerability
from app.cli import app as program
from app.config import load_settings
from app.errors import BadAnswerability
from app.mode import Mode
from app.service import Citewell
from retrieval.retriever import Hit


@pytest.fixture(scope="module")
def hits(service: Citewell) -> list[Hit]:
    return service.search(service.question("What does a cash withdrawal abroad with a debit card cost?"))


def test_features_follow_from_question_and_hits(hits: list[Hit]) -> None:
    seen = features("What does a cash withdrawal abroad with a debit card cost?", hits)
    similarities = [hit.similarity or 0.0 for hit in hits[:4]]
    assert seen.similarity == max(similarities)
    assert seen.mean_similarity == pytest.approx(sum(similarities) / 4)
    assert seen.score == max(hit.score for hit in hits[:4])
    assert 0 < seen.coverage <= seen.union_coverage <= 1
    assert features("xylophone", hits).union_coverage == 0
    assert set(features("of the", hits)) == {0.0}


def test_confidence_is_the_logistic_of_the_weighted_features(hits: list[Hit]) -> None:
    gate = Answerability(weights={"similarity": 2.0}, bias=-1.0, threshold=0.5, embedder="", fitted_on="")
    expected = 1 / (1 + math.exp(1 - 2 * features("cash", hits).similarity))
    assert gate.confidence("cash", hits) == pytest.approx(expected)
    assert gate.confidence("cash", []) == 0


def test_what_nobody_asked_about_is_less_likely_answered(service: Citewell) -> None:
    confidence = {}
    for text in ("What does a cash withdrawal abroad with a debit card cost?", "When does the train to Lisbon leave?"):
        question = service.question(text)
        confidence[text] = service.answerability.confidence(text, service.search(question))
    inside, outside = confidence.values()
    assert inside > 0.8
    assert outside < service.answerability.threshold


def test_below_the_threshold_nothing_is_written(service: Citewell) -> None:
    answer = service.answer(service.question("When does the train to Lisbon leave?"))
    assert answer.status is Status.ABSTAINED
    assert answer.stats.steps == 0
    assert answer.sources
    assert answer.confidence is not None
    assert answer.confidence < service.answerability.threshold


def test_a_gate_of_this_instance_goes_before_the_packaged_one(tmp_path: Path) -> None:
    packaged = Answerability.model_validate_json(PACKAGED.read_bytes())
    own = packaged.model_copy(update={"threshold": 0.77, "embedder": "mine@1"})
    path = tmp_path / "gate.json"
    assert load_answerability(path, "mine@1") == packaged
    path.write_text(own.model_dump_json())
    assert load_answerability(path, "mine@1") == own
    assert load_answerability(path, "another@1") == packaged
    path.write_text("{")
    with pytest.raises(BadAnswerability, match="citewell eval calibrate"):
        load_answerability(path, "mine@1")


def test_a_gate_with_a_weight_of_no_feature_is_no_gate(tmp_path: Path) -> None:
    path, packaged = tmp_path / "gate.json", Answerability.model_validate_json(PACKAGED.read_bytes())
    path.write_text(json.dumps(packaged.model_dump() | {"weights": {"similarity": 1.0, "length": 2.0}}))
    with pytest.raises(BadAnswerability, match=r"no feature length\): delete it, or run citewell eval calibrate"):
        load_answerability(path, packaged.embedder)


def test_a_gate_that_may_not_fit_the_embedding_model_is_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    packaged = Answerability.model_validate_json(PACKAGED.read_bytes())
    path = tmp_path / "gate.json"
    assert doubt(path, packaged.embedder) is None
    unknown = doubt(path, "mine@1") or ""
    assert "No answerability model was fitted to the embedding model mine@1" in unknown
    path.write_text(packaged.model_copy(update={"embedder": "mine@1"}).model_dump_json())
    assert doubt(path, "mine@1") is None
    for embedder in (packaged.embedder, "another@1"):
        said = doubt(path, embedder) or ""
        assert f"was fitted to mine@1, not to {embedder}" in said
        assert f"The packaged one is used, fitted to {packaged.embedder}: run citewell eval calibrate" in said

    data = tmp_path / "var"
    (data / "indexes").mkdir(parents=True)
    path.rename(data / "indexes" / "gate.json")
    service = Citewell(load_settings(overrides=[f"data_dir={str(data)!r}"]))
    assert service.answerability == packaged
    assert "was fitted to mine@1" in caplog.text
    shown = CliRunner().invoke(program, ["--data-dir", str(data), "doctor"])
    assert "was fitted to mine@1" in shown.output.replace("\n", "")
    assert shown.exit_code == 0
    service.database.close()


def test_quoting_needs_no_model_and_quotes_word_for_word(service: Citewell) -> None:
    question = service.question("What does a cash withdrawal abroad with a debit card cost?", mode=Mode.QUOTE)
    answer = service.answer(question)
    assert answer.model is None
    assert answer.stats.steps == 0
    assert "2.25%" in answer.answer
    source = answer.sources[0].text
    for citation in answer.citations:
        assert citation.quote in source
        assert answer.answer[citation.answer_start : citation.answer_end] == citation.quote

"""A fitted model tells answerable from unanswerable questions, and keeps the promised share of answers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.answering.answerability import Features, load_answerability
from eval.decide.calibrate import Example, fit
from eval.errors import BadGold
from eval.runs.folder import write_json


def examples(n: int, seed: int = 0) -> list[Example]:
    """Answerable questions whose evidence is found have a nearer passage than others."""
    rng = random.Random(seed)
    made = []
    for at in range(n):
        answerable, found = at % 2 == 0, at % 2 == 0 and at % 10 != 0
        near = rng.gauss(0.7 if found else 0.45, 0.1)
        seen = Features(near, near - 0.1, 0.1, rng.random(), rng.random(), near)
        made.append(Example("made", seen, found, answerable))
    return made


def test_the_fitted_gate_separates_and_answers_the_share_that_was_asked_for(tmp_path: Path) -> None:
    done = fit(examples(400), answered=0.75, embedder="e@1", fitted_on="made up")
    assert done.auroc > 0.85
    assert done.error < 0.1
    assert done.answered == pytest.approx(0.75, abs=0.01)
    assert done.abstained > 0.7
    assert done.model.weights["similarity"] > 0
    others, answerable = done.groups
    assert (others.answerable, others.questions, answerable.questions) == (False, 200, 200)
    assert others.tried == pytest.approx(1 - done.abstained)
    assert answerable.tried == pytest.approx(done.answered)
    write_json(tmp_path / "below" / "gate.json", done.model)
    assert load_answerability(tmp_path / "below" / "gate.json", "e@1") == done.model


def test_the_same_examples_give_the_same_model() -> None:
    models = [fit(examples(100), answered=0.8, embedder="e", fitted_on="x").model for _ in range(2)]
    assert models[0] == models[1]


def test_questions_of_one_kind_only_are_refused() -> None:
    only = [example for example in examples(100) if example.answerable]
    with pytest.raises(BadGold, match="There are 40 and 0: add some"):
        fit(only, answered=0.9, embedder="e", fitted_on="x")


def test_a_feature_that_is_left_out_has_no_weight() -> None:
    done = fit(examples(100), answered=0.8, embedder="e", fitted_on="x", leave_out=["score"])
    assert set(done.model.weights) == set(Features._fields) - {"score"}
    with pytest.raises(BadGold, match="no feature scores: there are similarity"):
        fit(examples(100), answered=0.8, embedder="e", fitted_on="x", leave_out=["scores"])

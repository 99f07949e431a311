"""Two runs are compared question by question; chance alone doesn't fail a run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from eval.decide.compare import compare, judge
from eval.errors import BadRun
from eval.runs.folder import Run
from eval.runs.record import Failure, Record
from tests.eval.records import gold, record, run


def scored_run(folder: Path, values: list[float], *, failing: dict[int, Failure] | None = None, **more: object) -> Run:
    """A run whose question i has scored ``values[i]`` for citation recall."""
    causes = failing or {}
    return run(folder, [each(at, value, causes.get(at), **more) for at, value in enumerate(values)])


def each(at: int, value: float, cause: Failure | None, **more: object) -> Record:
    return record(gold=gold(id=f"q{at}", **more), scores={"citation.recall": value}, failure=cause)


def test_a_fall_on_many_questions_fails_the_gate_and_names_its_cause(tmp_path: Path) -> None:
    before = scored_run(tmp_path / "a", [1.0] * 40, failing={39: Failure.WRONG_NUMBER})
    after = scored_run(tmp_path / "b", [0.0] * 12 + [1.0] * 28, failing=dict.fromkeys(range(12), Failure.NOT_USED))
    verdict = judge(compare(before, after))
    assert [change.metric for change, _ in verdict.fallen] == ["citation.recall"]
    assert [(grown.failure, grown.more) for grown in verdict.grown] == [(Failure.NOT_USED, 12)]
    assert judge(compare(after, before)).passed


def test_causes_that_grew_on_questions_that_did_not_fall_are_not_named(tmp_path: Path) -> None:
    before = scored_run(tmp_path / "a", [1.0] * 40)
    causes = dict.fromkeys(range(10), Failure.NOT_USED) | dict.fromkeys(range(20, 40), Failure.ERROR)
    after = scored_run(tmp_path / "b", [0.0] * 10 + [1.0] * 30, failing=causes)
    assert [grown.failure for grown in judge(compare(before, after)).grown] == [Failure.NOT_USED]


def test_chance_does_not_fail_the_check(tmp_path: Path) -> None:
    rng = random.Random(1)
    failed = 0
    for _ in range(200):
        a, b = ([float(rng.random() < 0.7) for _ in range(60)] for _ in "ab")
        failed += not judge(compare(scored_run(tmp_path / "a", a), scored_run(tmp_path / "b", b))).passed
    assert failed <= 20


def test_a_fall_in_one_kind_of_question_is_seen(tmp_path: Path) -> None:
    def tagged(folder: str, value: float) -> Run:
        codes = [
            record(gold=gold(id=f"c{at}", tags=("code",)), scores={"retrieval.section.mrr@10": value})
            for at in range(12)
        ]
        rng = random.Random(folder)
        others = [
            record(gold=gold(id=f"o{at}"), scores={"retrieval.section.mrr@10": rng.random()}) for at in range(200)
        ]
        return run(tmp_path / folder, codes + others)

    verdict = judge(compare(tagged("a", 0.9), tagged("b", 0.6)))
    assert [(change.metric, change.tag) for change, _ in verdict.fallen] == [("retrieval.section.mrr@10", "code")]


def test_only_common_questions_are_compared(tmp_path: Path) -> None:
    comparison = compare(scored_run(tmp_path / "a", [1.0] * 3), scored_run(tmp_path / "b", [1.0] * 5))
    assert comparison.only_one == 2
    assert comparison.changes["citation.recall"].n == 3
    with pytest.raises(BadRun, match="no question in common"):
        compare(scored_run(tmp_path / "a", [1.0]), run(tmp_path / "b", [record(gold_set="other")]))


def test_moved_questions_are_named(tmp_path: Path) -> None:
    before = scored_run(tmp_path / "a", [1.0, 1.0], failing={0: Failure.NOT_USED})
    after = scored_run(tmp_path / "b", [1.0, 1.0], failing={1: Failure.ERROR})
    moved = compare(before, after).moved
    assert [(each.key, each.before, each.after) for each in moved] == [
        ("g/q0", Failure.NOT_USED, None),
        ("g/q1", None, Failure.ERROR),
    ]


def test_a_cost_that_rises_is_a_worsening(tmp_path: Path) -> None:
    def numbers(folder: str, value: float) -> Run:
        records = [record(gold=gold(id=f"q{at}"), scores={"number.unsupported": value}) for at in range(12)]
        return run(tmp_path / folder, records)

    assert [change.metric for change, _ in judge(compare(numbers("a", 0), numbers("b", 1))).fallen] == [
        "number.unsupported"
    ]

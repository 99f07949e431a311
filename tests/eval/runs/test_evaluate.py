"""A run asks every question once, can be cut off at any point, and says what it was made with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.mode import Mode
from app.service import Citewell
from eval.errors import BadGold, BadRun
from eval.gold.model import GoldSet, evenly, read_gold, write_gold
from eval.runs.describe import describe, describe_corpus
from eval.runs.evaluate import Asked, Evaluation, carry_out, choose, finish
from eval.runs.folder import RunInfo, read_records, read_run
from eval.runs.record import Failure
from tests.conftest import ROOT
from tests.eval.records import gold

GOLD = ROOT / "eval/gold/sample.jsonl"


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return choose([read_gold(GOLD)], 6)


@pytest.fixture(scope="module")
def info(service: Citewell, asked: list[Asked]) -> RunInfo:
    return described(service)


def described(service: Citewell, **options: object) -> RunInfo:
    given = {"collection": "default", "mode": Mode.QUOTE, "limit": 6} | options
    return describe(service, "answers", [(GOLD, read_gold(GOLD))], 6, given)


@pytest.fixture
def evaluation(service: Citewell) -> Evaluation:
    return Evaluation(service, "default", Mode.QUOTE)


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    evaluation: Evaluation, info: RunInfo, asked: list[Asked], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    whole = list(carry_out(evaluation, info, asked, tmp_path / "undisturbed"))
    running = carry_out(evaluation, info, asked, folder)
    for _ in range(3):
        next(running)
    running.close()
    # As if the process had been killed in the middle of a line.
    with (folder / "records.jsonl").open("a") as file:
        file.write('{"gold_set": "sam')
    resumed = list(carry_out(evaluation, info, asked, folder))
    assert [record.key for record in resumed] == [item.key for item in asked]
    assert [record.key for record in read_records(folder)] == [item.key for item in asked]

    def content(records: list[object]) -> list[object]:
        skip = {"total_s": True, "search_s": True, "answer": {"id", "stats"}}
        return [
            record.model_dump(exclude=skip) | {"scores": {n: v for n, v in record.scores.items() if "latency" not in n}}  # type: ignore[attr-defined]
            for record in records
        ]

    assert content(resumed) == content(whole)
    done = finish(folder, info, resumed)
    assert read_run(folder) == done


def test_a_folder_with_another_run_is_left_alone(
    service: Citewell, evaluation: Evaluation, info: RunInfo, asked: list[Asked], tmp_path: Path
) -> None:
    next(carry_out(evaluation, info, asked, tmp_path / "run"))
    before = (tmp_path / "run" / "records.jsonl").read_bytes()
    with pytest.raises(BadRun, match="holds another run"):
        next(carry_out(evaluation, described(service, limit=7), asked, tmp_path / "run"))
    assert (tmp_path / "run" / "records.jsonl").read_bytes() == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").touch()
    with pytest.raises(BadRun, match="not empty"):
        next(carry_out(evaluation, info, asked, tmp_path / "other"))


def test_a_question_that_cannot_be_asked_is_part_of_the_run(evaluation: Evaluation) -> None:
    record = evaluation.ask(Asked("g", gold(question="long " * 1000)))
    assert record.failure is Failure.ERROR
    assert "characters" in str(record.error)
    assert record.scores["failure.error"] == 1


def test_quotes_are_compared_with_the_stored_page(evaluation: Evaluation, asked: list[Asked]) -> None:
    answered = [record for item in asked for record in [evaluation.ask(item)] if record.verbatim]
    assert answered
    assert all(all(record.verbatim) for record in answered)
    citation = answered[0].answer.citations[0]  # type: ignore[union-attr]
    assert not evaluation._is_verbatim(citation.model_copy(update={"start": citation.start + 1}))
    assert not evaluation._is_verbatim(citation.model_copy(update={"version": 99}))


def test_the_writing_model_is_compared_with_plain_decoding(service: Citewell) -> None:
    (item,) = choose([GoldSet(name="sample", questions=read_gold(GOLD).questions[14:15])], None, plain=1)
    assert item.plainly
    record = Evaluation(service, "default", Mode.WRITE).ask(item)
    assert record.scores["decode.lossless"] == 1
    assert record.scores["decode.speed_up"] > 0
    assert record.answer is not None
    assert sum(steps for steps, _ in record.answer.stats.steps_by_source.values()) == record.answer.stats.steps


def test_retrieval_alone_gives_no_answer(service: Citewell, asked: list[Asked]) -> None:
    record = Evaluation(service, "default", Mode.QUOTE, retrieval_only=True).ask(asked[0])
    assert record.answer is None
    assert len(record.ranking) == 10
    assert "retrieval.section.recall@5" in record.scores
    assert "answer.right" not in record.scores


def test_a_run_is_described_by_what_could_change_it(service: Citewell, info: RunInfo) -> None:
    assert set(info.models) == {"embedder", "answerability"}
    assert info.corpus == describe_corpus(service, "default")
    assert info.corpus is not None
    assert info.corpus.documents == 32
    assert "data_dir" not in info.settings
    written = described(service, mode=Mode.WRITE)
    assert written.models["generator"].startswith("SmolLM2-135M-Instruct")


def test_questions_are_spread_evenly() -> None:
    questions = [gold(id=f"q{at}", answerable_in_corpus=at % 2 == 0) for at in range(10)]
    assert [question.id for question in evenly(questions, 5)] == ["q0", "q2", "q4", "q6", "q8"]
    asked = choose([GoldSet(name="g", questions=tuple(questions))], None, plain=2)
    plainly = [item.gold for item in asked if item.plainly]
    assert [question.id for question in plainly] == ["q0", "q4"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2 is not JSON"),
        ('{"id": "x"}', "line 2, question"),
        ('{"id": "q1", "question": "?"}', "'q1' stands on an earlier line"),
        ('{"id": "x", "question": "?", "evidence": [{"page": "two"}]}', "line 2, evidence.0.page"),
    ],
)
def test_a_gold_set_that_cannot_be_read_names_its_line(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text(json.dumps({"id": "q1", "question": "?"}) + "\n" + line)
    with pytest.raises(BadGold, match=said):
        read_gold(path)


def test_a_gold_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    questions = read_gold(GOLD).questions
    write_gold(tmp_path / "sample.jsonl", questions)
    assert read_gold(tmp_path / "sample.jsonl").questions == questions

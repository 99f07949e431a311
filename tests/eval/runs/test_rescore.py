"""Answers are scored anew without being given again, and a run's questions survive being killed at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.errors import BadRun
from eval.gold.model import GoldSet
from eval.runs.evaluate import begin
from eval.runs.folder import append, read_records, write_json
from eval.runs.record import Failure, Level, Record
from eval.runs.rescore import rescored
from eval.scoring.relevance import Judge
from eval.scoring.score import scored
from tests.conftest import ROOT
from tests.eval.records import answer, gold, passage, record, run
from tests.eval.scoring.test_relevance import places

TEXT = "Card | Fee (EUR) | Limit (EUR)\nLost cards | 12 | 500"
ROW = {"answer": "Lost cards | 12 | 500", "short_answer": "12"}


def kept(folder: Path, records: list[Record], kind: str = "answers") -> Path:
    info = run(folder, []).info.model_copy(update={"kind": kind})
    write_json(folder / "run.json", info)
    for each in records:
        append(folder, each)
    return folder


def test_a_run_is_scored_by_what_the_gold_set_says_now(tmp_path: Path) -> None:
    given = answer(TEXT, sources=[passage(TEXT)])
    before = scored(record(gold=gold(**ROW), answer=given, ranking=[passage(TEXT)]), Judge(gold().evidence, places()))
    assert before.failure is None
    folder = kept(tmp_path / "run", [before])
    (same,) = rescored(folder, [], places())
    assert same.failure is None
    assert same.answer == given
    labelled = gold(**ROW, labels=("Lost cards", "Limit (EUR)"))
    (anew,) = rescored(folder, [GoldSet(name="g", questions=(labelled,))], places())
    assert (anew.failure, anew.gold) == (Failure.WRONG_NUMBER, labelled)
    assert anew.relevant[Level.SECTION]
    assert read_records(folder) == [before]


def test_an_answer_to_another_question_is_not_scored(tmp_path: Path) -> None:
    folder = kept(tmp_path / "run", [record()])
    with pytest.raises(BadRun, match="g/q1 was asked in other words"):
        list(rescored(folder, [GoldSet(name="g", questions=(gold(question="What else?"),))], places()))
    with pytest.raises(BadRun, match="holds no run"):
        list(rescored(tmp_path / "nothing", [], places()))


def test_a_load_run_keeps_its_errors_and_is_not_judged_by_place(tmp_path: Path) -> None:
    asked = record(gold=gold(evidence=()), gold_set="g at 1/s", scores={"load.errors": 0.0}, found=False)
    folder = kept(tmp_path / "run", [asked], "load")
    (anew,) = rescored(folder, [GoldSet(name="g", questions=(gold(labels=("A", "B")),))], places())
    assert anew.scores["load.errors"] == 0
    assert anew.gold.evidence == ()
    assert anew.failure is Failure.WRONG_NUMBER


def test_records_are_whole_when_resuming_is_killed_while_it_writes(tmp_path: Path) -> None:
    folder = kept(tmp_path / "run", [record(gold=gold(id=f"q{at}")) for at in range(20)])
    before = read_records(folder)
    size = (folder / "records.jsonl").stat().st_size
    # The system kills a process that writes more to a file than it may: here in the middle of the records.
    killed = (
        "import resource, signal, sys; from pathlib import Path; from eval.runs.evaluate import begin; "
        "from eval.runs.folder import RunInfo; folder = Path(sys.argv[1]); "
        "info = RunInfo.model_validate_json((folder / 'run.json').read_bytes()); "
        "signal.signal(signal.SIGXFSZ, signal.SIG_DFL); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 2}, {size // 2})); begin(folder, info)"
    )
    done = subprocess.run(
        [sys.executable, "-c", killed, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert done.returncode == -25, "it was not killed while it wrote"
    assert read_records(folder) == before
    assert list(begin(folder, run(folder, []).info).values()) == before

"""The report is one file, the same for the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from eval.report import render, write_report
from tests.conftest import ROOT
from tests.eval.made_runs import made_run
from tests.eval.report.pages import FOLDER, made


def test_the_same_run_gives_the_same_file(tmp_path: Path) -> None:
    write_report(made(), tmp_path / "report.html")
    code = (
        "import sys; from pathlib import Path; from eval.report import write_report; from tests.eval.made_runs import "
        "made_run; write_report(made_run(Path('runs/made')), Path(sys.argv[1]))"
    )
    again = tmp_path / "again.html"
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    subprocess.run([sys.executable, "-c", code, again], cwd=ROOT, env=environment, check=True, timeout=120)
    assert (tmp_path / "report.html").read_bytes() == again.read_bytes()


def test_hundreds_of_questions_make_a_file_that_can_be_sent() -> None:
    run = made_run(FOLDER, 519, passages=10, length=1000)
    assert sum(len(record.ranking) for record in run.records) > 5_000
    assert len(render(run).encode()) < 12_000_000

"""``citewell eval`` as a team uses it: search, compare, check for regressions, and the errors it may meet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import ROOT, Run

GOLD = ROOT / "eval/gold/sample.jsonl"


@pytest.fixture
def evaluated(citewell: Run, sample_copy: Path, tmp_path: Path) -> Path:
    """A finished run of every third sample question, answered by quoting; make regression asks them all."""
    (tmp_path / "third.jsonl").write_text("".join(GOLD.read_text().splitlines(keepends=True)[::3]))
    asked = tmp_path / "third.jsonl"
    done = citewell("eval", "run", asked, "--mode", "quote", "--out", tmp_path / "run", data_dir=sample_copy)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\b4\d questions", done.stdout)
    return tmp_path / "run"


def test_a_run_is_reported_kept_and_checked(citewell: Run, evaluated: Path, tmp_path: Path) -> None:
    summary = json.loads((evaluated / "summary.json").read_text())
    for name in ("retrieval.section.recall@5", "retrieval.page1.recall@5", "answer.answered", "quote.verbatim"):
        assert set(summary[name]) == {"value", "low", "high", "n"}
    assert summary["quote.verbatim"]["value"] == 1
    assert "<script src" not in (evaluated / "report.html").read_text()

    kept = tmp_path / "baseline"
    assert citewell("eval", "baseline", evaluated, kept).returncode == 0
    passed = citewell("eval", "check-regression", evaluated, "--baseline", kept)
    assert (passed.returncode, passed.stdout[:7]) == (0, "Passed:")

    lines = [json.loads(line) for line in (evaluated / "records.jsonl").read_text().splitlines()]
    for line in lines:
        if "citation.recall" in line["scores"]:
            line["scores"]["citation.recall"] = 0.0
            line["failure"] = "retrieved but not used"
    (evaluated / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    failed = citewell("eval", "check-regression", evaluated, "--baseline", kept)
    assert failed.returncode == 1
    assert "citation.recall fell from" in failed.stdout
    assert "retrieved but not used:" in failed.stdout
    assert "▼ worse" in citewell("eval", "compare", kept, evaluated).stdout


def test_the_committed_gold_set_fits_the_sample_corpus(citewell: Run, sample_copy: Path) -> None:
    checked = citewell("eval", "check", GOLD, data_dir=sample_copy)
    assert (checked.returncode, checked.stdout) == (0, "sample: 131 questions, 0 findings\n")


def test_a_gold_set_is_proposed_accepted_and_imported(citewell: Run, sample_copy: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "proposed.xlsx"
    proposed = citewell("eval", "propose", "-o", sheet, "--limit", "12", data_dir=sample_copy)
    assert proposed.returncode == 0, proposed.stderr
    workbook = openpyxl.load_workbook(sheet)
    page = workbook.worksheets[0]
    accept = next(cell.column for cell in page[1] if cell.value == "Accept")
    for row in range(2, 7):
        page.cell(row, accept, "yes")
    workbook.save(sheet)
    gold = tmp_path / "mine.jsonl"
    assert "5 questions" in citewell("eval", "import", "spreadsheet", sheet, "-o", gold).stdout
    assert citewell("eval", "check", gold, data_dir=sample_copy).returncode == 0
    found = citewell("eval", "retrieval", gold, "--out", tmp_path / "run", data_dir=sample_copy)
    assert found.returncode == 0, found.stderr
    assert json.loads((tmp_path / "run" / "run.json").read_text())["kind"] == "retrieval"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "missing.jsonl"), "missing.jsonl can't be read as a gold set"),
        (("check-regression", "no-run", "--baseline", "no-run"), "no-run holds no finished run"),
        (("gate", "no-run", "--baseline", "no-run"), "no-run holds no finished run"),
        (("draft", "-o", "proposed.csv"), "must end in .xlsx"),
        (("import", "csv", "x", "-o", "y.jsonl"), "There is no format 'csv'"),
        (("load", str(GOLD), "--url", "http://127.0.0.1:9"), "No server answers at http://127.0.0.1:9"),
        (("calibrate", str(GOLD), "--collection", "nowhere"), "There is no collection 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    citewell: Run, sample_copy: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = citewell("eval", *arguments, data_dir=sample_copy)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr

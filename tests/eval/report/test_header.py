"""The header says in words what was run and what became of it."""

from __future__ import annotations

import re

import pytest

from eval.report.outcome import verdict
from eval.runs.folder import Run
from tests.eval.made_runs import empty_run, loaded_run, made_run, searched_run
from tests.eval.report.pages import FOLDER, made, page, parsed, words


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            made_run(FOLDER),
            "60 questions: 52 answered, 7 declined. Of the answers 39 are right and 13 failed. 6 were declined "
            "rightly, 1 wrongly. 1 question ended with an error.",
        ),
        (
            searched_run(FOLDER),
            "12 questions searched for, and not answered. Evidence was found for 8, and missed for 1; for 3 no place "
            "is known.",
        ),
        (empty_run(FOLDER), "No question was asked."),
    ],
    ids=["answers", "retrieval", "empty"],
)
def test_the_verdict_says_in_words_what_happened(run: Run, said: str) -> None:
    assert verdict(run) == said
    assert words(parsed(run).xpath("//p[@class='verdict']")[0]) == said


def test_the_verdict_agrees_with_the_records() -> None:
    answered = [r for r in made().records if r.answer and r.error is None and r.answer.status == "answered"]
    right = sum(record.failure is None for record in answered)
    assert f"{len(answered)} answered" in verdict(made())
    assert f"{right} are right and {len(answered) - right} failed" in verdict(made())


def test_under_load_the_verdict_is_about_time() -> None:
    said = verdict(loaded_run(FOLDER)).replace("\u00a0", " ")
    assert re.fullmatch(
        r"12 questions: 10 answered, 1 declined\. Of the answers 10 are right and 0 failed\. "
        r"1 was declined rightly, 0 wrongly\. Half were done within [\d.]+ s, 95 % within [\d.]+ s\. "
        r"1 question ended with an error\.",
        said,
    )


def test_the_bar_of_outcomes_is_whole() -> None:
    for run in (made(), searched_run(FOLDER), loaded_run(FOLDER)):
        widths = [float(width) for width in parsed(run).xpath("//svg[@class='outcomes']/rect/@width")]
        counts = [int(each.text) for each in parsed(run).xpath("//ul[@class='key']//b")]
        assert sum(widths) == pytest.approx(100, abs=0.01)
        assert sum(counts) == len(run.records)


def test_the_header_says_what_was_run() -> None:
    header = words(page().xpath("//header")[0])
    for said in ("made", "answers", "23 November 2026, 20:13 UTC", "sample (100 questions)", "AMD EPYC 7B13, 2 cores"):
        assert said in header
    assert "26 documents, 31 versions, 412 passages · 5f3c09d25f3c" in header
    assert "generator: SmolLM2-135M-Instruct" in header
    assert "Options collection default, plain 20" in header
    loaded = words(parsed(loaded_run(FOLDER)).xpath("//header")[0])
    assert "rates 1, 4" in loaded
    assert "Corpus" not in loaded
    assert "torch 2.13.0" in header

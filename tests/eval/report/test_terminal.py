"""The summary of a run in a terminal."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from eval.report.terminal import print_summary
from eval.runs.folder import Run
from eval.runs.record import Figure
from tests.eval.made_runs import empty_run, loaded_run, searched_run
from tests.eval.report.pages import FOLDER, made


def printed(run: Run, width: int = 200, *, terminal: bool = False) -> str:
    output = io.StringIO()
    print_summary(run, Console(file=output, width=width, force_terminal=terminal))
    return output.getvalue()


def test_the_terminal_shows_figures_failures_and_stages() -> None:
    shown_text = printed(made())
    right = made().summary["answer.right"]
    interval = f"{right.low * 100:.1f} – {right.high * 100:.1f} %"
    assert re.search(rf"Right in all respects +{right.value * 100:.1f} % +{interval} +60\n", shown_text)
    assert re.search(r"not retrieved +3 +5\.0 % +█{30} *\n", shown_text)
    found = made().summary["retrieval.section.recall@5"]
    assert f"{found.value * 100:.0f} ({found.low * 100:.0f}–{found.high * 100:.0f})" in shown_text
    stages = re.findall(r"^(Whole|Decoding|First token|Search) ", shown_text, re.MULTILINE)
    assert stages == ["Whole", "Decoding", "First token", "Search"]


def test_the_terminals_summary_fits_and_is_plain_when_piped() -> None:
    certain = {name: Figure(value=1, low=1, high=1, n=98765) for name in made().summary}
    for run in (made(), replace(made(), summary=certain)):
        lines = printed(run).splitlines()
        assert max(len(line.rstrip()) for line in lines) <= 100
        assert not any("…" in line for line in lines)
        assert sum(line.startswith(("document ", "section ", "passage ")) for line in lines) == 3
    assert "\x1b" not in printed(made())
    assert "\u00a0" not in printed(made())
    assert "\x1b[" in printed(made(), terminal=True)


def test_the_terminal_leaves_out_what_a_run_does_not_have() -> None:
    assert printed(empty_run(FOLDER)).splitlines()[1:] == ["No question was asked."]
    searched = printed(searched_run(FOLDER))
    assert "Figure" not in searched
    assert "recall at 5" in searched.lower()
    assert "Percent" not in printed(loaded_run(FOLDER))
    right = [record.model_copy(update={"failure": None}) for record in made().records]
    assert "Failure" not in printed(replace(made(), records=right))
    assert "Stage" not in printed(
        replace(
            made(), records=[made().records[0].model_copy(update={"answer": None, "total_s": None, "search_s": None})]
        )
    )


def test_brackets_in_names_are_shown_by_the_terminal() -> None:
    run = replace(empty_run(FOLDER / "[bold]run"), summary={"answer.[red]x": Figure(value=1, low=1, high=1, n=1)})
    assert "[bold]run" in printed(run)
    assert "[red]x" in printed(run)

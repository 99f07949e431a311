"""Commands that hold one run against another: compare, baseline, check-regression."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.cli.console import RunFolder, app
from eval.decide.compare import Change, Comparison, Verdict, judge
from eval.decide.compare import compare as compared
from eval.runs.folder import keep_as_baseline, read_run
from eval.scoring.registry import lower_is_better

MOST_MOVED = 20


@app.command()
def compare(
    before: RunFolder,
    after: Annotated[Path, typer.Argument(help="Folder of the run to compare it with.")],
    significance: Annotated[float, typer.Option(help="p below which a change is marked.")] = 0.05,
) -> None:
    """Compare two runs question by question: each metric's change, and the questions that changed outcome."""
    comparison = compared(read_run(before), read_run(after))
    console = Console(highlight=False)
    table = Table("Metric", "Before", "After", "Change", "p", "Questions", box=None)
    for change in comparison.changes.values():
        p = min(change.p_worse, change.p_better)
        mark = "" if p >= significance else ("▼ worse" if change.p_worse < change.p_better else "▲ better")
        table.add_row(*_figures(change), f"{p:.4f} {mark}", str(change.n))
    console.print(table)
    _print_moved(comparison, console)


@app.command()
def baseline(folder: RunFolder, out: Annotated[Path, typer.Argument(help="Folder for the baseline.")]) -> None:
    """Keep what check-regression needs of a run, small enough to be committed: questions, scores, causes of failure."""
    keep_as_baseline(read_run(folder), out)
    typer.echo(f"Baseline written to {out}")


@app.command("gate", hidden=True)  # its name until 0.1
@app.command("check-regression")
def check_regression(
    folder: RunFolder,
    baseline: Annotated[Path, typer.Option(help="Folder of the run that it must not fall behind.")],
    significance: Annotated[float, typer.Option(min=0, max=1, help="How improbable a fall by chance must be.")] = 0.05,
) -> None:
    """Check that no watched metric is significantly worse than the baseline's; exit status 1 where one is."""
    verdict = judge(compared(read_run(baseline), read_run(folder)), significance)
    _print_verdict(verdict)
    if not verdict.passed:
        raise typer.Exit(1)


def _print_verdict(verdict: Verdict) -> None:
    if verdict.passed:
        typer.echo("Passed: no watched metric is significantly worse than in the baseline.")
        return
    typer.echo("Failed:")
    for change, p in verdict.fallen:
        way = "rose" if lower_is_better(change.metric) else "fell"
        of = f"{change.n} questions tagged {change.tag}" if change.tag else f"{change.n} questions"
        typer.echo(
            f"  {change.metric} {way} from {change.before:.3f} to {change.after:.3f} over {of} "
            f"(p = {p:.4f}, adjusted for the number of watched metrics)"
        )
    if verdict.grown:
        typer.echo("Causes of failure that grew among the questions where these are worse:")
        for each in verdict.grown:
            typer.echo(f"  {each.failure.value}: {each.more} more questions")


def _print_moved(comparison: Comparison, console: Console) -> None:
    if comparison.only_one:
        console.print(f"\n{comparison.only_one} questions were asked in one of the runs only, and are left out.")
    if comparison.moved:
        console.print(f"\n{len(comparison.moved)} questions changed outcome:")
    for moved in comparison.moved[:MOST_MOVED]:
        before, after = (failure.value if failure else "right" for failure in (moved.before, moved.after))
        console.print(f"  {escape(moved.key)}: {before} → {after} · {escape(moved.question[:80])}", soft_wrap=True)
    if len(comparison.moved) > MOST_MOVED:
        console.print(f"  and {len(comparison.moved) - MOST_MOVED} more")


def _figures(change: Change) -> tuple[str, str, str, str]:
    return change.metric, f"{change.before:.3f}", f"{change.after:.3f}", f"{change.difference:+.3f}"

"""Commands that run gold questions: run, retrieval, load, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.console import Collection, opened
from app.config import Settings
from corpus.schema import now
from eval.cli.console import Gold, Limit, Out, RunFolder, app, read_all
from eval.runs import Kind, Run, read_run


@app.command()
def run(
    context: typer.Context,
    gold: Gold,
    collection: Collection = None,
    limit: Limit = None,
    plain: Annotated[int, typer.Option(min=0, help="So many questions are decoded plainly too, to compare.")] = 5,
    out: Out = None,
) -> None:
    """Answer gold questions and score the answers. With the same --out, it goes on where it was cut off."""
    _evaluate(context.obj, "answers", gold, collection, limit, plain, out)


@app.command()
def retrieval(
    context: typer.Context, gold: Gold, collection: Collection = None, limit: Limit = None, out: Out = None
) -> None:
    """Search for gold questions and score what is found; nothing is generated."""
    _evaluate(context.obj, "retrieval", gold, collection, limit, 0, out)


@app.command()
def report(folder: RunFolder) -> None:
    """Write a run's report.html again, and print its figures."""
    _show(read_run(folder))


def _evaluate(
    settings: Settings,
    kind: Kind,
    gold: Sequence[Path],
    collection: str | None,
    limit: int | None,
    plain: int,
    out: Path | None,
) -> None:
    sets = read_all(gold)
    with opened(settings) as service:
        from eval.describe import describe
        from eval.evaluate import Evaluation, carry_out, choose, finish

        name = collection or settings.collection
        evaluation = Evaluation(service, name, retrieval_only=kind == "retrieval")
        asked = choose([each for _, each in sets], limit, plain)
        service.show_progress("Starting", 0, None)
        if kind == "answers":
            service.load_models()
        options = {"collection": name, "limit": limit, "plain": plain}
        info = describe(service, kind, sets, len(asked), options)
        folder = out or new_folder("-".join(each.name for _, each in sets))
        label = "Answering gold questions" if kind == "answers" else "Searching for gold questions"
        service.show_progress(label, 0, len(asked))
        records = []
        for record in carry_out(evaluation, info, asked, folder):
            records.append(record)
            service.show_progress(label, len(records), len(asked))
        done = finish(folder, info, records)
        service.show_progress("", 0, None)
    _show(done)


def new_folder(name: str) -> Path:
    """A folder for a run without a name."""
    return Path("runs") / f"{name}-{now():%Y%m%d-%H%M%S}"


def _show(done: Run) -> None:
    from eval.report import write_report
    from eval.report.terminal import print_summary

    path = done.folder / "report.html"
    write_report(done, path)
    print_summary(done, Console(highlight=False))
    typer.echo(f"\nReport: {path}")

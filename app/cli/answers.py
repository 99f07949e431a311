"""Commands that answer: ask, batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from app.answering.answer import Answer, Place, Status
from app.batch.answer_spreadsheet import answer_spreadsheet
from app.cli.console import AskedMode, Collection, app, counted, opened, parse_date, say_error
from app.config import Settings
from app.mode import Mode

if TYPE_CHECKING:
    from accel import Generator, Step


@app.command()
def ask(
    context: typer.Context,
    question: str,
    collection: Collection = None,
    as_of: Annotated[str | None, typer.Option(help="Answer as of this day, such as 2026-01-31.")] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=20, help="Number of passages to answer from.")] = None,
    mode: AskedMode = None,
    after: Annotated[
        list[str] | None, typer.Option(help="An earlier question of the conversation; repeatable, oldest first.")
    ] = None,
    document: Annotated[str | None, typer.Option(help="Search this document only.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Let the model write, one token a step.")] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="Let the model write, and show the drafts of each step.")
    ] = False,
) -> None:
    """Answer a question from the documents, with its sources."""
    settings: Settings = context.obj
    day = parse_date(as_of, "--as-of")
    if plain or trace:
        mode = mode or Mode.WRITE  # only of what is written is there anything to show
    with opened(settings) as service:
        asked = service.question(
            question,
            collection=collection,
            as_of=day,
            k=k,
            mode=mode,
            plain=plain,
            history=after or (),
            document=document,
        )
        service.progress("Starting", 0, None)
        service.load_models(asked.mode)
        service.progress("Answering", 0, None)
        steps = list["Step"]()
        answer = service.answer(asked, steps.append)
        if trace and steps:
            show_trace(steps, service.models.generator)
    typer.echo(answer.model_dump_json(indent=2) if json else as_text(answer))


@app.command()
def batch(
    context: typer.Context,
    spreadsheet: Annotated[Path, typer.Argument(help="XLSX or CSV with a column of questions.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The answered copy to write (.xlsx).")],
    collection: Collection = None,
    column: Annotated[
        str | None, typer.Option(help="Header of the question column. If omitted, it is detected.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Answer as of this day, such as 2026-01-31.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Answer the questions of a spreadsheet: a copy with Answer, Status, Sources and Quote on the right. Of every sheet
    the column headed Question is asked.

    Exit status 1 where a row failed; its error stands in the row, and the others are answered.
    """
    settings: Settings = context.obj
    day = parse_date(as_of, "--as-of")
    with opened(settings) as service:
        summary = answer_spreadsheet(
            service, spreadsheet, output, collection=collection, column=column, as_of=day, force=force
        )
    for asked in summary.columns:
        typer.echo(f"Asked: {asked}.")
    for name in summary.unasked:
        typer.echo(f"Not asked: sheet {name!r}, which has no column of questions that is known by its header.")
    if summary.lacking:
        say_error(
            f"warning: the copy lacks what can't be written: {', '.join(summary.lacking)}. The original has it still."
        )
    typer.echo(
        f"{counted(summary.rows, 'question')}: {summary.answered} answered, {summary.abstained} declined, "
        f"{summary.failed} failed. Written to {output}"
    )
    if summary.failed:
        raise typer.Exit(1)


def show_trace(steps: Sequence[Step], generator: Generator) -> None:
    """Print the draft trees of an answer, where they don't get into what is piped on."""
    from accel import Trace

    trace = Trace(lambda tokens: str(generator.tokenizer.decode(tokens)))
    for step in steps:
        trace.record(step)
    Console(stderr=True).print(trace.as_tree())


def as_text(answer: Answer) -> str:
    """An answer for a reader at a terminal."""
    lines = [f"Asked as: {answer.asked_as}", ""] if answer.asked_as else []
    if answer.value:
        lines += [f"{answer.value.text} ({answer.value.what})", ""]
        lines += [f"    {operand.name}: {operand.text}" for operand in answer.value.operands]
        lines += [""] if answer.value.operands else []
    lines += [answer.answer, ""]
    if answer.status is Status.ABSTAINED:
        lines += [answer.reason or "", "Nearest passages:"] if answer.sources else [answer.reason or ""]
        lines += [f"  {_where(source)}" for source in answer.sources]
    for number, citation in enumerate(answer.citations, start=1):
        lines.append(f"[{number}] {_where(citation)}")
        lines.append(f"    “{citation.quote}”")
    stats = answer.stats
    steps = f"{counted(stats.tokens, 'token')} in {counted(stats.steps, 'step')}"
    cost = f"{steps} ({stats.tokens_per_step} tokens per step), "
    ms = stats.retrieval_ms + stats.decode_ms
    time = f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
    lines += ["", f"{cost if stats.steps else ''}{time} · {_made_by(answer)}"]
    return "\n".join(lines)


def _made_by(answer: Answer) -> str:
    if answer.is_calculated:
        return "calculated from the cells quoted"
    return answer.model or "quoted without a model"


def _where(place: Place) -> str:
    page = f", page {place.page}" if place.page else ""
    return " · ".join(filter(None, (f"{place.document} (version {place.version}{page})", place.heading, place.remark)))

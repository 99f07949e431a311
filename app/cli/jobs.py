"""Commands about jobs: what has become of what was ingested."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.console import app, counted, opened, out
from app.cli.ingestion import show_reports
from app.config import Settings
from app.ingestion import job_views
from app.ingestion.job_views import JobSummary
from corpus.jobs import FileRecord, Outcome

jobs = typer.Typer(help="List, show and retry ingestion jobs.", no_args_is_help=True)
app.add_typer(jobs, name="jobs")


@jobs.command("list")
def list_jobs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Number of jobs to show, newest first.")] = 20,
) -> None:
    """List the newest jobs. citewell ingest and citewell serve resume jobs that are not done, failed ones included."""
    settings: Settings = context.obj
    table = Table("Job", "Begun", "Collection", "State", "Files", "Passages", "Embedded", box=None)
    with opened(settings) as service, service.database.reading() as session:
        for summary in job_views.summaries(session, service.models.embedding_model, limit=limit):
            table.add_row(
                str(summary.id),
                f"{summary.created_at:%Y-%m-%d %H:%M}",
                escape(summary.collection),
                summary.state,
                counts(summary),
                str(summary.passages),
                str(summary.embedded),
            )
    out.print(table, soft_wrap=True)


@jobs.command("show")
def show_job(context: typer.Context, number: Annotated[int, typer.Argument(metavar="JOB", min=1)]) -> None:
    """Show one job and the outcome of each file."""
    settings: Settings = context.obj
    with opened(settings) as service, service.database.reading() as session:
        shown = job_views.job(session, service.models.embedding_model, number)
    typer.echo(
        f"job {shown.id} · {shown.state} · collection {shown.collection} · begun {shown.created_at:%Y-%m-%d %H:%M} · "
        f"{counts(shown)} · {counted(shown.passages, 'passage')}, {shown.embedded} embedded"
    )
    if shown.problem:
        typer.echo(f"  {shown.problem}")
    for file in shown.files:
        typer.echo(f"  {file.path}: {outcome(file)}")
        for warning in file.warnings:
            typer.echo(f"    but {warning}")


@jobs.command("retry")
def retry_job(context: typer.Context, number: Annotated[int, typer.Argument(metavar="JOB", min=1)]) -> None:
    """Carry out what is left of a job now, even if it failed.

    Exit status 1 if a file couldn't be read; all others are ingested.
    """
    settings: Settings = context.obj
    with opened(settings) as service:
        reports = service.ingestion.retry(number)
    show_reports(reports)
    if any(report.outcome is Outcome.FAILED for report in reports):
        raise typer.Exit(1)


def counts(summary: JobSummary) -> str:
    """How many files are in which state, in words."""
    return ", ".join(f"{count} {state}" for state, count in sorted(summary.counts.items()))


def outcome(file: FileRecord) -> str:
    """What became of a file, in words."""
    if file.reason:
        return f"{file.outcome}: {file.reason}"
    return f"{file.outcome}, {counted(file.passages, 'passage')}" if file.passages else str(file.outcome or file.state)

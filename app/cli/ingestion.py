"""The ingest command, and its report in words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import Collection, app, counted, opened, parse_date, say_error
from app.config import Settings
from corpus.jobs import FileReport, Outcome
from corpus.loaders import FORMATS
from corpus.sources import MOST_NAMED

# The exit status where all went well with what is read, and something of another kind lies there, too.
NOT_ALL_READ = 3


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to ingest.")],
    collection: Collection = None,
    effective_from: Annotated[str | None, typer.Option(help="First day on which the documents apply.")] = None,
    as_version_of: Annotated[
        str | None,
        typer.Option(metavar="DOCUMENT", help="Id or name of the document of which the file is a new version."),
    ] = None,
    access: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="Restrict the documents to keys with this label; repeatable."),
    ] = None,
    restore: Annotated[
        bool, typer.Option("--restore", help="Let older texts, if found again, come back into force.")
    ] = False,
    if_empty: Annotated[bool, typer.Option(help="Do nothing if the collection already holds documents.")] = False,
) -> None:
    """Ingest documents. A file with known content changes nothing; a changed file becomes a new version.

    Exit status 1 if a file couldn't be read; 3 if a folder holds files of other formats. All other files are ingested.
    """
    settings: Settings = context.obj
    name = collection or settings.collection
    first_day = parse_date(effective_from, "--effective-from")
    with opened(settings) as service:
        reports = service.ingestion.resume()
        if not (if_empty and not service.ingestion.holds_nothing(name)):
            reports += service.ingest(
                paths,
                name,
                effective_from=first_day,
                version_of=as_version_of,
                access=access or None,
                restore=restore,
            )
    show_reports(reports)
    outcomes = {report.outcome for report in reports if not _is_hidden(report)}
    if Outcome.FAILED in outcomes:
        raise typer.Exit(1)
    if Outcome.SKIPPED in outcomes:
        raise typer.Exit(NOT_ALL_READ)


def show_reports(reports: list[FileReport]) -> None:
    """What became of the files: by name and reason what failed, was skipped or isn't in force; the rest as counts."""
    counts = Counter(report.outcome for report in reports)
    for report in reports:
        if report.outcome is Outcome.FAILED:
            say_error(f"{_shown(report.path)}: {report.reason}")
        if report.outcome is Outcome.UNCHANGED and report.reason:
            say_error(f"{_shown(report.path)}: unchanged: {report.reason}")
        for warning in report.warnings:
            say_error(f"{_shown(report.path)}: taken, but {warning}")
    skipped = sorted((report for report in reports if report.outcome is Outcome.SKIPPED), key=_is_hidden)
    for report in skipped[:MOST_NAMED]:
        say_error(f"{_shown(report.path)}: skipped: {report.reason}")
    if len(skipped) > MOST_NAMED:
        say_error(f"and {len(skipped) - MOST_NAMED:,} more were skipped: citewell jobs show names them all.")
    if not all(map(_is_hidden, skipped)):
        say_error(f"these formats are read: {', '.join(FORMATS)}")
    changed = counts[Outcome.ADDED] + counts[Outcome.NEW_VERSION] + counts[Outcome.DATED]
    passages = sum(report.passages for report in reports)
    versions = counted(counts[Outcome.NEW_VERSION], "new version")
    typer.echo(
        f"{counted(len(reports), 'file')}: {counts[Outcome.ADDED]} added, {versions}, "
        f"{counts[Outcome.UNCHANGED]} unchanged, {counts[Outcome.FAILED]} failed, {len(skipped)} skipped; "
        f"{counted(changed, 'change')}, {counted(passages, 'passage')} written."
    )


def _is_hidden(report: FileReport) -> bool:
    """Whether a file is one that nobody expects to be read, such as .DS_Store or the lock of an open document."""
    return report.outcome is Outcome.SKIPPED and report.path.name.startswith((".", "~$"))


def _shown(path: Path) -> str:
    """A path without what a terminal would obey or can't show."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(path))

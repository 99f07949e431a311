"""The command that examines what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from app.cli.console import app, counted, opened
from app.config import Settings
from app.service import Citewell

# Of what belongs to nothing, so many are named.
MOST_NAMED = 20


@app.command()
def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what can be rebuilt from the stored passages.")
    ] = False,
) -> None:
    """Compare documents, embeddings and indexes, and say what is wrong and what to do. Nothing stored is deleted.

    Exit status 1 if something is wrong and was not repaired.
    """
    settings: Settings = context.obj
    done: list[str] = []
    from app.answering.answerability import doubt
    from retrieval.doctor import Doctor

    with opened(settings) as service:
        kept = list(_originals(service))
        doubtful = doubt(service.settings.answerability_path, service.models.embedding_model)
        examiner = Doctor(service.database, service.models.embedder, settings.data_dir / "indexes", service.progress)
        findings = examiner.examine()
        if repair:
            done = list(examiner.repair(findings))
            left = examiner.examine()
        else:
            left = findings
    for finding in findings:
        typer.echo(f"{finding.what}: {finding.advice}.")
    for sentence in kept:
        typer.echo(sentence)
    if doubtful:
        typer.echo(doubtful)
    for step in done:
        typer.echo(step)
    if any(finding.is_fault for finding in left):
        raise typer.Exit(1)
    typer.echo("Documents, embeddings and indexes agree.")


def _originals(service: Citewell) -> Iterator[str]:
    """What is to be said of the originals. None of it is a fault: files of before weren't kept, and what is being
    ingested belongs to no version yet."""
    with service.database.reading() as session:
        missing, strays = service.originals.missing(session), list(service.originals.strays(session))
    if missing and service.settings.ingestion.originals == "keep":
        yield (
            f"No original is kept of {counted(missing, 'version')}: ingest the same files again to keep them, if those "
            "versions are to be read again some day."
        )
    for path in strays[:MOST_NAMED]:
        yield f"{path} belongs to no version and to no job: remove it, unless something is being ingested now."
    if len(strays) > MOST_NAMED:
        yield f"{len(strays) - MOST_NAMED:,} more such files and folders lie beside them."

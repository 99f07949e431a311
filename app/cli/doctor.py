"""The command that examines what is stored."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.console import app, opened
from app.config import Settings


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
    if doubtful:
        typer.echo(doubtful)
    for step in done:
        typer.echo(step)
    if any(finding.is_fault for finding in left):
        raise typer.Exit(1)
    typer.echo("Documents, embeddings and indexes agree.")

"""Commands about gold sets: check, import, propose; and what is fitted to them: calibrate, qualify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.answering.qualification import SUPPORTED
from app.cli.console import Collection, opened, parse_date
from app.config import Settings
from app.mode import Mode
from eval.cli.console import Gold, Limit, app, read_all
from eval.errors import BadGold
from eval.gold.model import evenly, read_gold, unanswerable, write_gold
from eval.runs.folder import write_json

SHOWN = 200  # findings


@app.command()
def check(
    context: typer.Context,
    gold: Gold,
    collection: Collection = None,
    as_of: Annotated[str | None, typer.Option(help="The day meant by questions that name none; today.")] = None,
) -> None:
    """Hold gold sets against the documents: duplicates, missing documents, sections or pages, text that isn't there.

    Exit status 1 where something was found.
    """
    from eval.gold.check import check as checked

    settings: Settings = context.obj
    day = parse_date(as_of, "--as-of")
    problems = 0
    for _, gold_set in read_all(gold):
        with opened(settings) as service, service.database.reading() as session:
            today = service.clock.today()
            findings = checked(gold_set, session, collection or settings.collection, day or today)
        for finding in findings[:SHOWN]:
            typer.echo(f"{gold_set.name} {finding.question_id}: {finding.problem}")
        if len(findings) > SHOWN:
            typer.echo(f"… and {len(findings) - SHOWN} more")
        typer.echo(f"{gold_set.name}: {len(gold_set.questions)} questions, {len(findings)} findings")
        problems += len(findings)
    if problems:
        raise typer.Exit(1)


@app.command("import")
def import_(
    form: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="spreadsheet, financebench, tatqa, obliqa, squad2, beir or banking77."),
    ],
    source: Annotated[Path, typer.Argument(help="The set's file or folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The gold set to write, a .jsonl file.")],
    documents: Annotated[
        Path | None, typer.Option(help="Write the set's own documents into this folder, to be ingested.")
    ] = None,
    limit: Limit = None,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="For a corpus that doesn't hold the answers: each is to be declined.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Make a gold set of a spreadsheet, or of a published set in its own format."""
    from eval.gold.importers import FORMATS

    if form not in FORMATS:
        raise BadGold(f"There is no format {form!r}: {', '.join(FORMATS)} are read.")
    importer = FORMATS[form]
    if documents and importer.documents is None:
        raise BadGold(f"{form} brings no documents to write: leave --documents out.")
    if output.exists() and not force:
        raise BadGold(f"{output} exists: give another --output, or --force to overwrite it.")
    questions = evenly(list(importer.read(source)), limit)
    write_gold(output, map(unanswerable, questions) if elsewhere else questions)
    gold_set = read_gold(output)
    typer.echo(f"{len(gold_set.questions)} questions written to {output}")
    if documents and importer.documents:
        written = importer.documents(source, documents)
        typer.echo(f"{written} documents written to {documents}: take them in with citewell ingest {documents}")


@app.command("draft", hidden=True)  # its name until 0.1
@app.command()
def propose(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="The spreadsheet to write, an XLSX.")],
    collection: Collection = None,
    limit: Annotated[int, typer.Option(min=1, help="How many questions.")] = 50,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Propose questions on a collection's documents, for people to edit and accept; then import the spreadsheet.

    Answers and their places are copied from the documents.
    """
    from eval.gold import propose as proposing

    settings: Settings = context.obj
    if output.exists() and not force:
        raise BadGold(f"{output} exists: give another --output, or --force to overwrite it.")
    with opened(settings) as service, service.database.reading() as session:
        proposals = proposing.propose(session, collection or settings.collection, limit, service.clock.today())
    proposing.write_spreadsheet(proposals, output)
    typer.echo(
        f"{len(proposals)} questions proposed in {output}. Edit them, write yes into Accept where one is good, then:\n"
        f"citewell eval import spreadsheet {output} -o GOLD.jsonl"
    )


@app.command()
def qualify(context: typer.Context, gold: Gold, collection: Collection = None, limit: Limit = None) -> None:
    """Measure whether the language model may write answers: in mode auto it does if what it writes to gold questions is
    supported, and as often right as quotes are.

    Exit status 1 where it may not.
    """
    sets = read_all(gold)
    settings: Settings = context.obj
    with opened(settings) as service:
        from app.answering.qualification import identity
        from eval.decide.qualify import pairs, qualification_of
        from eval.runs.evaluate import choose

        asked = choose([each for _, each in sets], limit)
        service.progress("Starting", 0, None)
        service.load_models(Mode.WRITE)
        label = "Answering gold questions twice"
        given = []
        for pair in pairs(service, collection or settings.collection, asked):
            given.append(pair)
            service.progress(label, len(given), len(asked))
        service.progress("", 0, None)
        measured_on = ", ".join(f"{each.name} ({len(each.questions)} questions)" for _, each in sets)
        trust = qualification_of(given, generator=identity(settings.generator.path), measured_on=measured_on)
        write_json(service.modes.path, trust)
    typer.echo(
        f"{trust.generator}: {trust.supported:.1%} of its sentences are supported, where {SUPPORTED:.0%} have to be; "
        f"{trust.right:.1%} of {trust.questions} questions right, {trust.quoted_right:.1%} by quotes.\n"
        + ("In mode auto it writes from the next start on." if trust.may_write else "In mode auto answers are quoted.")
    )
    if not trust.may_write:
        raise typer.Exit(1)


@app.command()
def calibrate(
    context: typer.Context,
    gold: Gold,
    collection: Collection = None,
    limit: Limit = None,
    answered: Annotated[float, typer.Option(min=0.01, max=1, help="Share of answerable questions to answer.")] = 0.9,
    leave_out: Annotated[
        list[str] | None, typer.Option(metavar="FEATURE", help="Don't use this feature; repeatable.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write. By default the one that the service reads.")
    ] = None,
) -> None:
    """Fit the answerability model, which decides what is answered, to answerable and unanswerable gold questions."""
    sets = read_all(gold)
    settings: Settings = context.obj
    with opened(settings) as service:
        from eval.decide.calibrate import examples, fit
        from eval.runs.evaluate import choose

        name = collection or settings.collection
        asked = choose([each for _, each in sets], limit)
        label = "Searching for gold questions"
        given = []
        for example in examples(service, name, asked):
            given.append(example)
            service.progress(label, len(given), len(asked))
        service.progress("", 0, None)
        fitted_on = ", ".join(f"{each.name} ({len(each.questions)} questions)" for _, each in sets)
        embedder = service.models.embedder.identity
        done = fit(given, answered=answered, embedder=embedder, fitted_on=fitted_on, leave_out=leave_out or ())
        path = out or service.settings.answerability_path
        write_json(path, done.model)
    typer.echo(
        f"Fitted to {done.examples} questions, written to {path}. On questions that it was not fitted to:\n"
        f"  area under the ROC curve {done.auroc:.3f}, calibration error {done.error:.3f}\n"
        f"  {done.answered:.0%} of the answerable questions would be tried, {done.abstained:.0%} of the others declined"
    )
    for group in done.groups:
        kind = "answerable" if group.answerable else "unanswerable"
        typer.echo(f"  {group.gold_set}: {group.tried:.1%} of {group.questions} {kind} questions would be tried")

"""Commands about what is stored: documents, search."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.answering.answer import remark_on
from app.cli.console import Collection, app, counted, opened, out, parse_date, say_error
from app.config import Settings
from app.errors import BadSettings
from app.ingestion.as_read import write_as_read
from corpus import store, version_text
from corpus.access import check_labels
from corpus.diff import diff, unified
from corpus.rereading import RereadOutcome, VersionReport
from corpus.store import DocumentRecord, VersionRecord

documents = typer.Typer(help="List, show, reread, label and delete documents.", no_args_is_help=True)
app.add_typer(documents, name="documents")

DIFF_STYLES = {"-": "red", "+": "green", "@": "bold cyan", "#": "yellow"}

AsOf = Annotated[str | None, typer.Option(help="Show what is in force on this day; by default today.")]


@documents.command("list")
def list_documents(context: typer.Context, collection: Collection = None, as_of: AsOf = None) -> None:
    """List the documents of a collection, each with the version in force on the day, or else the newest."""
    settings: Settings = context.obj
    given = parse_date(as_of, "--as-of")
    table = Table(
        "Id", "Document", "Title", "Format", "Version", "Status", "In force", "Passages", "Only for", box=None
    )
    with opened(settings) as service, service.database.reading() as session:
        day = given or service.clock.today()
        for record in store.documents(session, collection or settings.collection):
            version = record.on(day) or record.versions[-1]
            table.add_row(
                str(record.id),
                escape(record.name),
                escape(version.title),
                version.format,
                f"{version.number} of {len(record.versions)}",
                version.status(day),
                in_force(version),
                str(version.passages),
                ", ".join(record.access),
            )
    out.print(table, soft_wrap=True)


@documents.command("show")
def show_document(
    context: typer.Context,
    document: str,
    collection: Collection = None,
    as_of: AsOf = None,
    as_read: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write what was read of it, a PDF's pages beside their pictures."),
    ] = None,
    number: Annotated[int | None, typer.Option("--version", help="With --as-read: this version.")] = None,
    pages: Annotated[str, typer.Option(help="With --as-read: these pages, such as 7 or 3-12.")] = "1-50",
) -> None:
    """Show one document, by id or name, with all its versions and their status on the day."""
    settings: Settings = context.obj
    given = parse_date(as_of, "--as-of")
    with opened(settings) as service, service.database.reading() as session:
        record = store.document(session, collection or settings.collection, document)
        if as_read:
            wanted = _pages(pages)
            version = _version(record, number, given or service.clock.today())
            write_as_read(session, record, version, wanted, service.ingestion.file_of(version), as_read)
            typer.echo(f"{as_read}: what was read of version {version.number} of {record.name}.")
            return
    _print_document(record, given or service.clock.today())


def _version(record: DocumentRecord, number: int | None, day: date) -> VersionRecord:
    if number is None:
        return record.on(day) or record.versions[-1]
    found = next((version for version in record.versions if version.number == number), None)
    if found is None:
        known = ", ".join(str(version.number) for version in record.versions)
        raise BadSettings(f"{record.name} has no version {number}; there are: {known}.")
    return found


def _pages(given: str) -> range:
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", given)
    if not found or not 0 < int(found[1]) <= int(found[2] or found[1]):
        raise BadSettings(f"{given!r} names no pages: write --pages 7 or --pages 3-12.")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


@documents.command("label")
def label_document(
    context: typer.Context,
    document: str,
    labels: Annotated[list[str] | None, typer.Argument(help="The new labels; they replace those it has.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Remove all labels: everybody may read it.")] = False,
    collection: Collection = None,
) -> None:
    """Set the access labels of a document. Keys with at least one of its labels may read it."""
    settings: Settings = context.obj
    if bool(labels) == public:
        raise BadSettings("Give the document's labels, or --public to take all of them away.")
    access = check_labels(labels or ())
    with opened(settings) as service, service.database.changing_corpus() as session:
        record = store.document(session, collection or settings.collection, document)
        store.label_document(session, record.id, access)
    typer.echo(f"{record.name}: {', '.join(access) or 'no labels, for everybody'}.")


@documents.command("diff")
def diff_versions(
    context: typer.Context,
    document: str,
    old: Annotated[int, typer.Argument(help="Number of the version to compare from.")],
    new: Annotated[int, typer.Argument(help="Number of the version to compare to.")],
    collection: Collection = None,
) -> None:
    """Show what changed between two versions, in tables cell by cell: in colours, or as a unified diff if piped."""
    settings: Settings = context.obj
    with opened(settings) as service, service.database.reading() as session:
        record = store.document(session, collection or settings.collection, document)
        hunks = diff(version_text.read(session, record, old), version_text.read(session, record, new))
    old_name, new_name = (f"{record.name} (version {number})" for number in (old, new))
    printed = unified(hunks, old_name, new_name, remarks_beside=out.is_terminal)
    for line in printed:
        style = DIFF_STYLES.get(line[:1], "") if out.is_terminal else ""
        out.print(line, style=style, markup=False, soft_wrap=True)
    if not hunks and out.is_terminal:
        out.print(f"The texts of versions {old} and {new} are the same.")


@documents.command("reread")
def reread_documents(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="DOCUMENT", help="Ids or names; by default all.")] = None,
    collection: Collection = None,
) -> None:
    """Read stored versions again, from their originals or from the files they were read from.

    Names, titles that were given, dates and labels stay, and so does what earlier answers quote. Exit status 1 if a
    version's file is missing or couldn't be read. All other versions are read.
    """
    settings: Settings = context.obj
    with opened(settings) as service:
        reports = service.ingestion.reread(collection or settings.collection, names or ())
    _show_reports(reports)
    if any(report.outcome in (RereadOutcome.NO_FILE, RereadOutcome.FAILED) for report in reports):
        raise typer.Exit(1)


@documents.command("delete")
def delete_document(
    context: typer.Context,
    document: str,
    collection: Collection = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
) -> None:
    """Delete a document with all its versions and originals. Answers that cite it are kept, with their quotes."""
    settings: Settings = context.obj
    name = collection or settings.collection
    with opened(settings) as service:
        with service.database.reading() as session:
            record = store.document(session, name, document)
        if not yes:
            typer.confirm(f"Delete {record.name} ({counted(len(record.versions), 'version')}) from {name}?", abort=True)
        service.delete_document(name, record.id)
    typer.echo(f"Deleted {record.name}: {counted(len(record.versions), 'version')}.")


@app.command()
def search(
    context: typer.Context,
    question: str,
    collection: Collection = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Number of passages.")] = 5,
    as_of: Annotated[str | None, typer.Option(help="Search as of this day.")] = None,
) -> None:
    """Print the passages that fit a question best, with their scores."""
    settings: Settings = context.obj
    day = parse_date(as_of, "--as-of")
    with opened(settings) as service:
        hits = service.search(service.question(question, collection=collection, as_of=day, k=k))
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        page = f", page {passage.page}" if passage.page else ""
        similarity = "–" if hit.similarity is None else f"{hit.similarity:.3f}"
        bm25 = "–" if hit.bm25 is None else f"{hit.bm25:.2f}"
        remark = f" · {remark}" if (remark := remark_on(passage.recognised)) else ""
        typer.echo(f"{rank}. {passage.document} (version {passage.version}{page}) · {passage.heading}{remark}")
        relevance = "" if hit.relevance is None else f" · reranker {hit.relevance:.3f}"
        typer.echo(f"   score {hit.score:.4f} · similarity {similarity} · BM25 {bm25}{relevance}")
        typer.echo("   " + " ".join(passage.text.split())[:200])


def _show_reports(reports: list[VersionReport]) -> None:
    """What became of the versions: by name what changed, and what couldn't be read, with the reason; the rest as
    counts."""
    counts = Counter(report.outcome for report in reports)
    for report in reports:
        name = f"{report.document}, version {report.version}"
        if report.outcome is RereadOutcome.READ_AGAIN:
            typer.echo(f"{name}: read again, {counted(report.passages, 'passage')}")
        if report.outcome in (RereadOutcome.NO_FILE, RereadOutcome.FAILED):
            say_error(f"{name}: left as it is: {report.reason}")
        for warning in report.warnings:
            say_error(f"{name}: taken, but {warning}")
    passages = sum(report.passages for report in reports)
    typer.echo(
        f"{counted(len(reports), 'version')}: {counts[RereadOutcome.READ_AGAIN]} read again, "
        f"{counts[RereadOutcome.UNCHANGED]} unchanged, {counts[RereadOutcome.NO_FILE]} without a file, "
        f"{counts[RereadOutcome.FAILED]} failed; {counted(passages, 'passage')} written."
    )


def in_force(version: VersionRecord) -> str:
    """The days on which a version applies, in words."""
    begin = version.effective_from.isoformat() if version.effective_from else "always"
    return f"{begin} to {version.effective_to}" if version.effective_to else f"from {begin}"


def _print_document(record: DocumentRecord, day: date) -> None:
    access = f" · only for {', '.join(record.access)}" if record.access else ""
    typer.echo(f"{record.name} · id {record.id} · collection {record.collection}{access}")
    for version in record.versions:
        origin = f", which came from {version.origin}" if version.origin else ""
        typer.echo(
            f"  version {version.number}: {version.title} · {version.format} · "
            f"{version.status(day)}, {in_force(version)} · "
            f"{counted(version.pages, 'page')} · {counted(version.passages, 'passage')}"
            f"{f' · read {version.reading} times' if version.reading > 1 else ''}\n"
            f"    ingested {version.ingested_at:%Y-%m-%d %H:%M} from {version.source}{origin}\n"
            f"    sha256 {version.content_hash}"
        )

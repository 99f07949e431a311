"""Commands that run gold questions: run, retrieval, ablate, load, report, rescore."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.console import AskedMode, Collection, opened, progress_bars
from app.config import Settings
from app.mode import Mode
from corpus import store
from corpus.schema import now
from eval.cli.console import Gold, Limit, Out, RunFolder, app, read_all
from eval.errors import BadRun
from eval.runs.folder import Kind, Run, RunInfo, append, read_run, read_run_info, write_lines
from eval.runs.record import Record


@app.command()
def run(
    context: typer.Context,
    gold: Gold,
    collection: Collection = None,
    limit: Limit = None,
    mode: AskedMode = None,
    plain: Annotated[int, typer.Option(min=0, help="So many questions are decoded plainly too, to compare.")] = 5,
    given: Annotated[bool, typer.Option("--given", help="Ask each question of its gold document only.")] = False,
    out: Out = None,
) -> None:
    """Answer gold questions and score the answers. With the same --out, it goes on where it was cut off."""
    asked = _Asked(gold, collection, limit, mode, plain, given)
    _evaluate(context.obj, "answers", asked, out)


@app.command()
def retrieval(
    context: typer.Context, gold: Gold, collection: Collection = None, limit: Limit = None, out: Out = None
) -> None:
    """Search for gold questions and score what is found; nothing is generated."""
    _evaluate(context.obj, "retrieval", _Asked(gold, collection, limit, Mode.QUOTE), out)


@app.command()
def ablate(context: typer.Context, gold: Gold, collection: Collection = None, limit: Limit = None) -> None:
    """Search for gold questions with one search alone, with both, and with each part of retrieval more."""
    sets = read_all(gold)
    settings: Settings = context.obj
    with opened(settings) as service:
        from eval.decide.ablation import ablate, variants
        from eval.report.ablation import print_ablation
        from eval.runs.evaluate import choose

        asked = choose([each for _, each in sets], limit)
        tried = variants(settings.retrieval.recipe)
        label = "Searching for gold questions"
        service.progress(label, 0, len(asked))
        for done in ablate(service, collection or settings.collection, asked, tried):
            service.progress(label, done, len(asked))
        service.progress("", 0, None)
    print_ablation(tried, Console(highlight=False, width=None if sys.stdout.isatty() else 110))


@app.command()
def load(
    context: typer.Context,
    gold: Gold,
    url: Annotated[str | None, typer.Option(help="The server; the configured address by default.")] = None,
    rate: Annotated[list[float] | None, typer.Option(help="Questions a second; may be given several times.")] = None,
    collection: Collection = None,
    limit: Limit = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds after which a question counts as failed.")] = 120,
    key_file: Annotated[Path | None, typer.Option(help="A file with the key that the server asks for.")] = None,
    out: Out = None,
) -> None:
    """Ask gold questions of a running server at given rates, one rate after the other; report latency and errors.

    Exit status 1 where a question failed.
    """
    from eval.runs.describe import describe_gold, machine, versions
    from eval.runs.evaluate import begin, choose, finish
    from eval.runs.load import check_server, read_key, replay, schedule

    settings: Settings = context.obj
    server = (url or f"http://{settings.server.host}:{settings.server.port}").rstrip("/")
    rates = rate or [0.5]
    if any(each <= 0 for each in rates):
        raise BadRun("A rate is a number of questions a second above 0, such as 0.5.")
    key = read_key(key_file) if key_file else None
    sets = read_all(gold)
    check_server(server)
    asked = choose([each for _, each in sets], limit)
    folder = out or new_folder("-".join(each.name for _, each in sets) + "-load")
    records: list[Record] = []
    with progress_bars() as progress:
        info = RunInfo(
            kind="load",
            started_at=now().isoformat(timespec="seconds"),
            gold=[describe_gold(path, each) for path, each in sets],
            corpus=None,
            models={},
            settings={},
            options={"url": server, "rates": rates, "collection": collection, "limit": limit, "timeout": timeout},
            versions=versions(),
            machine=machine(),
        )
        if begin(folder, info):
            raise BadRun(f"{folder} holds a load run already, and one can't be continued: give another --out.")
        for each in rates:
            for record in replay(server, schedule(asked, each), collection, timeout, key):
                append(folder, record)
                records.append(record)
                progress(f"Asking at {each:g} questions a second", len(records), len(rates) * len(asked))
        written_by = {record.answer.model or "" for record in records if record.answer}
        info = info.model_copy(update={"models": {"generator": ", ".join(sorted(written_by))}})
        done = finish(folder, info, records)
    _show(done)
    if any(record.error for record in records):
        raise typer.Exit(1)


@app.command()
def report(folder: RunFolder) -> None:
    """Write a run's report.html again, and print its figures."""
    _show(read_run(folder))


@app.command()
def rescore(
    context: typer.Context,
    folder: RunFolder,
    out: Annotated[Path, typer.Option(help="Folder for the run with its new scores.")],
    gold: Annotated[list[Path] | None, typer.Option(help="What gold sets say of the questions now.")] = None,
) -> None:
    """Score a run's stored answers again, by this version's rules and by gold sets as they are now.

    The data folder must hold the documents that were asked.
    """
    from eval.runs.describe import describe_corpus, describe_gold
    from eval.runs.evaluate import finish
    from eval.runs.rescore import rescored
    from eval.scoring.places import Places

    if out.exists() and any(out.iterdir()):
        raise BadRun(f"{out} is not empty: give --out the path of a new folder.")
    sets = read_all(gold or [])
    info = read_run_info(folder)
    places = Places(())
    if info.corpus is not None:
        with opened(context.obj) as service, service.database.reading() as session:
            if describe_corpus(service, info.corpus.collection).sha256 != info.corpus.sha256:
                raise BadRun(
                    f"The documents aren't those that {folder} asked: give --data-dir the folder that has them."
                )
            places = Places(store.documents(session, info.corpus.collection))
    records = list(rescored(folder, [each for _, each in sets], places))
    now_known = {each.name: describe_gold(path, each) for path, each in sets}
    info = info.model_copy(update={"gold": [now_known.get(each.name, each) for each in info.gold]})
    write_lines(out, (record.model_dump_json() for record in records))
    _show(finish(out, info, records))


@dataclass(frozen=True)
class _Asked:
    """What a run asks, and how: see the options of `run`."""

    gold: Sequence[Path]
    collection: str | None
    limit: int | None
    mode: Mode | None
    plain: int = 0
    given: bool = False


def _evaluate(settings: Settings, kind: Kind, asked: _Asked, out: Path | None) -> None:
    sets = read_all(asked.gold)
    with opened(settings) as service:
        from eval.runs.describe import describe
        from eval.runs.evaluate import Evaluation, carry_out, choose, finish

        name = asked.collection or settings.collection
        mode = service.modes.resolve(asked.mode)
        evaluation = Evaluation(service, name, mode, retrieval_only=kind == "retrieval", given=asked.given)
        questions = choose([each for _, each in sets], asked.limit, asked.plain if mode is Mode.WRITE else 0)
        service.progress("Starting", 0, None)
        service.load_models(mode)
        options = {"collection": name, "limit": asked.limit, "mode": mode.value, "plain": asked.plain}
        if asked.given:
            options["given"] = True
        info = describe(service, kind, sets, len(questions), options)
        folder = out or new_folder("-".join(each.name for _, each in sets))
        label = "Answering gold questions" if kind == "answers" else "Searching for gold questions"
        service.progress(label, 0, len(questions))
        records = []
        for record in carry_out(evaluation, info, questions, folder):
            records.append(record)
            service.progress(label, len(records), len(questions))
        done = finish(folder, info, records)
        service.progress("", 0, None)
    _show(done)


def new_folder(name: str) -> Path:
    """A folder for a run without a name."""
    return Path("runs") / f"{name}-{now():%Y%m%d-%H%M%S}"


def _show(done: Run) -> None:
    from eval.report import write_report
    from eval.report.terminal import print_summary

    path = done.folder / "report.html"
    write_report(done, path)
    print_summary(done, Console(highlight=False, width=None if sys.stdout.isatty() else 110))
    typer.echo(f"\nReport: {path}")

"""What the commands share: the program itself, its options, its progress bars and its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from app.answering.question import asked_mode
from app.config import Settings, as_yaml, load_settings
from app.errors import BadSettings
from app.mode import Mode
from app.service import Citewell

app = typer.Typer(
    help="Answer questions about policy and financial documents, with citations, or decline them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# What is read by another program isn't wrapped to the width of a terminal that isn't there.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, highlight=False)

Collection = Annotated[str | None, typer.Option(help="The collection; by default the configured one.")]
AskedMode = Annotated[
    Mode | None,
    typer.Option(
        parser=asked_mode,
        metavar="quote|write|auto",
        help="quote the sources, let the model write, or auto: write if the model is qualified.",
    ),
]


def counted(count: int, noun: str) -> str:
    """A number with what it counts: "1 file", "2 files"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def say_error(sentence: str) -> None:
    """One sentence on standard error, without markup or wrapping, so that scripts can read it."""
    typer.echo(f"citewell: {sentence}", err=True)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"citewell {version('citewell')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Configuration file; ./config.yaml by default.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for everything the program writes.")] = None,
    database_url: Annotated[str | None, typer.Option(help="SQLAlchemy address of the database.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting.")] = None,
) -> None:
    overrides = list(set_ or [])
    overrides += [f"data_dir={str(data_dir)!r}"] if data_dir else []
    overrides += [f"database_url={database_url!r}"] if database_url else []
    settings = load_settings(config, overrides)
    prepare_libraries(settings)
    context.obj = settings


def prepare_libraries(settings: Settings) -> None:
    """Tell the model libraries to ask no hub that isn't configured, and to leave the terminal to us. They read these
    variables when they are first imported."""
    models = (settings.generator.path, settings.embedder.path)
    if all(path is None or Path(path).exists() or _looks_local(path) for path in models):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")


def _looks_local(path: str) -> bool:
    return path.startswith((".", "/", "~"))


@app.command("config")
def show_config(context: typer.Context) -> None:
    """Print the merged configuration, secrets masked."""
    typer.echo(as_yaml(context.obj), nl=False)


@contextmanager
def opened(settings: Settings) -> Iterator[Citewell]:
    """The service, with its progress on standard error while the block runs."""
    with progress_bars() as bars:
        service = Citewell(settings, bars)
        try:
            yield service
        finally:
            bars.stop()
            service.database.close()


class RateColumn(ProgressColumn):
    """How many were done a second of late, empty until that is known."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if task.total is None or not speed else f"{speed:.{0 if speed >= 10 else 1}f}/s")


class ProgressBars:
    """Shows progress as bars, one at a time: a new label ends the bar before it, and begins another unless empty."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._label = ""
        self._task: TaskID | None = None

    def __call__(self, label: str, done: int, total: int | None) -> None:
        if not label:
            self.stop()
            return
        if label != self._label:
            self.stop()
            self._bars.start()
            self._label, self._task = label, self._bars.add_task(label, total=total)
        assert self._task is not None
        self._bars.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Take the running bar away: finished ones stay to be read."""
        if self._task is not None:
            task = self._bars.tasks[-1]
            if task.total is None:
                self._bars.update(self._task, total=1, completed=1)
            self._bars.stop()
            self._bars.remove_task(self._task)
        self._label, self._task = "", None


@contextmanager
def progress_bars() -> Iterator[ProgressBars]:
    """Bars with how much is done, how many a second, the time taken and the time left."""
    bars = ProgressBars(
        Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            console=err,
        )
    )
    try:
        yield bars
    finally:
        bars.stop()


def parse_date(text: str | None, option: str) -> date | None:
    """A date as people write it in options; raises `BadSettings` for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadSettings(f"{option} takes a date such as 2026-01-31, not {text!r}.") from error

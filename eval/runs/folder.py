"""A run's folder: what was evaluated and how, one line for each question, and the figures.

run.json        what was run: gold sets, corpus, models, settings, versions of libraries
records.jsonl   one `Record` a line, written as soon as its question is done
summary.json    metric name -> {value, low, high, n}
groups.json     the same for each gold set and each tag: group -> metric name -> figure
report.html     all of it for people
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.files import replacing
from eval.errors import BadRun
from eval.gold.model import GoldQuestion
from eval.runs.record import Figure, Record

Kind = Literal["answers", "retrieval", "load"]
Figures = dict[str, Figure]

_FIGURES: TypeAdapter[Figures] = TypeAdapter(Figures)
_GROUPS: TypeAdapter[dict[str, Figures]] = TypeAdapter(dict[str, Figures])


class GoldFile(BaseModel):
    """A gold set that was asked: its file's name and hash, and how many questions it holds."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    questions: int


class Corpus(BaseModel):
    """What was asked of: sizes, and a hash over the names, versions and contents of all documents."""

    model_config = ConfigDict(frozen=True)

    collection: str
    documents: int
    versions: int
    passages: int
    sha256: str


class RunInfo(BaseModel):
    """What makes two runs comparable. ``models`` gives each model's name and identity, ``settings`` the configuration
    that was in force, ``options`` those of the command, ``versions`` those of Python and the libraries."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    started_at: str
    gold: list[GoldFile]
    corpus: Corpus | None
    models: dict[str, str]
    settings: dict[str, Any]
    options: dict[str, Any] = {}
    versions: dict[str, str]
    machine: str


@dataclass(frozen=True)
class Run:
    """A run that was read from its folder."""

    folder: Path
    info: RunInfo
    records: list[Record]
    summary: Figures
    groups: dict[str, Figures]

    @property
    def name(self) -> str:
        return self.folder.name


def keep_as_baseline(run: Run, folder: Path) -> None:
    """Write of a run what comparing needs: its description, its figures, and of each question the scores and the cause
    of failure, without the texts of documents and answers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "run.json", run.info)
    write_json(folder / "summary.json", run.summary)
    write_json(folder / "groups.json", {})
    kept = {"gold_set", "gold", "scores", "failure"}
    lines = []
    for record in run.records:
        gold = GoldQuestion(
            id=record.gold.id,
            question=record.gold.question,
            answerable_in_corpus=record.gold.answerable_in_corpus,
            tags=record.gold.tags,
        )
        slim = record.model_copy(update={"gold": gold})
        lines.append(slim.model_dump_json(include=kept, exclude_defaults=True))
    write_lines(folder, lines)


def read_run(folder: Path) -> Run:
    """The finished run in ``folder``. Raises `BadRun` where there is none, or it is damaged."""
    try:
        return Run(
            folder,
            RunInfo.model_validate_json((folder / "run.json").read_bytes()),
            read_records(folder),
            _FIGURES.validate_json((folder / "summary.json").read_bytes()),
            _GROUPS.validate_json((folder / "groups.json").read_bytes()),
        )
    except FileNotFoundError as error:
        raise BadRun(f"{folder} holds no finished run: {Path(error.filename).name} is missing there.") from error
    except (OSError, ValidationError) as error:
        raise BadRun(f"The run in {folder} can't be read: {str(error).splitlines()[0]}.") from error


def read_run_info(folder: Path) -> RunInfo:
    """The description of the run in ``folder``. Raises `BadRun` where there is none, or it is damaged."""
    try:
        return RunInfo.model_validate_json((folder / "run.json").read_bytes())
    except FileNotFoundError as error:
        raise BadRun(f"{folder} holds no run: run.json is missing there.") from error
    except (OSError, ValidationError) as error:
        raise BadRun(f"The run in {folder} can't be read: {str(error).splitlines()[0]}.") from error


def read_records(folder: Path) -> list[Record]:
    """The questions done so far. A last line that was cut off, as by a crash, is passed over."""
    path = folder / "records.jsonl"
    if not path.exists():
        return []
    # Every finished line ends with a line break, so what stands after the last one is unfinished.
    lines = path.read_text("utf-8").split("\n")[:-1]
    return [Record.model_validate_json(line) for line in lines if line]


def append(folder: Path, record: Record) -> None:
    """Write down one more question of the run in ``folder``."""
    with (folder / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write(record.model_dump_json() + "\n")


def write_lines(folder: Path, lines: Iterable[str]) -> None:
    """Replace the questions of the run in ``folder``, a line of JSON each."""
    _replace(folder / "records.jsonl", "".join(f"{line}\n" for line in lines).encode())


def write_json(path: Path, value: Any) -> None:
    """Write a value, pydantic models included."""
    _replace(path, TypeAdapter(Any).dump_json(value, indent=2) + b"\n")


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(data)

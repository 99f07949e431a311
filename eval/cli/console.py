"""What the commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import BadGold
from eval.gold.model import GoldSet, read_gold

app = typer.Typer(help="Measure retrieval, answers and speed over gold questions.", no_args_is_help=True)

Gold = Annotated[list[Path], typer.Argument(help="Gold sets, one JSON object a line.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many questions of each set, evenly spread.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the run; a new one below runs/ by default.")]
RunFolder = Annotated[Path, typer.Argument(help="Folder of a run.")]


def read_all(paths: Sequence[Path]) -> list[tuple[Path, GoldSet]]:
    """The gold sets of ``paths``. Raises `BadGold`, also for two sets of one name."""
    sets = [(path, read_gold(path)) for path in paths]
    names = [each.name for _, each in sets]
    for name in names:
        if names.count(name) > 1:
            raise BadGold(f"Two gold sets are called {name!r}: rename the file of one, so that they can be told apart.")
    return sets

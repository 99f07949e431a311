"""Any table that a program writes is read with its texts, and with the rows and columns that each cell covers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.content import PageBuilder
from corpus.grid import Grid, GridCell
from corpus.loaders import Limits, load
from corpus.table import Table
from tests.corpus.grids import PLAIN_WORDS, WRITERS, grids, write_pdf, write_xlsx


def grids_read(path: Path) -> list[Grid]:
    """The tables of a file, as its loader makes them."""
    found: list[Grid] = []
    add = PageBuilder.grid

    def remember(builder: PageBuilder, grid: Grid, above: Table | None = None) -> None:
        found.append(grid)
        add(builder, grid, above)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageBuilder, "grid", remember)
        load(path, Limits())
    return found


def said(grid: Grid) -> list[GridCell]:
    """Its cells, without the rows and columns in which none begins."""
    return [replace(cell, text=" ".join(cell.text.split())) for cell in grid.compact().cells]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grids")


@pytest.mark.parametrize("ending", [".html", ".docx"])
@given(grid=grids())
def test_any_grid_comes_back(folder: Path, ending: str, grid: Grid) -> None:
    path = folder / f"grid{ending}"
    WRITERS[ending](grid, path)
    [read] = grids_read(path)
    assert list(read.cells) == said(grid)


@given(grid=grids(inside=True), down=st.integers(0, 5), right=st.integers(0, 5))
def test_any_grid_comes_back_from_a_workbook(folder: Path, grid: Grid, down: int, right: int) -> None:
    write_xlsx(grid, folder / "grid.xlsx", down, right)
    [read] = grids_read(folder / "grid.xlsx")
    assert list(read.cells) == said(grid)


@pytest.mark.parametrize("size", [8, 10, 12])
@given(grid=grids(PLAIN_WORDS))
def test_any_grid_with_rules_comes_back_from_a_pdf(folder: Path, size: int, grid: Grid) -> None:
    write_pdf(grid, folder / f"grid{size}.pdf", size)
    [read] = grids_read(folder / f"grid{size}.pdf")
    assert list(read.cells) == said(grid)

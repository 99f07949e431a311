"""``citewell eval``: gold sets, runs, and what is made of them."""

from __future__ import annotations

import typer

from eval.cli import comparing, gold, running
from eval.cli.console import app

__all__ = ["register"]

COMMANDS = (running, comparing, gold)  # importing a module is what adds its commands to the app


def register(program: typer.Typer) -> None:
    """Add these commands to the program ``citewell``, which finds this function by its entry point: it must not import
    what imports it."""
    program.add_typer(app, name="eval")

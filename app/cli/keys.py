"""Commands about keys."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml

from app.cli.console import app
from app.config import Settings
from app.errors import BadSettings
from app.keys import digest, make_key
from corpus.access import check_labels

keys = typer.Typer(help="Create keys for the HTTP API.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.callback()
def group() -> None:
    """Create keys for the HTTP API."""


@keys.command()
def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the key's owner.")],
    label: Annotated[
        list[str] | None, typer.Option(help="Label of documents that the key may read; repeatable.")
    ] = None,
    manages: Annotated[
        bool, typer.Option("--manages", help="Allow the key to ingest and delete documents and to see jobs.")
    ] = False,
) -> None:
    """Print a new key, and what to add to config.yaml for it. The key itself is kept nowhere."""
    settings: Settings = context.obj
    if name in {key.name for key in settings.access.keys}:
        raise BadSettings(f"There is a key named {name!r} already: choose another name, or remove that one first.")
    key = make_key()
    entry = {"name": name, "sha256": digest(key), "labels": list(check_labels(label or ())), "manages": manages}
    typer.echo(f"# The key, shown this once: {key}")
    typer.echo("# Add to access.keys in config.yaml, and start citewell serve again:")
    typer.echo(yaml.safe_dump({"access": {"keys": [entry]}}, sort_keys=False, allow_unicode=True), nl=False)

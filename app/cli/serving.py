"""The command that serves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import app, opened
from app.cli.ingestion import show_reports
from app.config import Settings
from app.mode import Mode


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = None,
    sample: Annotated[Path | None, typer.Option(help="Folder to ingest first, if the collection is empty.")] = None,
) -> None:
    """Serve the HTTP API and the chat page."""
    configured: Settings = context.obj
    named = {"host": host, "port": port}
    address = configured.server.model_copy(update={key: value for key, value in named.items() if value is not None})
    settings = configured.model_copy(update={"server": address})
    from app.api.logs import set_up_logging

    set_up_logging(settings.server.log_level)
    with opened(settings) as service:
        service.progress("Starting", 0, None)
        from app.api.server import bind, run

        listener = bind(address.host, address.port, settings.access)
        # What an earlier process left unfinished is resumed while the server answers.
        if sample and service.ingestion.holds_nothing(settings.collection) and not service.ingestion.is_running():
            show_reports(service.ingest([sample], settings.collection))
        service.load_models()
        # Known from now on, so that no request works it out in the event loop.
        service.modes.resolve(Mode.AUTO)
        service.progress("", 0, None)
        run(service, listener)

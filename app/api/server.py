"""The web application, and running it."""

from __future__ import annotations

import logging
import socket
from importlib.metadata import version
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import answers, health, search
from app.api.access import KeyCheck
from app.api.problems import Problem, add_problem_handlers
from app.errors import BadSettings
from app.service import Citewell

STATIC = Path(__file__).parent.parent / "static"
MOST_BYTES = 2**20


def create_app(service: Citewell) -> FastAPI:
    """The application over one instance of the service."""
    app = FastAPI(title="Citewell", version=version("citewell"), responses={"4XX": {"model": Problem}})
    app.state.service = service
    add_problem_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(KeyCheck, keys=service.settings.access.keys)
    for routes in (answers, search, health):
        app.include_router(routes.router)
    app.mount("/", StaticFiles(directory=STATIC, html=True), name="page")
    return app


def bind(host: str, port: int) -> socket.socket:
    """Take an address, on which connections are refused until `run`. Raises `BadSettings` where it isn't to be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        raise BadSettings(f"Can't listen on {host}:{port} ({error.strerror}): choose another with --port.") from error
    return listener


def run(service: Citewell, listener: socket.socket) -> None:
    """Serve on the address until interrupted."""
    host, port = listener.getsockname()[:2]
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level=logging.WARNING))
    typer.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops)")
    server.run(sockets=[listener])


class BodyLimit:
    """Refuses a request body that no request here needs, before it is held in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MOST_BYTES:
                raise HTTPException(413, f"The request has more than {MOST_BYTES:,} bytes: shorten it.")
            return message

        await self._app(scope, limited, send)

"""The web application, and running it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import answers, documents, health, jobs, search
from app.api.access import KeyCheck
from app.api.logs import RequestLog
from app.api.problems import Problem, add_problem_handlers, error_response
from app.api.turns import Turns
from app.errors import BadSettings
from app.service import MIB, Citewell
from app.watch import Watch
from app.worker import Worker

STATIC = Path(__file__).parent.parent / "static"
MOST_BYTES = MIB
UPLOADS = "/v1/documents"


def create_app(service: Citewell) -> FastAPI:
    """The application over one instance of the service. It carries jobs out from its start to its end."""
    worker, watch = Worker(service), Watch(service)
    turns = Turns(service.settings.server.waiting, service.settings.server.wait_seconds)

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        await run_in_threadpool(watch.start)
        yield
        turns.close()
        await run_in_threadpool(watch.stop)
        await run_in_threadpool(worker.stop)

    app = FastAPI(
        title="Citewell", version=version("citewell"), responses={"4XX": {"model": Problem}}, lifespan=working
    )
    app.state.service, app.state.worker, app.state.watch, app.state.turns = service, worker, watch, turns
    add_problem_handlers(app)
    app.add_middleware(BodyLimit, upload_mib=service.settings.limits.file_mib)
    app.add_middleware(KeyCheck, keys=service.settings.access.keys)
    # Last, which is outermost: it sees what all others answer.
    app.add_middleware(RequestLog, failed=error_response, log_questions=service.settings.server.log_questions)
    for routes in (answers, search, documents, jobs, health):
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
    # Its messages go where ours go; the line for each request is ours.
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_config=None, access_log=False))
    typer.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops)")
    server.run(sockets=[listener])


class BodyLimit:
    """Refuses a request body that no request here needs while it is read: only uploads may have ``upload_mib``."""

    def __init__(self, app: ASGIApp, upload_mib: int) -> None:
        self._app = app
        self._upload_mib = upload_mib

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, sentence = MOST_BYTES, f"The request has more than {MOST_BYTES:,} bytes: shorten it."
        if scope["method"] == "POST" and scope["path"] == UPLOADS:
            # What stands between and around the files counts too.
            most += self._upload_mib * MIB
            sentence = (
                f"The files have more than {self._upload_mib:,} MiB together: send them in several requests, or raise "
                "limits.file_mib where the server runs."
            )
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, sentence)
            return message

        await self._app(scope, limited, send)

"""The web application, and running it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import answers, documents, health, jobs, search, uploads
from app.api.access import KeyCheck
from app.api.headers import SecurityHeaders
from app.api.logs import RequestLog
from app.api.origins import SiteCheck, is_loopback
from app.api.problems import add_problem_handlers, error_response
from app.api.reference import add_reference
from app.api.turns import Turns
from app.api.watch import Watch
from app.errors import BadSettings
from app.ingestion.runner import MIB
from app.ingestion.worker import Worker
from app.service import Citewell
from app.settings import AccessSettings

STATIC = Path(__file__).parent / "static"
MOST_BYTES = MIB
UPLOADS = "/v1/documents"
ROUTERS = (answers.router, search.router, documents.router, uploads.router, jobs.router, health.router)


def create_app(service: Citewell) -> FastAPI:
    """The application over one instance of the service. It carries jobs out from its start to its end."""
    settings = service.settings
    worker, watch = Worker(service.database, service.ingestion), Watch(service)
    turns = Turns(settings.server.waiting, settings.server.wait_seconds)

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        await run_in_threadpool(watch.start)
        yield
        turns.close()
        await run_in_threadpool(watch.stop)
        await run_in_threadpool(worker.stop)

    app = FastAPI(title="Citewell", version=version("citewell"), docs_url=None, redoc_url=None, lifespan=working)
    app.state.service, app.state.worker, app.state.watch, app.state.turns = service, worker, watch, turns
    add_problem_handlers(app)
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit, upload_mib=settings.limits.file_mib)
    app.add_middleware(KeyCheck, access=settings.access)
    app.add_middleware(SiteCheck, server=settings.server)
    app.add_middleware(RequestLog, failed=error_response, log_questions=settings.server.log_questions)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.server.frame_ancestors)
    routes = [route for each in ROUTERS for route in each.routes if isinstance(route, APIRoute)]
    for router in ROUTERS:
        app.include_router(router)
    add_reference(app, routes, answers.EVENT_DATA, settings)
    app.mount("/", Page(STATIC, routes), name="page")
    return app


class Page(StaticFiles):
    """The chat page, which has every path that the API's routes leave."""

    def __init__(self, folder: Path, routes: Sequence[APIRoute]) -> None:
        super().__init__(directory=folder, html=True)
        self._routes = routes

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file of the page. Raises 405 where a route answers to other methods, and 404 for what isn't there."""
        here = [route.methods or set() for route in self._routes if route.path_regex.match(scope["path"])]
        if here:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(set[str]().union(*here)))})
        if scope["path"].startswith("/v1"):
            raise HTTPException(404)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        return await super().get_response(path, scope)


def bind(host: str, port: int, access: AccessSettings) -> socket.socket:
    """Take an address, on which connections are refused until `run`.

    Raises `BadSettings` where it isn't to be had, and where others than this machine reach it, but nothing says who may
    do what.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise BadSettings(f"Can't listen on {host}:{port} ({reason}): choose others with --host and --port.") from error
    try:
        refuse_open(listener, access)
    except BadSettings:
        listener.close()
        raise
    return listener


def refuse_open(listener: socket.socket, access: AccessSettings) -> None:
    """Raise `BadSettings` for an address that is reached from elsewhere, where anybody could manage documents."""
    address = listener.getsockname()[0]
    if not access.keys and not access.anonymous_reads and not is_loopback(address):
        raise BadSettings(
            f"Other machines reach {address}, and without keys anybody could read and change all documents: make a key "
            "with citewell keys make, or set access.anonymous_reads to let anybody read those without labels."
        )


class _Server(uvicorn.Server):
    """Says where it serves as soon as it answers there, and not before."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and not self.should_exit:
            host, port = sockets[0].getsockname()[:2]
            typer.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops)")


def run(service: Citewell, listener: socket.socket) -> None:
    """Serve on the address until interrupted. Raises `BadSettings` where `bind` would."""
    refuse_open(listener, service.settings.access)
    # Its messages go where ours go; the line for each request is ours.
    server = _Server(uvicorn.Config(create_app(service), log_config=None, access_log=False))
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

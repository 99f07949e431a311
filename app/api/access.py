"""Who asks: every request below ``/v1`` is held against the configured keys before it is read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import problem_response
from app.config import KeySettings
from app.errors import NoKey, NotManaging
from app.keys import caller_of
from corpus.access import Reader


class KeyCheck:
    """Answers 401 to a request below ``/v1`` that brings no key, and notes whose the others are."""

    def __init__(self, app: ASGIApp, keys: tuple[KeySettings, ...]) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1"):
            try:
                caller = caller_of(Headers(scope=scope).get("authorization"), self._keys)
            except NoKey as error:
                response = problem_response(401, "no-key", str(error), scope["path"])
                response.headers["WWW-Authenticate"] = "Bearer"
                await response(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


# Checks nothing: it tells the API's description that there are keys.
_KEY = HTTPBearer(auto_error=False, description="A key made with citewell keys make, where the server asks for one.")


async def _reader(request: Request, _: Annotated[object, Depends(_KEY)]) -> Reader:
    reader: Reader = request.state.caller.reader
    return reader


async def _manager(request: Request, reader: Annotated[Reader, Depends(_reader)]) -> Reader:
    if not request.state.caller.manages:
        raise NotManaging("This key may read but not manage documents: use one made with citewell keys make --manages.")
    return reader


Asker = Annotated[Reader, Depends(_reader)]
Manager = Annotated[Reader, Depends(_manager)]

"""Who asks: every request below ``/v1`` is held against the configured keys before it is read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import NoKey, NotManaging
from app.keys import caller_of
from app.settings import AccessSettings
from corpus.access import Principal


class KeyCheck:
    """Answers 401 to a request below ``/v1`` that brings no key where one is needed, and notes whose the others are."""

    def __init__(self, app: ASGIApp, access: AccessSettings) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1"):
            try:
                given = Headers(scope=scope).get("authorization")
                caller = caller_of(given, self._access.keys, self._access.anonymous_reads)
            except NoKey as error:
                response = problem_response(401, "no-key", str(error), scope["path"])
                await response(scope, receive, _asking(send))
                return
            scope.setdefault("state", {})["caller"] = caller
            if caller.anonymous:
                send = _asking(send)
        await self._app(scope, receive, send)


def _asking(send: Send) -> Send:
    """``send``, which also says that a key would open more."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["WWW-Authenticate"] = "Bearer"
        await send(message)

    return sending


async def principal_of(request: Request) -> Principal:
    """What the one who asks may read."""
    principal: Principal = request.state.caller.principal
    return principal


async def manager_of(request: Request, principal: Annotated[Principal, Depends(principal_of)]) -> Principal:
    """The same, of one who may manage documents; raises `NoKey` or `NotManaging` for others."""
    caller = request.state.caller
    if caller.anonymous:
        raise NoKey("Managing documents needs a key: send the header Authorization: Bearer KEY.")
    if not caller.manages:
        raise NotManaging("This key may read but not manage documents: use one made with citewell keys make --manages.")
    return principal


Asker = Annotated[Principal, Depends(principal_of)]
Manager = Annotated[Principal, Depends(manager_of)]

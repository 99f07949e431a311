"""What the server writes down on standard error: one line of JSON for each request, and for each thing that goes wrong.

Every line of a request carries its id, also those written in other threads on its behalf.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Level = Literal["debug", "info", "warning", "error", "off"]

ACCESS = logging.getLogger("app.access")
# The id of the request that is being answered, "" outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._:/+=-]{1,100}")
# Whose lines are written from the level on; other libraries' are from a warning on.
_OURS = ("accel", "app", "corpus", "eval", "retrieval", "uvicorn")


def set_up_logging(level: Level) -> None:
    """Have everything that is logged in this process written to standard error as lines of JSON. "off" writes nothing,
    "warning" leaves out requests that went well."""
    root = logging.getLogger()
    handler: logging.Handler = logging.NullHandler() if level == "off" else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.CRITICAL if level == "off" else level.upper())


class JsonLines(logging.Formatter):
    """A record as one line: time (UTC), level, logger and message; where there are some, the request's id, the record's
    ``fields`` and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if ident := request_id.get():
            line["request"] = ident
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class RequestLog:
    """Gives every request an id, its own ``X-Request-ID`` if that is a sane one, and writes a line when it has ended.

    ``failed`` answers a request whose answer raised an unexpected error, and logs the error. A route may put
    ``question`` and ``end`` into the request's state: what was asked, which is only written with ``log_questions``,
    and how a streamed answer ended.
    """

    def __init__(self, app: ASGIApp, failed: Any, log_questions: bool) -> None:
        self._app = app
        self._failed = failed
        self._log_questions = log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        ident = given if _SANE.fullmatch(given) else uuid.uuid4().hex[:16]
        token, began = request_id.set(ident), time.perf_counter()
        watched = _Watched(receive, send, ident)
        state = scope.setdefault("state", {})
        try:
            await self._app(scope, watched.receive, watched.send)
        except Exception as error:
            response = self._failed(error, scope["path"])
            if watched.status:
                raise  # too late for another answer; the server breaks the connection off
            await response(scope, receive, watched.send)
            state["end"] = "error"
        finally:
            self._write(scope, state, watched, 1000 * (time.perf_counter() - began))
            request_id.reset(token)

    def _write(self, scope: Scope, state: dict[str, Any], watched: _Watched, took_ms: float) -> None:
        caller, client = state.get("caller"), scope.get("client")
        fields = {
            "request": request_id.get(),
            "method": scope["method"],
            "path": scope["path"],
            "status": watched.status,
            "ms": round(took_ms, 1),
            "key": getattr(caller, "name", None),
            "client": client[0] if client else None,
            "end": state.get("end") or watched.end,
        }
        if self._log_questions and "question" in state:
            fields["question"] = state["question"]
        level = logging.ERROR if watched.status == 500 else logging.WARNING if watched.status > 500 else logging.INFO
        ACCESS.log(level, "request", extra={"fields": fields})


class _Watched:
    """A request's two channels, and what has gone over them."""

    def __init__(self, receive: Receive, send: Send, ident: str) -> None:
        self._receive, self._send, self._ident = receive, send, ident
        self.status = 0
        self._is_whole = self._has_left = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._is_whole:
            self._has_left = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[_HEADER] = self._ident
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._is_whole = True

    @property
    def end(self) -> str:
        """How the request ended, as far as can be seen from here."""
        if self._has_left:
            return "client left"
        return "complete" if self._is_whole else "cut off"

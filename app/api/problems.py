"""Every error as RFC 9457 problem+json, with a sentence that says what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from accel.errors import NoModel, PromptTooLong
from app.api.logs import request_id
from app.errors import (
    EXPLAINED,
    BadQuestion,
    BadUpload,
    Busy,
    NoGenerator,
    NoKey,
    NotManaging,
    NotQualified,
    RepeatedParameter,
    UnknownAnswer,
    UploadNotKept,
    WrongMediaType,
    fault,
)
from corpus.errors import (
    BadLabel,
    DatabaseUnusable,
    NotText,
    UnknownCollection,
    UnknownDocument,
    UnknownJob,
    UnknownPage,
    UnknownVersion,
)
from retrieval.errors import IndexNotSaved, NoEmbedder, NoReranker

log = logging.getLogger(__name__)

# What the one who made the request can mend, or wait for: they are told the error's own sentence.
CALLERS: dict[type[Exception], tuple[int, str]] = {
    WrongMediaType: (415, "wrong-media-type"),
    RepeatedParameter: (422, "repeated-parameter"),
    NoKey: (401, "no-key"),
    BadQuestion: (422, "bad-question"),
    BadLabel: (422, "bad-label"),
    PromptTooLong: (422, "prompt-too-long"),
    BadUpload: (422, "bad-upload"),
    NotText: (422, "not-text"),
    NotManaging: (403, "not-managing"),
    NotQualified: (403, "not-qualified"),
    UnknownAnswer: (404, "unknown-answer"),
    UnknownCollection: (404, "unknown-collection"),
    UnknownDocument: (404, "unknown-document"),
    UnknownVersion: (404, "unknown-version"),
    UnknownPage: (404, "unknown-page"),
    UnknownJob: (404, "unknown-job"),
    Busy: (503, "busy"),
}
# What only the operator can mend. All other errors are our own.
OPERATORS: dict[type[Exception], tuple[int, str]] = {
    UploadNotKept: (507, "upload-not-kept"),
    DatabaseUnusable: (503, "database-unusable"),
    IndexNotSaved: (503, "index-not-saved"),
    NoGenerator: (503, "no-model"),
    NoModel: (503, "no-model"),
    NoEmbedder: (503, "no-model"),
    NoReranker: (503, "no-model"),
}


class Problem(BaseModel):
    """RFC 9457, section 3.1, with ``field`` and ``request_id`` as extensions of it."""

    type: str = Field(
        description="A URN that identifies the kind of problem; it stays the same between versions.",
        examples=["urn:citewell:problem:invalid-request"],
    )
    title: str = Field(description="The meaning of the status.", examples=["Unprocessable Content"])
    status: int = Field(description="The status of the response.", examples=[422])
    detail: str = Field(
        description="What was wrong and what to do, for a person.",
        examples=["k: input should be greater than or equal to 1, not 0."],
    )
    instance: str = Field(description="The path that was requested.", examples=["/v1/answers"])
    field: str | None = Field(
        None, description="The part of the request that is wrong, if it is a single one.", examples=["k"]
    )
    request_id: str = Field(
        "",
        description="The id of the request, as in the header X-Request-ID and in the server's log.",
        examples=["5f9a7d2c8b1e6f3a"],
    )


def problem_of(error: Exception, path: str) -> Problem:
    """Translate an exception into a problem document. The server's own faults are logged, with their
    traceback, and told without what only concerns the operator."""
    if known := _known(error, CALLERS):
        return _problem(*known, str(error), path, getattr(error, "field", None))
    status, name = _known(error, OPERATORS) or (500, "internal-error")
    ident = request_id.get()
    log.error("%s on %s", type(error).__name__, path, exc_info=error)
    number = f": report it to the operator with the number {ident}" if ident else ""
    return _problem(status, name, f"{fault(error)}{number}.", path)


def problem_response(status: int, name: str, detail: str, path: str, field: str | None = None) -> JSONResponse:
    """A problem as the HTTP response that carries it."""
    return _response(_problem(status, name, detail, path, field))


def error_response(error: Exception, path: str) -> JSONResponse:
    """The response to a request that met this error."""
    response = _response(problem_of(error, path))
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error that the application knows a problem; `app.api.logs.RequestLog` sees to the unexpected ones."""

    async def explained(request: Request, error: Exception) -> JSONResponse:
        return error_response(error, request.url.path)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            sentence = f"The body is not JSON ({first['ctx']['error']}, at character {first['loc'][-1]}): correct it."
            return problem_response(400, "malformed-json", sentence, request.url.path)
        field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path")) or None
        given = "" if first["type"] == "missing" else f", not {str(first.get('input'))[:80]!r}"
        sentence = f"{field or 'the body'}: {first['msg'][0].lower()}{first['msg'][1:]}{given}."
        return problem_response(422, "invalid-request", sentence, request.url.path, field)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        sentence = f"{error.detail}: see /docs for what there is." if error.status_code in (404, 405) else error.detail
        response = problem_response(error.status_code, f"http-{error.status_code}", sentence, request.url.path)
        response.headers.update(error.headers or {})
        return response

    for kind in EXPLAINED:
        app.add_exception_handler(kind, explained)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _known(error: Exception, kinds: dict[type[Exception], tuple[int, str]]) -> tuple[int, str] | None:
    return next((kinds[kind] for kind in type(error).__mro__ if kind in kinds), None)


def _problem(status: int, name: str, detail: str, path: str, field: str | None = None) -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(
        type=f"urn:citewell:problem:{name}",
        title=title,
        status=status,
        detail=detail,
        instance=path,
        field=field,
        request_id=request_id.get(),
    )


def _response(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, media_type="application/problem+json")

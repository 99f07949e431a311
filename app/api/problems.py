"""Every error as RFC 9457 problem+json, with a sentence that says what to do."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from accel.errors import PromptTooLong
from app.errors import (
    EXPLAINED,
    BadQuestion,
    BadUpload,
    NoKey,
    NotManaging,
    RepeatedParameter,
    UnknownAnswer,
    UploadNotKept,
    WrongMediaType,
)
from corpus.errors import (
    BadLabel,
    DatabaseUnusable,
    NotText,
    UnknownCollection,
    UnknownDocument,
    UnknownJob,
    UnknownVersion,
)

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], tuple[int, str]] = {
    WrongMediaType: (415, "wrong-media-type"),
    RepeatedParameter: (422, "repeated-parameter"),
    NoKey: (401, "no-key"),
    BadQuestion: (422, "bad-question"),
    BadLabel: (422, "bad-label"),
    PromptTooLong: (422, "prompt-too-long"),
    BadUpload: (422, "bad-upload"),
    NotText: (422, "not-text"),
    NotManaging: (403, "not-managing"),
    UnknownAnswer: (404, "unknown-answer"),
    UnknownCollection: (404, "unknown-collection"),
    UnknownDocument: (404, "unknown-document"),
    UnknownVersion: (404, "unknown-version"),
    UnknownJob: (404, "unknown-job"),
    UploadNotKept: (507, "upload-not-kept"),
    DatabaseUnusable: (503, "database-unusable"),
}


class Problem(BaseModel):
    """RFC 9457, section 3.1, and ``field`` as an extension of it."""

    type: str = Field(
        description="Ends in a short name that stays the same between versions.",
        examples=["urn:citewell:problem:invalid-request"],
    )
    title: str = Field(description="What the status means.", examples=["Unprocessable Content"])
    status: int = Field(description="The status of the response.", examples=[422])
    detail: str = Field(
        description="What was wrong and what to do, for a person.",
        examples=["k: input should be greater than or equal to 1, not 0."],
    )
    instance: str = Field(description="The path that was asked.", examples=["/v1/answers"])
    field: str | None = Field(
        None, description="What of the request is meant, where that is one thing.", examples=["k"]
    )


def problem_of(error: Exception, path: str) -> Problem:
    """The problem that an error is to the one who made the request; an unexpected one is logged under its id."""
    status, name = STATUS.get(type(error), (500, "internal-error"))
    if isinstance(error, EXPLAINED):
        return _problem(status, name, str(error), path, getattr(error, "field", None))
    reference = uuid.uuid4().hex[:12]
    log.error("Unexpected error %s on %s", reference, path, exc_info=error)
    return _problem(500, "internal-error", f"Something went wrong here; report it with the number {reference}.", path)


def problem_response(status: int, name: str, detail: str, path: str, field: str | None = None) -> JSONResponse:
    """A problem as the HTTP response that carries it."""
    return _response(_problem(status, name, detail, path, field))


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    def explained(request: Request, error: Exception) -> JSONResponse:
        return _response(problem_of(error, request.url.path))

    def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            sentence = f"The body is not JSON ({first['ctx']['error']}, at character {first['loc'][-1]}): correct it."
            return problem_response(400, "malformed-json", sentence, request.url.path)
        field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path")) or None
        given = "" if first["type"] == "missing" else f", not {str(first.get('input'))[:80]!r}"
        sentence = f"{field or 'the body'}: {first['msg'][0].lower()}{first['msg'][1:]}{given}."
        return problem_response(422, "invalid-request", sentence, request.url.path, field)

    def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        sentence = f"{error.detail}: see /docs for what there is." if error.status_code in (404, 405) else error.detail
        response = problem_response(error.status_code, f"http-{error.status_code}", sentence, request.url.path)
        response.headers.update(error.headers or {})
        return response

    for kind in EXPLAINED:
        app.add_exception_handler(kind, explained)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, explained)


def _problem(status: int, name: str, detail: str, path: str, field: str | None = None) -> Problem:
    kind, title = f"urn:citewell:problem:{name}", HTTPStatus(status).phrase
    return Problem(type=kind, title=title, status=status, detail=detail, instance=path, field=field)


def _response(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, media_type="application/problem+json")

"""The API's description at ``/openapi.json``, and ``/docs``, which shows it and needs no other server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from app.api.access import manager_of, principal_of
from app.api.origins import PROBES
from app.api.problems import Problem
from app.config import Settings

STATIC = Path(__file__).parent / "static"
PROBLEM_TYPE = "application/problem+json"

_WHEN = {
    400: "The body can't be read: it isn't JSON, or isn't a form.",
    401: "No key, or one that isn't known: send the header Authorization: Bearer KEY.",
    403: "A page of another site sent the request, or the key may read but not manage documents.",
    404: "There is none of that name or number, or none that this key may see.",
    413: "The body is larger than is taken.",
    415: "The body is of another media type than the one described.",
    421: "The host that the request names isn't served here.",
    422: "Something in the request can't be: detail says what, and field where it stands.",
    500: "A fault of the server: its log says more under the number that detail gives.",
    503: "The server can't answer now: try again later, after Retry-After seconds where the header stands.",
    507: "The server has no room for the files.",
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key that citewell keys make has printed.",
}
_ABOUT = """\
Questions about policy and financial documents, answered with citations or declined.

Every error is a problem after RFC 9457 (application/problem+json).
What a key can't see is answered as if it weren't there.
"""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route answers with, as its ``responses``; those that all routes share are added to them."""
    return {status: _problem(status) for status in statuses}


def add_reference(
    app: FastAPI, routes: Sequence[APIRoute], models: Sequence[type[BaseModel]], settings: Settings
) -> None:
    """Add the description of the routes, and the pages that show it. ``models`` are those that no route names as its
    response, though responses hold them."""
    described: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not described:
            described.update(_description(app, routes, models, settings))
        return described

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html")

    @app.get("/redoc", include_in_schema=False)
    async def redoc() -> RedirectResponse:
        return RedirectResponse("docs")

    with_files = str(files("fastapi_swagger") / "resources")
    app.mount("/docs", StaticFiles(directory=with_files), name="docs")


def _description(
    app: FastAPI, routes: Sequence[APIRoute], models: Sequence[type[BaseModel]], settings: Settings
) -> dict[str, Any]:
    description = get_openapi(title=app.title, version=app.version, description=_ABOUT, routes=routes)
    asks_for_keys = bool(settings.access.keys) or settings.access.anonymous_reads
    for route in routes:
        for method in route.methods or ():
            operation = description["paths"][route.path_format][method.lower()]
            calls = set(_calls(route.dependant))
            operation.pop("security", None)
            shared = [500] if route.path in PROBES else [403, 421, 500, 503]
            if asks_for_keys and principal_of in calls:
                shared.append(401)
                reads_alone = settings.access.anonymous_reads and manager_of not in calls
                operation["security"] = [{"key": []}, *([{}] if reads_alone else [])]
            for status in shared:
                operation["responses"].setdefault(str(status), _problem(status))
            operation["responses"] = dict(sorted(operation["responses"].items()))
    components = description.setdefault("components", {})
    if asks_for_keys:
        components["securitySchemes"] = {"key": _KEY}
    schemas = components["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    every: tuple[type[BaseModel], ...] = (Problem, *models)
    for model in every:
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    _limit_questions(schemas, settings.limits.question_chars)
    return description


def _limit_questions(schemas: dict[str, Any], most: int) -> None:
    for body in ("QuestionBody", "AskBody"):
        properties = schemas[body]["properties"]
        for text in (properties["question"], properties["history"]["items"]):
            text["maxLength"] = most


def _calls(dependant: Dependant) -> Iterator[object]:
    """What is called for a request, at whatever depth."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _problem(status: int) -> dict[str, Any]:
    example = {
        "type": "urn:citewell:problem:short-name",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _WHEN[status],
        "instance": "/v1/answers",
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    described = {"description": _WHEN[status], "content": {PROBLEM_TYPE: {"schema": schema, "example": example}}}
    if status == 503:
        seconds = {"description": "Seconds after which to try again.", "schema": {"type": "integer"}, "example": 5}
        described["headers"] = {"Retry-After": seconds}
    if status == 401:
        how = {"description": "How to send a key.", "schema": {"type": "string"}, "example": "Bearer"}
        described["headers"] = {"WWW-Authenticate": how}
    return described

"""What the routes share: the body of a question, the kinds of values, and the service behind them."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.answering.question import Question
from app.api.turns import Turns
from app.errors import RepeatedParameter, WrongMediaType
from app.ingestion.worker import Worker
from app.mode import Mode
from app.service import Citewell
from corpus.access import Principal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]+")


def _day(given: object) -> object:
    """The same; raises for what pydantic would read as a day but is not written as one, such as seconds since 1970."""
    if not isinstance(given, date) and not (isinstance(given, str) and _DAY.fullmatch(given)):
        raise PydanticCustomError("day", "Write a day as YYYY-MM-DD, such as 2026-01-31")
    return given


def _in_digits(given: object) -> object:
    """The same; raises for what pydantic would read as a whole number but is not written as one, such as " 1_0"."""
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        raise PydanticCustomError("whole", "Write a whole number in digits")
    return given


def form_flag(given: object) -> object:
    """The same; raises for what pydantic would read as true or false but isn't written so, such as "on"."""
    if isinstance(given, str) and given not in ("true", "false"):
        raise PydanticCustomError("flag", "Write true or false")
    return given


def _a_number(given: object) -> object:
    """The same; raises for what pydantic would read as a number but is none in JSON, such as true and "4"."""
    if isinstance(given, bool | str):
        raise PydanticCustomError("whole", "Write a whole number, not in quotes")
    return given


def whole_text(given: str) -> str:
    """The same; raises for text that no database can hold."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in given):
        raise PydanticCustomError("text", "Leave out NUL and half characters (lone surrogates)")
    return given


A_NAME = {"type": "string", "pattern": r"^[^\u0000]*$"}
Name = Annotated[str, AfterValidator(whole_text), WithJsonSchema(A_NAME)]
Day = Annotated[date, BeforeValidator(_day)]

# What a question must be; `app.answering.question.check_text` refuses the rest.
A_QUESTION: dict[str, Any] = {"minLength": 1, "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}


class QuestionBody(BaseModel):
    """A question, and what to search for it."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(
        description="The question, in words.",
        examples=["What does a cash withdrawal abroad with a debit card cost?"],
        json_schema_extra=A_QUESTION,
    )
    history: list[Annotated[str, Field(json_schema_extra=A_QUESTION)]] = Field(
        [],
        max_length=20,
        description=(
            "Earlier questions of the same conversation, oldest first; for a follow-up, its asked_as. They are used to "
            'understand a follow-up such as "And for joint accounts?".'
        ),
        examples=[["What does a joint account cost?"]],
    )
    document: Name | None = Field(
        None,
        description="Name or id of the only document to search. If omitted, all documents are searched.",
        examples=["cards/card-fees"],
    )
    collection: Name | None = Field(
        None, description="The collection to search. If omitted, the configured one.", examples=["default"]
    )
    as_of: Day | None = Field(
        None, description="The day for which to answer. If omitted, today.", examples=["2026-01-31"]
    )
    k: Annotated[int, Field(ge=1, le=20), BeforeValidator(_a_number)] | None = Field(
        None,
        description="Number of passages to answer from. If omitted, the configured number.",
        examples=[4],
    )


def question_of(service: Citewell, body: QuestionBody, principal: Principal, mode: Mode | None = None) -> Question:
    """The question that a body asks; raises what `Citewell.question` raises."""
    return service.question(
        body.question,
        collection=body.collection,
        as_of=body.as_of,
        k=body.k,
        mode=mode,
        principal=principal,
        history=body.history,
        document=body.document,
    )


MOST = 2**31 - 1  # the largest number that a database's ids can be

Number = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_in_digits)]
Count = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(_in_digits)]
PageSize = Annotated[int, Field(ge=1, le=200), BeforeValidator(_in_digits)]

Id = Annotated[Number, Path(description="The number, as given by the list.", examples=[1])]
VersionNumber = Annotated[Number, Query(description="The number of a version.", examples=[1])]
PageNumber = Annotated[Number, Query(description="The number of a page; 1 for formats without pages.", examples=[1])]
ReadingNumber = Annotated[
    Number | None,
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST, "examples": [1]}),  # null can't be written there
    Query(description="Which reading of the file, as a citation names it. If omitted, the last one."),
]
Offset = Annotated[Count, Query(description="Number of entries to skip.", examples=[0])]
Limit = Annotated[PageSize, Query(description="Maximum number of entries to return.", examples=[50])]
CollectionQuery = Annotated[
    Name | None,
    WithJsonSchema(A_NAME | {"examples": ["default"]}),  # null can't be written in an address
    Query(description="The collection. If omitted, the configured one."),
]


def takes(*media_types: str) -> Any:
    """A dependency of routes with a body: raises `WrongMediaType` for one of another type, before it is looked at."""

    async def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            sent = f"as {given[:80]!a}" if given else "without it"
            raise WrongMediaType(f"Send the body with the header Content-Type: {media_types[0]}, not {sent}.")

    return Depends(check)


async def no_repeats(request: Request) -> None:
    """Raise `RepeatedParameter` where a query parameter stands twice: one of its values would be passed over."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if names.count(name) > 1:
            raise RepeatedParameter(f"{name!a} stands more than once in the address: name it once.")


async def _service(request: Request) -> Citewell:
    service: Citewell = request.app.state.service
    return service


Service = Annotated[Citewell, Depends(_service)]


async def _worker(request: Request) -> Worker:
    worker: Worker = request.app.state.worker
    return worker


Jobs = Annotated[Worker, Depends(_worker)]


async def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


Queue = Annotated[Turns, Depends(_turns)]


def is_reworded(service: Citewell, body: QuestionBody) -> bool:
    """Whether the language model is needed to understand the question."""
    return bool(body.history) and service.settings.answering.follow_ups == "model"


async def understood(
    turns: Turns, service: Citewell, body: QuestionBody, principal: Principal, mode: Mode | None = None
) -> Question:
    """The same as `question_of`, in another thread: the model's, when it is free, where the model rewords the question,
    for which there must be a place in the queue. Raises `app.errors.Busy`, too."""
    work = partial(question_of, service, body, principal, mode)
    if is_reworded(service, body):
        async with turns.turn():
            return await turns.write(work)
    return await turns.search(work)

"""``POST /v1/documents``: files that come over the network are stored, and a job is begun that reads them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response, UploadFile
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from app.api.access import Manager
from app.api.jobs import Job
from app.api.reference import problems
from app.api.requests import A_NAME, Day, Jobs, Service, form_flag, no_repeats, takes, whole_text
from app.errors import BadUpload
from app.ingestion import job_views
from app.ingestion.uploads import base_name, keep
from corpus import jobs
from corpus.access import check_labels
from corpus.sources import SourceFile

router = APIRouter(prefix="/v1", tags=["documents"], dependencies=[Depends(no_repeats)])

# A form sends what is left empty, and that counts as left out.
_EMPTY = {"const": ""}
_LABEL = {"type": "string", "pattern": r"^\w[\w.:/-]{0,99}$"}
_Name = Annotated[
    Annotated[str, Field(max_length=300), AfterValidator(whole_text)] | None,
    WithJsonSchema(A_NAME | {"maxLength": 300}),
]
_Collection = Annotated[
    Annotated[str, Field(max_length=100), AfterValidator(whole_text)] | None,
    WithJsonSchema(A_NAME | {"maxLength": 100}),
]
_Day = Annotated[Day | None, WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, _EMPTY]})]
_Flag = Annotated[bool, BeforeValidator(form_flag), WithJsonSchema({"anyOf": [{"type": "boolean"}, _EMPTY]})]
# A form can't tell one label from a list of one.
_Labels = Annotated[list[str] | None, WithJsonSchema({"anyOf": [{"type": "array", "items": _LABEL}, _LABEL]})]

_NOTED: dict[str, Any] = {
    "description": "The files are stored; the job tells their outcome.",
    "headers": {
        "Location": {"description": "The job's path.", "schema": {"type": "string"}, "example": "/v1/jobs/2"},
    },
}


class UploadForm(BaseModel):
    """Files, and what is said of all of them."""

    # A misspelt "access" would publish what is for some.
    model_config = ConfigDict(extra="forbid")

    files: list[UploadFile] = Field(min_length=1, description="One or more documents.", examples=[["fees.pdf"]])
    collection: _Collection = Field(
        None, description="The collection they go into. If omitted, the configured one.", examples=["default"]
    )
    document: _Name = Field(
        None, description="The document's name, for a single file. If omitted, the file's name.", examples=["fees.pdf"]
    )
    title: _Name = Field(
        None,
        description="The version's title, for a single file. If omitted, it is read from the file.",
        examples=["Card fees"],
    )
    effective_from: _Day = Field(
        None,
        description="First day on which they apply. If omitted, the day stated in the file, or today.",
        examples=["2026-01-31"],
    )
    access: _Labels = Field(
        None,
        description="Access labels, which the key must have. If omitted, existing labels are kept, and a new document "
        "gets the labels of the key.",
        examples=[["board"]],
    )
    restore: _Flag = Field(
        False, description="Whether an older text of a document may come into force again.", examples=[False]
    )


@router.post(
    "/documents",
    status_code=202,
    responses=problems(400, 413, 415, 422, 507) | {202: _NOTED},
    # A form of the other kind holds no files, and is told so.
    dependencies=[takes("multipart/form-data", "application/x-www-form-urlencoded")],
)
def upload_documents(
    service: Service,
    worker: Jobs,
    manager: Manager,
    response: Response,
    form: Annotated[UploadForm, Form(media_type="multipart/form-data")],
) -> Job:
    """Upload documents. The files are stored when the response arrives; the job in it tells their outcome.

    The name of a document is its file's name, or `document` for a single file. If the name exists, the file becomes its
    next version. If `title` or `effective_from` is omitted, it is read from the file, if stated there.
    """
    plan = jobs.note(service.database, _kept(form, service), form.collection or service.settings.collection, manager)
    with service.database.reading() as session:
        noted = Job.of(job_views.job(session, service.models.embedding_model, plan.id, manager))
    worker.submit(plan.id)
    response.headers["Location"] = f"/v1/jobs/{plan.id}"
    return noted


def _kept(form: UploadForm, service: Service) -> list[SourceFile]:
    """The files of a form, stored, with what is said of them."""
    if len(form.files) > 1 and (form.document or form.title):
        raise BadUpload("A name and a title belong to one document, and several files were sent: send them one by one.")
    names = [form.document or base_name(file.filename or "") for file in form.files]
    for name in names:
        if names.count(name) > 1:
            raise BadUpload(f"Two files are called {name!r}: rename one, or send them one after the other.")
    labels = check_labels(form.access) if form.access else None
    paths = [keep(file.file, file.filename or "", service.settings.uploads_dir) for file in form.files]
    return [
        SourceFile(path, name, form.title or None, form.effective_from, access=labels, restore=form.restore)
        for path, name in zip(paths, names, strict=True)
    ]

"""The answers that were given: stored, and never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from app.answering.answer import Answer
from app.errors import UnknownAnswer
from corpus import store
from corpus.access import OPERATOR, Principal
from corpus.database import Database
from corpus.schema import Base, now


class StoredAnswer(Base):
    """``body`` is the whole answer as it was given, quotes included, so that it outlives the documents it cites;
    ``access`` holds the labels of each labelled document among its sources, as they were then."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    question: Mapped[str]
    collection: Mapped[str]
    as_of: Mapped[date]
    status: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    access: Mapped[list[list[str]]] = mapped_column(JSON)


def save(database: Database, answer: Answer) -> None:
    """Store an answer under its id."""
    with database.writing() as session:
        session.add(
            StoredAnswer(
                id=answer.id,
                question=answer.question,
                collection=answer.collection,
                as_of=answer.as_of,
                status=answer.status.value,
                body=answer.model_dump(mode="json"),
                access=sorted({tuple(sorted(source.access)) for source in answer.sources if source.access}),
            )
        )


def load(database: Database, answer_id: str, principal: Principal = OPERATOR) -> Answer:
    """The answer of that id; raises `UnknownAnswer`, also where one of its sources is not for the principal, or was not
    when it was given."""
    with database.reading() as session:
        stored = session.get(StoredAnswer, answer_id)
        if stored is not None:
            answer = Answer.model_validate(stored.body)
            now = store.labels(session, answer.collection, (source.document for source in answer.sources))
            if all(principal.may_read(access) for access in (*stored.access, *now.values())):
                return answer
        raise UnknownAnswer(f"There is no answer {answer_id!r}: the id stands in the answer when it is given.")

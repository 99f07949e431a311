"""The answers that were given: stored, and never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from app.answer import Answer
from app.errors import UnknownAnswer
from corpus.database import Database
from corpus.schema import Base, now


class StoredAnswer(Base):
    """``body`` is the whole answer as it was given, quotes included, so that it outlives the documents it cites."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    question: Mapped[str]
    collection: Mapped[str]
    as_of: Mapped[date]
    status: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


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
            )
        )


def load(database: Database, answer_id: str) -> Answer:
    """The answer of that id; raises `UnknownAnswer`."""
    with database.reading() as session:
        stored = session.get(StoredAnswer, answer_id)
        if stored is None:
            raise UnknownAnswer(f"There is no answer {answer_id!r}: the id stands in the answer when it is given.")
        return Answer.model_validate(stored.body)

"""Gold sets: questions whose answers, and whose places in the documents, are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import BadGold


class Evidence(BaseModel):
    """One place that answers a question: the document's file, and within it a section's heading, a page (from 1) or
    the text itself. Of several places ``relevance`` says how much each is worth; for most sets all are worth 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    doc: str | None = None
    section: str | None = None
    page: int | None = None
    text: str | None = None
    relevance: int = Field(1, ge=1)


class GoldQuestion(BaseModel):
    """A question with what is known of its answer.

    ``doc`` of the evidence is the file's path, from the folder that was ingested or from one above it. ``short_answer``
    is the part of ``answer`` that was asked for. Where annotators marked how well the evidence supports the answer,
    ``support_rating`` is their mark from 1 to 5: answers are scored from 4 up. ``labels`` are those of the row and the
    column that the figure asked for stands in, as the document writes them: it counts only beside all of them.
    ``readings`` are the two, or more, ways in which an ambiguous question can be meant, of which ``answer`` answers
    one: asking back is right there, too. Fields unknown here are passed over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str = Field(min_length=1)
    answer: str = ""
    short_answer: str | None = None
    evidence: tuple[Evidence, ...] = ()
    answerable_in_corpus: bool = True
    as_of: date | None = None
    tags: tuple[str, ...] = ()
    support_rating: int | None = None
    labels: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


class GoldSet(BaseModel):
    """A named set; ``name`` is the file's, without its ending."""

    model_config = ConfigDict(frozen=True)

    name: str
    questions: tuple[GoldQuestion, ...]


def read_gold(path: Path) -> GoldSet:
    """A gold set of one JSON object a line. Raises `BadGold` with the line for what can't be read, and for an id that
    comes twice."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{path} can't be read as a gold set: give the path of a .jsonl file in UTF-8.") from error
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = GoldQuestion.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise BadGold(f"{path}, line {number} is not JSON: {error.msg}; one object a line is read.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise BadGold(f"{path}, line {number}, {where}: {first['msg']}.") from error
        if question.id in questions:
            raise BadGold(f"{path}, line {number}: the id {question.id!r} stands on an earlier line too; change one.")
        questions[question.id] = question
    if not questions:
        raise BadGold(f"{path} holds no question: write one JSON object a line.")
    return GoldSet(name=path.stem, questions=tuple(questions.values()))


def write_gold(path: Path, questions: Iterable[GoldQuestion]) -> None:
    """Write a gold set as `read_gold` reads it; fields at their defaults are left out."""
    lines = [
        json.dumps(
            {"id": q.id, "question": q.question, "answer": q.answer}
            | q.model_dump(mode="json", exclude_defaults=True, exclude={"id", "question", "answer"})
            | {"answerable_in_corpus": q.answerable_in_corpus},
            ensure_ascii=False,
        )
        for q in questions
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def unanswerable(question: GoldQuestion) -> GoldQuestion:
    """The question as it is asked of documents that don't hold its answer."""
    kept = question.model_dump(include={"id", "question", "as_of", "tags"})
    return GoldQuestion(**kept, answerable_in_corpus=False)


def evenly(questions: Sequence[GoldQuestion], limit: int | None) -> Sequence[GoldQuestion]:
    """At most ``limit`` of the questions, evenly spread over the set; None is all of them."""
    if limit is None or limit >= len(questions):
        return questions
    return [questions[at * len(questions) // limit] for at in range(limit)]

"""What a run knows about one question: one line of its ``records.jsonl``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SerializeAsAny, ValidationError

from app.answering.answer import Answer, Passage, Status
from app.mode import Mode
from eval.gold.model import GoldQuestion


class Level(StrEnum):
    """How closely a retrieved passage must agree with a place of evidence to count as that place."""

    DOCUMENT = "document"  # of that document, in the version meant
    SECTION = "section"  # under that heading of it
    PAGE = "page"  # on that page of it
    PAGE1 = "page1"  # on that page or a neighbouring one
    PASSAGE = "passage"  # with that text


class Failure(StrEnum):
    """Why a question counts as failed: the first of these that holds, in the order in which the pipeline works."""

    ERROR = "error"  # the question could not be answered at all
    OTHER_OUTCOME = "other outcome"  # neither answered nor declined, as by asking back where nothing is ambiguous
    WRONGLY_ANSWERED = "wrongly answered"  # the documents hold no answer
    NOT_RETRIEVED = "not retrieved"  # no evidence among the passages that the answer was written from
    WRONGLY_ABSTAINED = "wrongly abstained"  # evidence was there, and the answer was declined
    WRONG_SPAN = "wrong span"  # a quote is not the text at the place that it names
    NOT_USED = "retrieved but not used"  # evidence was there, and something else is cited
    WRONG_PAGE = "wrong page"  # the right section is cited with another page
    WRONG_NUMBER = "wrong number"  # another number than the gold answer's, or beside other labels, or without a source
    CONTRARY = "contrary"  # yes for no, or a denial where the gold answer has none, or the reverse
    INCOMPLETE = "incomplete"  # without the gold answer's figure, date or name, or half of its words
    BURIED = "buried"  # all there, but three times as long as the gold answer and over 60 words


class GivenAnswer(Answer):
    """An answer as a run, or a server, of any version gave it: what is unknown of its outcome and mode stays as it is,
    so that a newer version's can be judged too."""

    status: Annotated[Status | str, Field(union_mode="left_to_right")]  # type: ignore[assignment]
    mode: Annotated[Mode | str, Field(union_mode="left_to_right")] = Mode.WRITE  # type: ignore[assignment]


def given(answer: Any) -> Any:
    """The answer that a mapping read from JSON holds; anything else as it is. Raises pydantic's `ValidationError`."""
    if not isinstance(answer, Mapping):
        return answer
    try:
        return Answer.model_validate(answer)
    except ValidationError:
        return GivenAnswer.model_validate(answer)


Given = Annotated[SerializeAsAny[Answer], BeforeValidator(given)]


class Record(BaseModel):
    """One question of a run: what was asked, found and answered, and how that scores.

    ``ranking`` are the passages found, best first, deeper than the answer's own sources. ``holds[level][rank]`` are
    the places of evidence that the passage at that rank (from 0) holds, by the keys of ``relevant[level]``, whose
    values are their relevance; a level is missing where the evidence doesn't go into that detail. ``answer`` is None
    in a run of retrieval only and where ``error`` says what went wrong; ``found`` is whether evidence is among the
    passages that the answer was written from, which is what its confidence is about; ``plain`` is the same question's
    answer by plain decoding where the run asked for it. ``verbatim`` says of each citation whether its quote is the
    stored page's text. ``scores`` are the metrics of this one question, by the names that ``summary.json`` uses.
    Times are in seconds.
    """

    model_config = ConfigDict(frozen=True)

    gold_set: str
    gold: GoldQuestion
    ranking: list[Passage] = []
    relevant: dict[Level, dict[str, int]] = {}
    holds: dict[Level, list[list[str]]] = {}
    answer: Given | None = None
    plain: Given | None = None
    found: bool = False
    verbatim: list[bool] = []
    search_s: float | None = None
    total_s: float | None = None
    error: str | None = None
    scores: dict[str, float] = {}
    failure: Failure | None = None

    @property
    def key(self) -> str:
        """What tells the question from all others of a run of several gold sets."""
        return f"{self.gold_set}/{self.gold.id}"


class Figure(BaseModel):
    """A metric over ``n`` questions, with the 95 % bootstrap interval from ``low`` to ``high``."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    n: int

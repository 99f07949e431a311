"""What the service answers: the shape in JSON, in the database and in Python."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.mode import Mode
from corpus.passage_store import PassageRecord
from retrieval.retriever import Hit, Section


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Status(StrEnum):
    """Either the documents answer the question or they don't, as far as could be found out."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


def _field(description: str, example: object) -> Any:
    return Field(description=description, examples=[example])


# Where in the documents something stands.
DocumentName = Annotated[str, _field("The document's name.", "cards/card-fees")]
Title = Annotated[str, _field("The title of its version.", "Card fees")]
VersionNumber = Annotated[int, _field("The number of its version.", 2)]
FirstDay = Annotated[date | None, _field("First day on which the version applies; null is always.", "2026-01-01")]
EndDay = Annotated[date | None, _field("First day on which it applies no more; null is never.", "2027-01-01")]
PageNumber = Annotated[int | None, _field("The page, from 1; null in formats without pages.", 3)]
Heading = Annotated[str, _field("The headings that it stands below.", "Card fees > Cash withdrawals abroad")]
Start = Annotated[int, _field("Where it begins in the page's text, in characters.", 120)]
End = Annotated[int, _field("Where it ends in the page's text, in characters.", 243)]


class Passage(Frozen):
    """A passage that was retrieved."""

    document: DocumentName
    title: Title
    version: VersionNumber
    effective_from: FirstDay
    effective_to: EndDay
    page: PageNumber
    heading: Heading
    start: Start
    end: End
    text: Annotated[str, _field("Its text.", "Taking out cash abroad with a debit card costs 2.25%.")]
    score: Annotated[float, _field("What it is ranked by; more is better.", 0.71)]
    similarity: Annotated[float | None, _field("Its likeness in meaning; null without an embedding yet.", 0.68)]
    bm25: Annotated[float | None, _field("How well its words fit; null if not found by them.", 11.2)] = None
    relevance: Annotated[float | None, _field("What the reranker says; null without one.", 0.93)] = None
    # Kept with a stored answer, and told to nobody: who has one of a document's labels needn't know of the others.
    access: frozenset[str] = Field(frozenset(), exclude=True, repr=False)

    @classmethod
    def of(cls, hit: Hit | Section) -> Passage:
        passage = hit.passage
        scores = {"score": hit.score, "similarity": hit.similarity, "bm25": hit.bm25, "relevance": hit.relevance}
        return cls(**_place(passage), text=passage.text, **scores, access=passage.access)


class Citation(Frozen):
    """A place that supports a part of an answer."""

    document: DocumentName
    title: Title
    version: VersionNumber
    effective_from: FirstDay
    effective_to: EndDay
    page: PageNumber
    heading: Heading
    start: Start
    end: End
    quote: Annotated[str, _field("The page's text from start to end, character by character.", "costs 2.25%")]
    answer_start: Annotated[int, _field("Where the supported part begins in the answer, in characters.", 0)]
    answer_end: Annotated[int, _field("Where the supported part ends in the answer, in characters.", 123)]

    @classmethod
    def of(cls, passage: PassageRecord, start: int, end: int, answer_start: int, answer_end: int) -> Citation:
        """Cite the characters ``start`` to ``end`` of a passage's text."""
        place = _place(passage) | {"start": passage.start + start, "end": passage.start + end}
        return cls(**place, quote=passage.text[start:end], answer_start=answer_start, answer_end=answer_end)


def _place(passage: PassageRecord) -> dict[str, object]:
    names = ("document", "title", "version", "effective_from", "effective_to", "page", "heading", "start", "end")
    return {name: getattr(passage, name) for name in names}


class Operand(Frozen):
    """A cell that was computed with: what its row and column are called, and its text as it stands there."""

    name: Annotated[str, _field("What its row and column are called.", "Revenue, 2025")]
    text: Annotated[str, _field("Its text, as it stands there.", "1,200")]


class Value(Frozen):
    """What was asked of a table's cells, with its unit. Answers of version 0.1.0 have a formula without operands."""

    text: Annotated[str, _field("The figure, with its unit.", "EUR 500 million")]
    what: Annotated[str, _field("Of what it is the figure.", "Revenue less cost of sales, 2025")]
    formula: Annotated[
        str | None, _field("How it was computed from quoted cells; null where it is one of them.", "1,200 - 700")
    ] = None
    operands: Annotated[list[Operand], _field("The quoted cells that it was computed from.", [])] = []


class Replaced(Frozen):
    """A sentence as the model wrote it, and the source's that stands in the answer instead."""

    wrote: Annotated[str, _field("What the model wrote.", "It costs 2%.")]
    quote: Annotated[str, _field("What stands in the answer.", "It costs 2.25%.")]


class Stats(Frozen):
    """What an answer took. All is zero but the time of retrieval where nothing was generated."""

    prompt_tokens: Annotated[int, _field("Tokens of the prompt.", 812)] = 0
    tokens: Annotated[int, _field("Tokens written.", 80)] = 0
    steps: Annotated[int, _field("Forward passes of the model.", 7)] = 0
    tokens_per_step: Annotated[float, _field("Tokens written in a step, on average.", 11.43)] = 0.0
    rows_per_step: Annotated[float, _field("Tokens verified in a step, on average.", 16.0)] = 0.0
    steps_by_source: Annotated[
        dict[str, tuple[int, int]],
        _field(
            "By where the accepted draft was seen (passages, prompt, answer, none): the steps, and their tokens.",
            {"passages": [5, 76], "none": [2, 4]},
        ),
    ] = {}
    retrieval_ms: Annotated[float, _field("Milliseconds of retrieval.", 14.2)] = 0.0
    ttft_ms: Annotated[float, _field("Milliseconds to the first token.", 210.5)] = 0.0
    decode_ms: Annotated[float, _field("Milliseconds of all decoding.", 640.0)] = 0.0


class Answer(Frozen):
    """A question's outcome."""

    id: Annotated[str, _field("What it is read again by.", "1b58caaa-3cb6-47dd-9163-1fd9f7717702")]
    status: Annotated[Status, _field("Whether the documents answer the question.", "answered")]
    question: Annotated[str, _field("The question, as it was asked.", "And with a credit card?")]
    asked_as: Annotated[
        str | None,
        _field(
            "How a follow-up was understood; null for what stands alone.", "What does cash with a credit card cost?"
        ),
    ] = None
    collection: Annotated[str, _field("The collection that was asked.", "default")]
    document: Annotated[str | None, _field("The only document that was asked; null for all.", "cards/card-fees")] = None
    as_of: Annotated[date, _field("The day whose rules were asked for.", "2026-01-31")]
    answer: Annotated[str, _field("The answer, or a sentence that there is none.", "It costs 2.25% of the amount.")]
    value: Annotated[
        Value | None, _field("The figure that was asked of a table, whose header and rows are then quoted.", None)
    ] = None
    citations: Annotated[list[Citation], _field("What supports the answer, in its order.", [])]
    sources: Annotated[list[Passage], _field("The passages that were found, best first.", [])]
    dropped: Annotated[
        list[str], _field("Sentences of the model that no source supports, and that are not part of the answer.", [])
    ] = []
    replaced: Annotated[
        list[Replaced],
        _field("Sentences whose source says another number or unit, or the contrary: it is quoted instead.", []),
    ] = []
    reason: Annotated[
        str | None, _field("Why nothing was answered; null where something was.", "No passage answers the question.")
    ] = None
    confidence: Annotated[
        float | None,
        _field("How likely the passages hold the answer, from 0 to 1; null in answers of before it was told.", 0.94),
    ] = None
    mode: Annotated[
        Mode, _field("How it came about; calculated where the value was computed from quoted cells.", "quote")
    ] = Mode.WRITE
    model: Annotated[str | None, _field("The model that wrote it; null where none did.", "SmolLM2-135M-Instruct")]
    stats: Annotated[Stats, _field("What it took.", {})]

    @property
    def is_calculated(self) -> bool:
        """Whether a figure was computed, which stands in no document. Version 0.1.0 called such answers quotes."""
        return self.mode is Mode.CALCULATED or (self.value is not None and self.value.formula is not None)

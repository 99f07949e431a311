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


def remark_on(recognised: float | None) -> str:
    """That a text was recognised from a picture, in words; empty where the document holds it as text."""
    if recognised is None:
        return ""
    return f"recognised from a picture, {f'{100 * recognised:.0f} % sure' if recognised else 'not known how sure'}"


class Place(Frozen):
    """Where in the documents something stands."""

    document: Annotated[str, _field("The document's name.", "cards/card-fees")]
    title: Annotated[str, _field("The title of its version.", "Card fees")]
    version: Annotated[int, _field("The number of its version.", 2)]
    effective_from: Annotated[
        date | None, _field("First day on which the version applies; null means always.", "2026-01-01")
    ]
    effective_to: Annotated[
        date | None, _field("First day on which the version no longer applies; null means it has no end.", "2027-01-01")
    ]
    page: Annotated[int | None, _field("The page number, from 1; null for formats without pages.", 3)]
    heading: Annotated[str, _field("The headings above it, outermost first.", "Card fees > Cash withdrawals abroad")]
    start: Annotated[int, _field("Offset of its first character in the page's text.", 120)]
    end: Annotated[int, _field("Offset just after its last character in the page's text.", 243)]
    # What was answered before there were readings is from the first.
    reading: Annotated[int, _field("Which reading of the version's file the page's text is from.", 1)] = 1
    recognised: Annotated[
        float | None,
        _field(
            "How sure text recognition is of the page's text, 0 to 1, where 0 is that nobody knows; null where the "
            "document holds it as text.",
            None,
        ),
    ] = None

    @property
    def remark(self) -> str:
        """What a reader must know of the text beside where it stands; empty for most."""
        return remark_on(self.recognised)


class Passage(Place):
    """A passage that was retrieved."""

    text: Annotated[str, _field("The text of the passage.", "Taking out cash abroad with a debit card costs 2.25%.")]
    score: Annotated[float, _field("The ranking score; higher is better.", 0.71)]
    similarity: Annotated[
        float | None, _field("Cosine similarity to the question; null if the passage has no embedding yet.", 0.68)
    ]
    bm25: Annotated[float | None, _field("BM25 score; null if the passage was not found by its words.", 11.2)] = None
    relevance: Annotated[float | None, _field("The reranker's score; null if there is no reranker.", 0.93)] = None
    # Kept with a stored answer, and told to nobody: who has one of a document's labels needn't know of the others.
    access: frozenset[str] = Field(frozenset(), exclude=True, repr=False)

    @classmethod
    def of(cls, hit: Hit | Section) -> Passage:
        passage = hit.passage
        scores = {"score": hit.score, "similarity": hit.similarity, "bm25": hit.bm25, "relevance": hit.relevance}
        return cls(**_place(passage), text=passage.text, **scores, access=passage.access)


class Citation(Place):
    """A place that supports a part of an answer."""

    quote: Annotated[str, _field("The page's text from start to end, character by character.", "costs 2.25%")]
    answer_start: Annotated[int, _field("Offset in the answer where the supported part begins.", 0)]
    answer_end: Annotated[int, _field("Offset in the answer just after the supported part.", 123)]

    @classmethod
    def of(cls, passage: PassageRecord, start: int, end: int, answer_start: int, answer_end: int) -> Citation:
        """Cite the characters ``start`` to ``end`` of a passage's text."""
        place = _place(passage) | {"start": passage.start + start, "end": passage.start + end}
        return cls(**place, quote=passage.text[start:end], answer_start=answer_start, answer_end=answer_end)


def _place(passage: PassageRecord) -> dict[str, object]:
    return {name: getattr(passage, name) for name in Place.model_fields}


class Operand(Frozen):
    """A cell that was computed with: what its row and column are called, and its text as it stands there."""

    name: Annotated[str, _field("The labels of its row and column.", "Revenue, 2025")]
    text: Annotated[str, _field("The text of the cell.", "1,200")]


class Value(Frozen):
    """What was asked of a table's cells, with its unit. Answers of version 0.1.0 have a formula without operands."""

    text: Annotated[str, _field("The figure, with its unit.", "EUR 500 million")]
    what: Annotated[str, _field("What the figure measures.", "Revenue less cost of sales, 2025")]
    formula: Annotated[
        str | None, _field("The formula, if the figure was calculated; null if it was read from a cell.", "1,200 - 700")
    ] = None
    operands: Annotated[list[Operand], _field("The quoted cells that the formula uses.", [])] = []


class Replaced(Frozen):
    """A sentence as the model wrote it, and the source's that stands in the answer instead."""

    wrote: Annotated[str, _field("The sentence that the model wrote.", "It costs 2%.")]
    quote: Annotated[str, _field("The sentence of the source that replaces it.", "It costs 2.25%.")]


class Stats(Frozen):
    """What an answer took. All is zero but the time of retrieval where nothing was generated."""

    prompt_tokens: Annotated[int, _field("Number of tokens in the prompt.", 812)] = 0
    tokens: Annotated[int, _field("Number of tokens generated.", 80)] = 0
    steps: Annotated[int, _field("Number of forward passes of the model.", 7)] = 0
    tokens_per_step: Annotated[float, _field("Average number of tokens generated per step.", 11.43)] = 0.0
    rows_per_step: Annotated[float, _field("Average number of tokens verified per step.", 16.0)] = 0.0
    steps_by_source: Annotated[
        dict[str, tuple[int, int]],
        _field(
            "For each source of the accepted draft (passages, prompt, answer, none): number of steps and of tokens.",
            {"passages": [5, 76], "none": [2, 4]},
        ),
    ] = {}
    retrieval_ms: Annotated[float, _field("Milliseconds of retrieval.", 14.2)] = 0.0
    ttft_ms: Annotated[float, _field("Milliseconds to the first token.", 210.5)] = 0.0
    decode_ms: Annotated[float, _field("Milliseconds of all decoding.", 640.0)] = 0.0


class Answer(Frozen):
    """A question's outcome."""

    id: Annotated[
        str, _field("The id of the answer, for GET /v1/answers/{id}.", "1b58caaa-3cb6-47dd-9163-1fd9f7717702")
    ]
    status: Annotated[Status, _field("answered, or abstained if the documents don't answer the question.", "answered")]
    question: Annotated[str, _field("The question, as it was asked.", "And with a credit card?")]
    asked_as: Annotated[
        str | None,
        _field(
            "The follow-up question as it was understood; null if the question stands alone.",
            "What does cash with a credit card cost?",
        ),
    ] = None
    collection: Annotated[str, _field("The collection that was searched.", "default")]
    document: Annotated[
        str | None, _field("The only document that was searched; null if all were.", "cards/card-fees")
    ] = None
    as_of: Annotated[date, _field("The day for which the question was answered.", "2026-01-31")]
    answer: Annotated[
        str, _field("The answer, or a sentence saying that there is none.", "It costs 2.25% of the amount.")
    ]
    value: Annotated[
        Value | None,
        _field(
            "The figure, if the question asked for one from a table; the answer then quotes its header and row.", None
        ),
    ] = None
    citations: Annotated[list[Citation], _field("The sources of the answer, in the order of its sentences.", [])]
    sources: Annotated[list[Passage], _field("The passages found, best first.", [])]
    dropped: Annotated[
        list[str], _field("Sentences that the model wrote and no source supports; they were left out.", [])
    ] = []
    replaced: Annotated[
        list[Replaced],
        _field(
            "Sentences that the model wrote and their source contradicts; the answer quotes the source instead.", []
        ),
    ] = []
    reason: Annotated[
        str | None, _field("Why the question was not answered; null if it was.", "No passage answers the question.")
    ] = None
    confidence: Annotated[
        float | None,
        _field(
            "Estimated probability that the passages hold the answer, 0 to 1; null in answers of old versions.",
            0.94,
        ),
    ] = None
    mode: Annotated[
        Mode, _field("How the answer was made: quote, write, or calculated from quoted cells.", "quote")
    ] = Mode.WRITE
    model: Annotated[str | None, _field("The model that wrote the answer; null if none did.", "SmolLM2-135M-Instruct")]
    stats: Annotated[Stats, _field("Time and tokens that the answer took.", {})]

    @property
    def is_calculated(self) -> bool:
        """Whether a figure was computed, which stands in no document. Version 0.1.0 called such answers quotes."""
        return self.mode is Mode.CALCULATED or (self.value is not None and self.value.formula is not None)

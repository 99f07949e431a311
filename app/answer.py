"""What the service answers: the shape in JSON, in the database and in Python."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from app.question import Mode
from corpus.passage_store import PassageRecord
from retrieval.retriever import Hit


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Status(StrEnum):
    """Either the documents answer the question or they don't, as far as could be found out."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


class Passage(Frozen):
    """A passage that was retrieved. ``start`` and ``end`` count characters of its page's text; ``page`` is null for
    formats without pages; the version applies from ``effective_from`` up to, but not on, ``effective_to``.
    ``similarity`` is null where it has no embedding yet, ``bm25`` where it was not found by its words,
    ``relevance`` where no reranker has read it."""

    document: str
    title: str
    version: int
    effective_from: date | None
    effective_to: date | None
    page: int | None
    heading: str
    start: int
    end: int
    text: str
    score: float
    similarity: float | None
    bm25: float | None = None
    relevance: float | None = None
    # Kept with a stored answer, and told to nobody: who has one of a document's labels needn't know of the others.
    access: frozenset[str] = Field(frozenset(), exclude=True, repr=False)

    @classmethod
    def of(cls, hit: Hit) -> Passage:
        passage = hit.passage
        scores = {"score": hit.score, "similarity": hit.similarity, "bm25": hit.bm25, "relevance": hit.relevance}
        return cls(**_place(passage), text=passage.text, **scores, access=passage.access)


class Citation(Frozen):
    """``quote`` is, character by character, the page's text from ``start`` to ``end``. It supports the answer's
    characters from ``answer_start`` to ``answer_end``."""

    document: str
    title: str
    version: int
    effective_from: date | None
    effective_to: date | None
    page: int | None
    heading: str
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int

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

    name: str
    text: str


class Value(Frozen):
    """What was asked of a table's cells, with its unit: ``what`` says of what it is, ``formula`` how it was computed
    from the quoted cells ``operands``, null where it is one of them. Answers of version 0.1.0 have a formula without
    operands."""

    text: str
    what: str
    formula: str | None = None
    operands: list[Operand] = []


class Replaced(Frozen):
    """A sentence as the model wrote it, and the source's that stands in the answer instead."""

    wrote: str
    quote: str


class Stats(Frozen):
    """Counts of tokens and forward passes, and milliseconds; the times of retrieval, of the first token and of all
    decoding. All zero but ``retrieval_ms`` where nothing was generated. ``steps_by_source`` parts the steps by where
    the accepted draft was seen ("passages", "prompt", "answer", "none"): the steps, and the tokens they settled."""

    prompt_tokens: int = 0
    tokens: int = 0
    steps: int = 0
    tokens_per_step: float = 0.0
    rows_per_step: float = 0.0
    steps_by_source: dict[str, tuple[int, int]] = {}
    retrieval_ms: float = 0.0
    ttft_ms: float = 0.0
    decode_ms: float = 0.0


class Answer(Frozen):
    """A question's outcome. ``asked_as`` is how a follow-up was understood, null for what stands alone; ``document``
    the only one that was asked, null for all. ``confidence``
    is how likely the passages hold the answer, in [0, 1], by the evidence gate; null in answers that were given before
    there was one. ``value`` is the figure that was asked of a table, whose header and rows are then quoted. ``reason``
    says why nothing was answered; ``dropped`` are sentences of the model that no source supports, and that are
    therefore not part of ``answer``; ``replaced`` those whose source says another number or unit, or the contrary, and
    is quoted in their place. ``mode`` is calculated where the value was computed from quoted cells; ``model`` is null
    where none wrote."""

    id: str
    status: Status
    question: str
    asked_as: str | None = None
    collection: str
    document: str | None = None
    as_of: date
    answer: str
    value: Value | None = None
    citations: list[Citation]
    sources: list[Passage]
    dropped: list[str] = []
    replaced: list[Replaced] = []
    reason: str | None = None
    confidence: float | None = None
    mode: Mode = Mode.WRITE
    model: str | None
    stats: Stats

    @property
    def is_calculated(self) -> bool:
        """Whether a figure was computed, which stands in no document. Version 0.1.0 called such answers quotes."""
        return self.mode is Mode.CALCULATED or (self.value is not None and self.value.formula is not None)

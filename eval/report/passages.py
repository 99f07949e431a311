"""What a question's answer stands on: its citations, and the passages that were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.answer import Citation, Passage, Status
from eval.gold.model import Evidence
from eval.report.highlight import Piece, highlighted, shared_with
from eval.runs.record import Level, Record
from eval.scoring.registry import LEVELS

LONGEST_EVIDENCE = 600


@dataclass(frozen=True)
class Place:
    """Where a text stands, in the words of the chat page, and a note on it."""

    cited: Passage | Citation
    section: str
    page: str
    note: str | None = None


@dataclass(frozen=True)
class Cited:
    """A citation, and whether its quote is the page's text; None where nobody looked."""

    place: Place
    is_verbatim: bool | None


@dataclass(frozen=True)
class Expected:
    """A place that the gold set names, and the beginning of its text."""

    where: str
    text: str


@dataclass(frozen=True)
class Ranked:
    """A passage that was found, with the levels at which it holds evidence. The answer wasn't written from one that is
    ``is_unread``."""

    place: Place
    text: list[Piece]
    levels: list[str]
    is_unread: bool


@dataclass(frozen=True)
class Ranking:
    """The passages in the order of their ranks. What they share with ``marked_from`` is marked."""

    ranked: list[Ranked]
    marked_from: str | None


def _place(cited: Passage | Citation, note: str | None = None) -> Place:
    heading = cited.heading.removeprefix(f"{cited.title} > ")
    section = "" if heading in ("", cited.title) else f" › {heading.replace(' > ', ' › ')}"
    return Place(cited, section, "" if cited.page is None else f", page {cited.page}", note)


def citations(record: Record) -> list[Cited]:
    """The citations in the answer's order, each with whether its quote is the page's text."""
    cited = record.answer.citations if record.answer is not None else []
    known = [*record.verbatim, *[None] * len(cited)]
    return [Cited(_place(each), is_verbatim) for each, is_verbatim in zip(cited, known, strict=False)]


def expected(evidence: Sequence[Evidence]) -> list[Expected]:
    """The places that the gold set names."""
    return [_expected(each) for each in evidence]


def _expected(evidence: Evidence) -> Expected:
    section = f" › {evidence.section}" if evidence.section else ""
    page = f", page {evidence.page}" if evidence.page is not None else ""
    graded = f" · relevance {evidence.relevance}" if evidence.relevance > 1 else ""
    text = evidence.text or ""
    cut = f"{text[:LONGEST_EVIDENCE].rstrip()} …" if len(text) > LONGEST_EVIDENCE else text
    return Expected(f"{evidence.doc or 'any document'}{section}{page}{graded}", cut)


def ranking(record: Record) -> Ranking:
    """The passages found. What they share with the answer is marked; where none was given, what they share with the
    gold one."""
    answer = record.answer
    found = record.ranking or (answer.sources if answer else [])
    given = answer.answer if answer is not None and answer.status is Status.ANSWERED else ""
    sources = None if answer is None else {_key(source) for source in answer.sources}
    ranked = [
        Ranked(
            _place(passage, _closeness(passage)),
            highlighted(passage.text, shared_with(passage.text, given or record.gold.answer)),
            _levels_held(record, rank),
            sources is not None and _key(passage) not in sources,
        )
        for rank, passage in enumerate(found)
    ]
    return Ranking(ranked, "the answer" if given else "the gold answer" if record.gold.answer else None)


# What a finer level says too needn't be said: a passage on the page is of the document.
_SAID_BY = {
    Level.DOCUMENT: {Level.SECTION, Level.PAGE, Level.PAGE1, Level.PASSAGE},
    Level.PAGE1: {Level.PAGE},
}


def _levels_held(record: Record, rank: int) -> list[str]:
    """The names of the levels at which a passage holds evidence."""
    held = {level for level, holds in record.holds.items() if rank < len(holds) and holds[rank]}
    return [LEVELS[level] for level in Level if level in held and not held & _SAID_BY.get(level, set())]


def _closeness(passage: Passage) -> str:
    similarity = "" if passage.similarity is None else f" · similarity\u00a0{passage.similarity:.2f}"
    return f"score\u00a0{passage.score:.3g}{similarity}"


def _key(passage: Passage) -> tuple[str, int, int | None, int, int]:
    return passage.document, passage.version, passage.page, passage.start, passage.end

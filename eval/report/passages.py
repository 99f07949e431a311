"""What a question's answer stands on: its citations, and the passages that were found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.answering.answer import Citation, Passage, Status
from eval.gold.model import Evidence
from eval.report.figures import LEVELS
from eval.report.highlight import highlighted, shared_with
from eval.report.markup import Html, el, fragment
from eval.runs.record import Level, Record

LONGEST_EVIDENCE = 600
_VERBATIM = {True: el("span", "verbatim", cls="tag good"), False: el("span", "not verbatim", cls="tag bad")}


def place(cited: Passage | Citation, note: str | None = None) -> Html:
    """Where a text stands, in the words of the chat page, and a note on it."""
    heading = cited.heading.removeprefix(f"{cited.title} > ")
    section = "" if heading in ("", cited.title) else f" › {heading.replace(' > ', ' › ')}"
    page = "" if cited.page is None else f", page {cited.page}"
    since, until = _on(" · in force from ", cited.effective_from), _on(" until before ", cited.effective_to)
    version = fragment(f"{cited.document}, version {cited.version}", since, until, note and f" · {note}")
    return el("span", el("b", cited.title), section, page, el("small", version), cls="place")


def _on(words: str, day: date | None) -> Html | None:
    return fragment(words, el("time", day.isoformat())) if day else None


def citations(row: str, record: Record) -> Html | None:
    """The citations in the answer's order, each with whether its quote is the page's text."""
    if record.answer is None or not record.answer.citations:
        return None
    items = []
    for at, citation in enumerate(record.answer.citations):
        verbatim = record.verbatim[at] if at < len(record.verbatim) else None
        items.append(
            el(
                "li",
                None if verbatim is None else _VERBATIM[verbatim],
                place(citation),
                el("blockquote", citation.quote),
                id=f"{row}-c{at + 1}",
            )
        )
    return fragment(el("h4", "Citations"), el("ol", *items, cls="citations"))


def expected(evidence: Sequence[Evidence]) -> Html | None:
    """The places that the gold set names."""
    if not evidence:
        return None
    return fragment(el("h4", "Evidence"), el("ul", *(_expected(each) for each in evidence), cls="evidence"))


def _expected(evidence: Evidence) -> Html:
    section = f" › {evidence.section}" if evidence.section else ""
    page = f", page {evidence.page}" if evidence.page is not None else ""
    graded = f" · relevance {evidence.relevance}" if evidence.relevance > 1 else ""
    where = f"{evidence.doc or 'any document'}{section}{page}{graded}"
    text = evidence.text or ""
    cut = f"{text[:LONGEST_EVIDENCE].rstrip()} …" if len(text) > LONGEST_EVIDENCE else text
    return el("li", where, el("blockquote", cut) if cut else None)


def ranking(record: Record) -> Html | None:
    """The passages found in the order of their ranks, those with evidence open. What they share with the answer is
    marked; where none was given, what they share with the gold one."""
    answer = record.answer
    found = record.ranking or (answer.sources if answer else [])
    if not found:
        return None
    given = answer.answer if answer is not None and answer.status is Status.ANSWERED else ""
    sources = None if answer is None else {_key(source) for source in answer.sources}
    items = []
    for rank, passage in enumerate(found):
        levels = _levels_held(record, rank)
        unread = sources is not None and _key(passage) not in sources
        items.append(
            el(
                "li",
                el(
                    "details",
                    el(
                        "summary",
                        el("span", f"● evidence: {', '.join(levels)}", cls="tag good") if levels else None,
                        el("span", "not a source", cls="tag") if unread else None,
                        place(passage, _closeness(passage)),
                    ),
                    el("blockquote", highlighted(passage.text, shared_with(passage.text, given or record.gold.answer))),
                    open=bool(levels),
                ),
                cls="holds" if levels else None,
            )
        )
    marked = "the answer" if given else "the gold answer" if record.gold.answer else None
    note = f"Runs of words that stand in {marked} are marked." if marked else None
    return fragment(
        el("h4", f"Passages found ({len(found)})"), note and el("p", note, cls="note"), el("ol", *items, cls="ranking")
    )


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

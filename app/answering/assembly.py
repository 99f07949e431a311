"""Answers put together: from quotes, from cells of tables, from what the model wrote, or declined."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.answering import read_out
from app.answering.answer import Answer, Citation, Operand, Passage, Replaced, Stats, Status, Value
from app.answering.answerability import Evidence
from app.answering.grounding import best_support
from app.answering.lists import whole
from app.answering.question import Question
from app.answering.quoting import MOST_WORDS, MOST_WORDS_BESIDE, Quotation, best_span, worth_quoting
from app.answering.tables.cells import cells
from app.answering.tables.evidence import is_evidence
from app.answering.tables.figure import Figure, name
from app.answering.tables.lookup import figure, takes_precedence
from app.mode import Mode
from corpus.language.foreign import is_foreign
from corpus.language.sentences import is_item
from corpus.passage_store import PassageRecord
from retrieval.places import Place
from retrieval.retriever import Hit, Section

DECLINED = "I can't answer that from these documents."


@dataclass(frozen=True)
class Assembly:
    """Builds the answer to one ``question`` from the ``evidence`` for it. ``sections`` are the best hits, widened to be
    quoted; there are none where the evidence isn't enough."""

    question: Question
    evidence: Evidence
    sections: Sequence[Section]
    stats: Stats

    def declined(self, reason: str, dropped: Sequence[str] = ()) -> Answer:
        """No answer, and why; ``dropped`` are sentences of the model that no passage supports."""
        return self._answer(Status.ABSTAINED, DECLINED, reason=reason, dropped=list(dropped))

    def quoted(self) -> Answer:
        """Sentences of the sections worth quoting, word for word; a paragraph for each section."""
        quotation = Quotation()
        for rank, section in enumerate(self.sections[: worth_quoting(self.evidence.hits)]):
            most = MOST_WORDS_BESIDE if rank else MOST_WORDS
            asked, passage = self.question.query.text, section.passage
            chosen = best_span(asked, passage.text, most)
            listed = whole(asked, passage, section.tables, chosen, section.is_whole)
            if listed.above:
                quotation.say(listed.above)
            quotation.add(passage, listed.spans, joined=bool(listed.above))
            if listed.left_out:
                quotation.say(listed.left_out, new="\n")
        return self._from_sections(quotation, mode=Mode.QUOTE)

    def read_out(self, place: Place) -> Answer:
        """The text of a place that was asked for by its number, word for word."""
        return self._from_sections(read_out.quotation(place), mode=Mode.QUOTE)

    def from_tables(self, figures: Literal["off", "cells", "computed"]) -> Answer | None:
        """The figure that the question asks of a table in one of the sections, with the header and rows that it was
        read off; None where it asks of none, or ``figures`` are off."""
        found = self._figure(figures)
        if found is None:
            return None
        section, result = found
        quotation = Quotation()
        rows = {row for cell in result.cells for row in (*cell.caption, *cell.header, cell.row)}
        quotation.add(section.passage, sorted(rows))
        if result.line:
            quotation.say(result.line)
        mode = Mode.CALCULATED if result.formula else Mode.QUOTE
        return self._from_sections(quotation, value=_value(result), mode=mode)

    def is_named_by_a_row(self, figures: Literal["off", "cells", "computed"]) -> bool:
        """Whether a table has a row whose names say all that is asked, and a figure in it that is of the kind asked
        for."""
        found = self._figure(figures)
        return found is not None and is_evidence(self.question.query.text, found[1])

    def _figure(self, figures: Literal["off", "cells", "computed"]) -> tuple[Section, Figure] | None:
        """The figure that the question asks of a table, and the section that it is in."""
        asked = self.question.query.text
        for rank, section in enumerate(self.sections if figures != "off" else ()):
            found = cells(section.passage, section.tables, self._beside(section))
            result = figure(asked, found, may_compute=figures == "computed")
            if result and takes_precedence(asked, result, rank):
                return section, result
        return None

    def grounded(
        self, written: Sequence[str], passages: Sequence[PassageRecord], min_support: float, dropped: Sequence[str] = ()
    ) -> Answer:
        """The sentences ``written`` that a passage supports, each with its citation. The source is quoted in place of
        those that contradict it; without any there is no answer."""
        text = ""
        citations: list[Citation] = []
        unsupported, replaced = list(dropped), list[Replaced]()
        for sentence in dict.fromkeys(written):
            support = best_support(sentence, passages, min_support)
            if support is None:
                unsupported.append(sentence)
                continue
            if not support.agrees:
                quote = support.span.of(support.passage.text)
                replaced.append(Replaced(wrote=sentence, quote=quote))
                sentence = quote
            if any(text[citation.answer_start : citation.answer_end] == sentence for citation in citations):
                continue  # said already
            if text:
                text += "\n" if is_item(sentence) else " "
            text += sentence
            citations.append(Citation.of(support.passage, *support.span, len(text) - len(sentence), len(text)))
        if not citations:
            return self.declined("What the model wrote is not supported by the passages that were found.", unsupported)
        return self._answer(Status.ANSWERED, text, citations=citations, dropped=unsupported, replaced=replaced)

    @property
    def must_quote(self) -> bool:
        """Whether nothing may be written. What the model writes is held against its source by rules of English, so the
        question and the passages must be English; and a figure recognised from a picture is only ever quoted."""
        passages = [hit.passage for hit in self.evidence.hits]
        is_recognised = any(passage.recognised is not None for passage in passages)
        return is_recognised or any(map(is_foreign, [self.question.query.text, *(each.text for each in passages)]))

    @property
    def _widened(self) -> list[Section | Hit]:
        """All that was found: as sections, where it was widened."""
        return [*self.sections, *self.evidence.hits[len(self.sections) :]]

    def _beside(self, section: Section) -> list[str]:
        """The texts found on the same page as a section, or in the same document where it has none."""
        page = _page(section.passage)
        return [each.passage.text for each in self._widened if _page(each.passage) == page]

    def _from_sections(self, quotation: Quotation, **parts: Any) -> Answer:
        sources = [Passage.of(each) for each in self._widened]
        return self._answer(Status.ANSWERED, quotation.text, citations=quotation.citations, sources=sources, **parts)

    def _answer(self, status: Status, text: str, **parts: Any) -> Answer:
        """An answer with these parts; what isn't among them comes from the question and the evidence."""
        query = self.question.query
        whole: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "question": self.question.as_typed or query.text,
            "asked_as": query.text if self.question.as_typed else None,
            "collection": query.collection,
            "document": query.document,
            "as_of": query.day,
            "citations": [],
            "sources": [Passage.of(hit) for hit in self.evidence.hits],
            "confidence": round(self.evidence.confidence, 4),
            "mode": self.question.mode,
            "model": None,
            "stats": self.stats,
        }
        return Answer(status=status, answer=text, **whole | parts)


def _value(result: Figure) -> Value | None:
    """A figure as it is answered; None where a row was asked for, which is quoted."""
    if not result.text:
        return None
    operands = [Operand(name=name(cell), text=cell.text) for cell in result.cells] if result.formula else []
    return Value(text=result.text, what=result.what, formula=result.formula, operands=operands)


def _page(passage: PassageRecord) -> tuple[str, int, int | None]:
    return passage.document, passage.version, passage.page

"""The answer pipeline: retrieve, decide whether there is evidence, write, cite."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from accel import AnswerTrie, Generation, Generator, Step
from app.answering import prompt
from app.answering.answer import Answer, Citation, Operand, Passage, Replaced, Stats, Status, Value
from app.answering.answerability import EvidenceGate
from app.answering.grounding import best_support
from app.answering.question import Mode, Question
from app.answering.quoting import MOST_QUOTED, MOST_WORDS, MOST_WORDS_BESIDE, Quotation, best_span, worth_quoting
from app.answering.tables.cells import cells
from app.answering.tables.figure import Figure, name
from app.answering.tables.lookup import figure, takes_precedence
from app.config import AnsweringSettings
from corpus.language.sentences import is_finished, is_item, sentences
from corpus.passage_store import PassageRecord
from retrieval.retriever import Hit, Retriever

DECLINED = "I can't answer that from these documents."


@dataclass(frozen=True)
class Sources:
    """The passages that the answer will be written from, known before its first word. ``writes`` is whether the model
    is needed for what comes after them."""

    passages: list[Passage]
    writes: bool = False


@dataclass(frozen=True)
class Delta:
    """A piece of the answer as the model writes it; what no source supports is only taken out at the end."""

    text: str


@dataclass(frozen=True)
class Done:
    """The whole answer, which supersedes all deltas."""

    answer: Answer


Event = Sources | Delta | Done


def final(events: Iterable[Event]) -> Answer:
    """The whole answer, at the end of its events."""
    for event in events:
        if isinstance(event, Done):
            return event.answer
    raise AssertionError("the pipeline ends with Done")


@dataclass(frozen=True)
class Found:
    """What retrieval found, and the gate's confidence that it holds the answer."""

    hits: list[Hit]
    confidence: float


class Answerer:
    """Answers questions from a retriever's passages, with sentences that the passages support and no others.

    ``generator`` gives the model when it is first needed, which for quoting it never is.
    """

    def __init__(
        self,
        retriever: Retriever,
        generator: Callable[[], Generator],
        gate: EvidenceGate,
        settings: AnsweringSettings,
        *,
        max_new_tokens: int,
    ) -> None:
        self._retriever = retriever
        self._load_generator = generator
        self._gate = gate
        self._settings = settings
        self._max_new_tokens = max_new_tokens

    def stream(
        self,
        question: Question,
        on_step: Callable[[Step], None] | None = None,
        earlier: Callable[[], AnswerTrie | None] = lambda: None,
    ) -> Iterator[Event]:
        """One `Sources`, then `Delta` after `Delta`, then `Done`. Nothing is stored here, but that what the model
        writes is put among the ``earlier`` answers that it drafts from. ``on_step`` is called with every step of the
        model."""
        began = time.perf_counter()
        hits = self._retriever.search(
            question.text, question.collection, question.as_of, question.k, question.reader, question.document
        )
        found = Found(hits, self._gate.confidence(question.text, hits))
        reason = self._lacks_evidence(found)
        # After the gate, whose features are those of hits as they are found.
        whole = None if reason else self._whole(found)
        stats = Stats(retrieval_ms=round((time.perf_counter() - began) * 1000, 1))
        quotes = self._without_model(question, whole, stats) if whole else None
        writes = not (reason or quotes)
        yield Sources(quotes.sources if quotes else [Passage.of(hit) for hit in hits], writes)
        if reason:
            yield Done(self._abstain(question, found, reason, stats))
            return
        if quotes:
            yield Delta(quotes.answer)
            yield Done(quotes)
            return
        passages = self._that_fit(question.text, [hit.passage for hit in hits])
        generation = Generation(prompt_tokens=0)
        for chunk in self._generator.stream(
            prompt.messages(question.text, passages),
            opening=prompt.OPENING,
            passages=[prompt.passage_text(passage) for passage in passages],
            weights=_weights([hit.score for hit in hits[: len(passages)]]),
            earlier=earlier(),
            max_new_tokens=self._max_new_tokens,
            plain=question.plain,
            enough=lambda text: prompt.is_closed(text) or repeats_itself(text),
            on_step=on_step,
        ):
            generation = chunk.generation
            if chunk.text:
                yield Delta(chunk.text)
        yield Done(self._cite(question, found, passages, generation, _stats(generation, stats.retrieval_ms)))

    def answer(self, question: Question) -> Answer:
        """The whole answer, drafted from nothing that was answered earlier. Nothing is stored here."""
        return final(self.stream(question))

    def _lacks_evidence(self, found: Found) -> str | None:
        """Why no answer should be tried, or None."""
        if not found.hits:
            return "No document that applies on this day has a passage on it."
        asked = self._settings.min_confidence
        if found.confidence < (self._gate.threshold if asked is None else asked):
            return "The passages that were found hardly speak of what was asked."
        return None

    def _that_fit(self, question: str, passages: list[PassageRecord]) -> list[PassageRecord]:
        """As many of the best passages as the model's context has room for, at least one."""
        while len(passages) > 1:
            tokens = self._generator.prompt_tokens(prompt.messages(question, passages), prompt.OPENING)
            if self._generator.fits(len(tokens), self._max_new_tokens):
                break
            passages = passages[:-1]
        return passages

    @property
    def _generator(self) -> Generator:
        return self._load_generator()

    def _whole(self, found: Found) -> Found:
        """The same with the hits that may be quoted widened to their sections."""
        quotable = found.hits[:MOST_QUOTED]
        whole = [replace(hit, passage=self._retriever.whole_section(hit.passage)) for hit in quotable]
        return replace(found, hits=[*whole, *found.hits[MOST_QUOTED:]])

    def _without_model(self, question: Question, found: Found, stats: Stats) -> Answer | None:
        """What is read off a table or computed from its cells, never by the model; else, in mode quote, sentences."""
        read = self._read_tables(question, found, stats)
        if read or question.mode is not Mode.QUOTE:
            return read
        return self._quote(question, found, stats)

    def _quote(self, question: Question, found: Found, stats: Stats) -> Answer:
        """Sentences of the sections of the hits worth quoting, word for word; a paragraph for each section."""
        quotation = Quotation()
        for rank, hit in enumerate(found.hits[: worth_quoting(found.hits)]):
            most = MOST_WORDS_BESIDE if rank else MOST_WORDS
            quotation.add(hit.passage, best_span(question.text, hit.passage.text, most))
        return self._answer(question, found, Status.ANSWERED, quotation.text, stats, citations=quotation.citations)

    def _read_tables(self, question: Question, found: Found, stats: Stats) -> Answer | None:
        """The figure that the question asks of a table in one of the best hits, with the header and rows that it was
        read off; None where it asks of none, or ``answering.figures`` is off."""
        if self._settings.figures == "off":
            return None
        may_compute = self._settings.figures == "computed"
        for rank, hit in enumerate(found.hits[:MOST_QUOTED]):
            result = figure(question.text, cells(hit.passage, _beside(hit, found.hits)), may_compute=may_compute)
            if result is None or not takes_precedence(question.text, result, rank):
                continue
            quotation = Quotation()
            rows = {row for cell in result.cells for row in (*cell.caption, *cell.header, cell.row)}
            quotation.add(hit.passage, sorted(rows))
            if result.line:
                quotation.say(result.line)
            return self._answer(
                question,
                found,
                Status.ANSWERED,
                quotation.text,
                stats,
                value=_value(result),
                citations=quotation.citations,
                mode=Mode.CALCULATED if result.formula else Mode.QUOTE,
            )
        return None

    def _cite(
        self,
        question: Question,
        found: Found,
        passages: Sequence[PassageRecord],
        generation: Generation,
        stats: Stats,
    ) -> Answer:
        """Keep the sentences that a passage supports, each with its citation, and quote the source in place of those
        that contradict it; without any there is no answer."""
        text = ""
        citations: list[Citation] = []
        dropped: list[str] = []
        replaced: list[Replaced] = []
        written = prompt.quotation(generation.text)
        spans = sentences(written)
        cut_off = len(generation.tokens) == self._max_new_tokens and not prompt.is_closed(generation.text)
        if cut_off and len(spans) > 1 and not is_finished(spans[-1].of(written)):
            dropped.append(spans.pop().of(written))
        for sentence in dict.fromkeys(span.of(written) for span in spans):
            support = best_support(sentence, passages, self._settings.min_support)
            if support is None:
                dropped.append(sentence)
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
            place = Citation.of(support.passage, *support.span, len(text) - len(sentence), len(text))
            citations.append(place)
        if not citations:
            reason = "What the model wrote is not supported by the passages that were found."
            return self._abstain(question, found, reason, stats, dropped)
        return self._answer(
            question, found, Status.ANSWERED, text, stats, citations=citations, dropped=dropped, replaced=replaced
        )

    def _abstain(
        self, question: Question, found: Found, reason: str, stats: Stats, dropped: Sequence[str] = ()
    ) -> Answer:
        return self._answer(question, found, Status.ABSTAINED, DECLINED, stats, dropped=list(dropped), reason=reason)

    def _answer(
        self,
        question: Question,
        found: Found,
        status: Status,
        text: str,
        stats: Stats,
        *,
        value: Value | None = None,
        citations: Sequence[Citation] = (),
        mode: Mode | None = None,
        dropped: Sequence[str] = (),
        replaced: Sequence[Replaced] = (),
        reason: str | None = None,
    ) -> Answer:
        mode = mode or question.mode
        return Answer(
            id=str(uuid.uuid4()),
            status=status,
            question=question.said or question.text,
            asked_as=question.text if question.said else None,
            collection=question.collection,
            document=question.document,
            as_of=question.as_of,
            answer=text,
            value=value,
            citations=list(citations),
            sources=[Passage.of(hit) for hit in found.hits],
            dropped=list(dropped),
            replaced=list(replaced),
            reason=reason,
            confidence=round(found.confidence, 4),
            mode=mode,
            model=self._generator.name if mode is Mode.WRITE else None,
            stats=stats,
        )


def repeats_itself(text: str) -> bool:
    """Whether the sentence that ``text`` has just finished stood in it before: small models go round in circles."""
    finished = [span.of(text) for span in sentences(text)]
    if finished and not is_finished(finished[-1]):
        finished.pop()
    return bool(finished) and finished[-1] in finished[:-1]


def _value(result: Figure) -> Value | None:
    """A figure as it is answered; None where a row was asked for, which is quoted."""
    if not result.text:
        return None
    operands = [Operand(name=name(cell), text=cell.text) for cell in result.cells] if result.formula else []
    return Value(text=result.text, what=result.what, formula=result.formula, operands=operands)


def _beside(hit: Hit, hits: Sequence[Hit]) -> list[str]:
    """The texts of the hits on the same page, or in the same document where it has none."""
    place = (hit.passage.document, hit.passage.version, hit.passage.page)
    return [o.passage.text for o in hits if (o.passage.document, o.passage.version, o.passage.page) == place]


def _stats(generation: Generation, retrieval_ms: float) -> Stats:
    return Stats(
        prompt_tokens=generation.prompt_tokens,
        tokens=len(generation.tokens),
        steps=generation.steps,
        tokens_per_step=round(generation.tokens_per_step, 2),
        rows_per_step=round(generation.rows / generation.steps, 2) if generation.steps else 0.0,
        steps_by_source=generation.by_source,
        retrieval_ms=round(retrieval_ms, 1),
        ttft_ms=round(generation.first_token_s * 1000, 1),
        decode_ms=round(generation.decode_s * 1000, 1),
    )


def _weights(scores: Sequence[float]) -> list[float]:
    """Scores over the best of them, which a reranker needn't have put first."""
    best = max([0.01, *scores])
    return [max(score, 0.01) / best for score in scores]

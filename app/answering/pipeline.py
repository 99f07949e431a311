"""The answer pipeline: retrieve, decide whether there is evidence, quote or write, ground, cite."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from accel import AnswerTrie, Generation, Generator, Step
from app.answering import model_output, prompt, read_out
from app.answering.answer import Answer, Passage, Stats
from app.answering.answerability import Answerability, Evidence
from app.answering.assembly import Assembly
from app.answering.events import Delta, Done, Event, Sources, final
from app.answering.question import Question
from app.answering.quoting import MOST_QUOTED
from app.mode import Mode
from app.settings import AnsweringSettings
from corpus.passage_store import PassageRecord
from retrieval.retriever import Retriever


class Answerer:
    """Answers questions from a retriever's passages, with sentences that the passages support and no others.

    ``generator`` gives the model when it is first needed, which for quoting it never is.
    """

    def __init__(
        self,
        retriever: Retriever,
        generator: Callable[[], Generator],
        answerability: Answerability,
        settings: AnsweringSettings,
        max_new_tokens: int,
    ) -> None:
        self._retriever = retriever
        self._load_generator = generator
        self._answerability = answerability
        self._settings = settings
        self._max_new_tokens = max_new_tokens

    def stream(
        self,
        question: Question,
        on_step: Callable[[Step], None] | None = None,
        earlier: Callable[[], AnswerTrie | None] = lambda: None,
    ) -> Iterator[Event]:
        """Yield one `Sources`, then `Delta` after `Delta`, then `Done`.

        Nothing is stored, except that the model's text is added to the ``earlier`` answers that it drafts from.
        ``on_step`` is called with every step of the model.
        """
        began = time.perf_counter()
        places = self._retriever.places(question.query)
        evidence = read_out.evidence(places) if places else self._searched(question)
        sections = [] if places else self._retriever.sections(evidence.hits[:MOST_QUOTED])
        stats = Stats(retrieval_ms=round((time.perf_counter() - began) * 1000, 1))
        assembly = Assembly(question, evidence, sections, stats)
        found = [Passage.of(hit) for hit in evidence.hits]
        if shortfall := read_out.shortfall(places) if places else self._shortfall(assembly):
            yield Sources(found)
            yield Done(assembly.declined(shortfall))
        elif answer := assembly.read_out(places.places[0]) if places else self._without_model(assembly):
            yield Sources(answer.sources)
            yield Delta(answer.answer)
            yield Done(answer)
        else:
            yield Sources(found, writes=True)
            yield from self._written(assembly, on_step, earlier)

    def answer(self, question: Question) -> Answer:
        """The whole answer, drafted from nothing that was answered earlier. Nothing is stored."""
        return final(self.stream(question))

    def _searched(self, question: Question) -> Evidence:
        return self._answerability.judge(question.query.text, self._retriever.search(question.query))

    def _shortfall(self, assembly: Assembly) -> str | None:
        """Why the evidence isn't enough to try an answer; None where it is. A row of a table that is all that is
        asked for is enough, unless the configuration says how much is."""
        evidence, least = assembly.evidence, self._settings.min_confidence
        if not evidence.hits:
            return "No document that applies on this day has a passage on it."
        if evidence.confidence >= (self._answerability.threshold if least is None else least):
            return None
        if least is None and assembly.is_named_by_a_row(self._settings.figures):
            return None
        return "The passages that were found hardly speak of what was asked."

    def _without_model(self, assembly: Assembly) -> Answer | None:
        """What is read off a table or calculated from its cells, in every mode; else, in mode quote and where nothing
        may be written, sentences; None where the model is to write."""
        if read := assembly.from_tables(self._settings.figures):
            return read
        return assembly.quoted() if assembly.question.mode is Mode.QUOTE or assembly.must_quote else None

    def _written(
        self,
        assembly: Assembly,
        on_step: Callable[[Step], None] | None,
        earlier: Callable[[], AnswerTrie | None],
    ) -> Iterator[Event]:
        """What the model writes, piece by piece, then the answer that is left of it."""
        question, hits, generator = assembly.question, assembly.evidence.hits, self._load_generator()
        passages = self._that_fit(generator, question.query.text, [hit.passage for hit in hits])
        generation = Generation(prompt_tokens=0)
        for chunk in generator.stream(
            prompt.messages(question.query.text, passages),
            opening=prompt.OPENING,
            passages=[prompt.passage_text(passage) for passage in passages],
            weights=_weights([hit.score for hit in hits[: len(passages)]]),
            earlier=earlier(),
            max_new_tokens=self._max_new_tokens,
            plain=question.plain,
            enough=model_output.is_enough,
            on_step=on_step,
        ):
            generation = chunk.generation
            if chunk.text:
                yield Delta(chunk.text)
        written, dropped = model_output.sentences_of(
            generation.text, is_cut_off=len(generation.tokens) == self._max_new_tokens
        )
        stats = _stats(generation, assembly.stats.retrieval_ms)
        answer = replace(assembly, stats=stats).grounded(written, passages, self._settings.min_support, dropped)
        yield Done(answer.model_copy(update={"model": generator.name}))

    def _that_fit(self, generator: Generator, question: str, passages: list[PassageRecord]) -> list[PassageRecord]:
        """As many of the best passages as the model's context has room for, at least one."""
        while len(passages) > 1:
            tokens = generator.prompt_tokens(prompt.messages(question, passages), prompt.OPENING)
            if generator.fits(len(tokens), self._max_new_tokens):
                break
            passages = passages[:-1]
        return passages


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

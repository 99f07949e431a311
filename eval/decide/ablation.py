"""What each part of retrieval is worth: the same questions searched for with and without it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.answering.answer import Passage
from app.service import Citewell
from eval.runs.evaluate import Asked, Evaluation, judged
from eval.runs.record import Record
from eval.scoring.metrics.statistics import quantile
from eval.scoring.score import scored
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever

DEPTH = 10


@dataclass
class Variant:
    """A recipe under its name, and what was found with it: ``scores`` holds each figure's value for every question that
    has it, ``seconds`` what each search took."""

    name: str
    recipe: Recipe
    scores: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def mean(self, figure: str) -> float | None:
        """The mean of a figure, such as ``retrieval.section.recall@5``; None where no question has it."""
        values = self.scores.get(figure)
        return sum(values) / len(values) if values else None

    def p95(self) -> float:
        """The 95th percentile of what a search took, in seconds."""
        return quantile(self.seconds, 0.95)


def variants(recipe: Recipe) -> list[Variant]:
    """One search alone, both, and then each part more, up to the whole recipe."""
    bare = replace(recipe, pair_weight=0.0, reference_weight=0.0, widest=None)
    return [
        Variant("lexical (BM25)", replace(bare, similarity_weight=0.0)),
        Variant("dense (cosine)", replace(bare, lexical_weight=0.0)),
        Variant("both, blended", bare),
        Variant("+ pairs of words", replace(recipe, reference_weight=0.0, widest=None)),
        Variant("+ what the question names", replace(recipe, widest=None)),
        Variant("+ sections made one", recipe),
    ]


def ablate(service: Citewell, collection: str, asked: Sequence[Asked], tried: Sequence[Variant]) -> Iterator[int]:
    """Search for every question with every variant, question by question, so that all of them meet the same machine;
    yields how many questions are done."""
    evaluation = Evaluation(service, collection, retrieval_only=True)
    retrievers = [Retriever(service.database, service.models.embedder, service.index, each.recipe) for each in tried]
    for done, item in enumerate(asked, start=1):
        question = service.question(item.gold.question, collection=collection, as_of=item.gold.as_of)
        judge = evaluation.judge(item.gold)
        for variant, retriever in zip(tried, retrievers, strict=True):
            began = time.perf_counter()
            hits = retriever.search(replace(question.query, k=DEPTH))
            variant.seconds.append(time.perf_counter() - began)
            ranking = [Passage.of(hit) for hit in hits]
            record = judged(Record(gold_set=item.gold_set, gold=item.gold), judge, ranking, ranking[: question.query.k])
            for figure, value in scored(record, judge).scores.items():
                variant.scores.setdefault(figure, []).append(value)
        yield done

"""A question fails for the first reason that holds, and scores what can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from app.answering.answer import Stats, Status
from eval.gold.model import Evidence
from eval.runs.record import Failure, Level
from eval.scoring.relevance import Judge
from eval.scoring.score import failure, scored
from tests.eval.records import TEXT, answer, citation, gold, passage, record
from tests.eval.scoring.test_relevance import places

ABSTAINED = {"status": Status.ABSTAINED, "citations": [], "answer": "no"}


def cause(**values: Any) -> Failure | None:
    made = record(**values)
    return failure(made, Judge(made.gold.evidence, places()))


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        (None, {}),
        (Failure.ERROR, {"answer": None, "error": "it broke"}),
        (Failure.WRONGLY_ANSWERED, {"gold": gold(answerable_in_corpus=False, evidence=())}),
        (None, {"gold": gold(answerable_in_corpus=False, evidence=()), "answer": answer(**ABSTAINED)}),
        (Failure.NOT_RETRIEVED, {"found": False}),
        (Failure.NOT_RETRIEVED, {"found": False, "answer": answer(**ABSTAINED)}),
        (Failure.WRONGLY_ABSTAINED, {"answer": answer(**ABSTAINED)}),
        (Failure.WRONG_SPAN, {"verbatim": [True, False]}),
        (Failure.NOT_USED, {"answer": answer(citations=[citation(heading="Fees")])}),
        (Failure.WRONG_PAGE, {"answer": answer(citations=[citation(page=5)])}),
        (None, {"answer": answer(citations=[citation(page=3)])}),
        (Failure.WRONG_NUMBER, {"answer": answer(TEXT.replace("12", "13"))}),
        (
            Failure.WRONG_NUMBER,
            {
                "gold": gold(short_answer="14 euros"),
            },
        ),
        (Failure.INCOMPLETE, {"answer": answer("A lost card.")}),
        (None, {"answer": answer("A lost card."), "gold": gold(support_rating=2)}),
    ],
)
def test_the_cause_of_failure(expected: Failure | None, values: dict[str, Any]) -> None:
    assert cause(**values) is expected


def test_of_a_long_gold_answer_sixty_words_are_enough() -> None:
    long = " ".join(f"word{n}" for n in range(300))
    sources = [passage(long)]
    right = answer(" ".join(long.split()[:30]), sources=sources)
    assert cause(gold=gold(answer=long), answer=right) is None
    short = answer(" ".join(long.split()[:29]), sources=sources)
    assert cause(gold=gold(answer=long), answer=short) is Failure.INCOMPLETE


def test_scores_of_an_answer() -> None:
    made = record(
        ranking=[passage(heading="Fees"), passage()],
        relevant={Level.SECTION: {"a": 1}},
        holds={Level.SECTION: [[], ["a"]]},
        verbatim=[True, False],
        total_s=2.0,
        plain=answer(stats=Stats(tokens=20, steps=19, decode_ms=3000)),
        answer=answer(citations=[citation(), citation(heading="Fees")]),
    )
    scores = scored(made, Judge(made.gold.evidence, places())).scores
    assert scores["retrieval.section.recall@1"] == 0
    assert scores["retrieval.section.recall@3"] == 1
    assert scores["retrieval.section.mrr@10"] == 0.5
    assert scores["citation.precision"] == 0.5
    assert scores["citation.recall"] == 1
    assert scores["quote.verbatim"] == 0.5
    assert scores["answer.copied"] == 1
    assert scores["number.unsupported"] == 0
    assert scores["answer.answered"] == 1
    assert scores["decode.speed_up"] == 3
    assert scores["decode.lossless"] == 0  # its citations are others
    assert scores["failure.wrong_span"] == 1
    assert scores["answer.right"] == 0


def test_each_search_is_scored_by_the_evidence_that_it_found_itself() -> None:
    found = [
        passage().model_copy(update={"bm25": 3.0}),
        passage(heading="Fees").model_copy(update={"similarity": None}),
    ]

    def scores(*holds: list[str]) -> dict[str, float]:
        made = record(ranking=found, relevant={Level.SECTION: {"a": 1}}, holds={Level.SECTION: list(holds)})
        return scored(made, Judge(made.gold.evidence, places())).scores

    assert [scores(["a"], [])[f"search.{way}@10"] for way in ("words", "meaning")] == [1, 1]
    assert [scores([], ["a"])[f"search.{way}@10"] for way in ("words", "meaning")] == [0, 0]


def test_an_unanswerable_question_has_no_scores_of_wording() -> None:
    made = record(gold=gold(answerable_in_corpus=False, evidence=(), answer=""))
    scores = scored(made, Judge((), places())).scores
    assert scores["abstain.rate.unanswerable"] == 0
    assert not {"answer.answered", "answer.token_f1", "citation.precision"} & set(scores)


def test_a_citation_on_another_page_of_the_section_is_not_evidence() -> None:
    made = record(gold=gold(evidence=(Evidence(doc="fees.md", section="Lost cards", page=9),)))
    assert scored(made, Judge(made.gold.evidence, places())).scores["citation.precision"] == 0

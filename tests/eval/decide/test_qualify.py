"""What is measured of a model is what its answers hold."""

from __future__ import annotations

import pytest

from app.answering.answer import Replaced
from app.mode import Mode
from app.service import Citewell
from eval.decide.qualify import Pair, pairs, qualification_of
from eval.errors import BadGold
from eval.runs.evaluate import Asked
from tests.eval.records import answer, citation, gold, record


def test_sentences_dropped_and_replaced_count_against_the_model() -> None:
    instead = Replaced(wrote="Inste4d.", quote="Instead.")
    given = answer(citations=[citation(), citation("Instead.")], dropped=["Said nowhere."], replaced=[instead])
    written = record(answer=given, scores={"answer.right": 0.0})
    quoted = record(scores={"answer.right": 1.0})
    trust = qualification_of([Pair(written, quoted)] * 30, generator="m", measured_on="made up")
    assert (trust.supported, trust.right, trust.quoted_right, trust.questions) == (0.3333, 0.0, 1.0, 30)


def test_too_few_questions_and_a_model_that_says_nothing_are_refused(service: Citewell) -> None:
    with pytest.raises(BadGold, match="20 questions are needed, and here are 3"):
        next(pairs(service, "default", [Asked("g", gold())] * 3))
    silent = record(answer=answer(citations=[]), scores={"answer.right": 0.0})
    with pytest.raises(BadGold, match="wrote no sentence"):
        qualification_of([Pair(silent, silent)] * 30, generator="m", measured_on="made up")


def test_what_is_read_off_a_table_is_not_the_models() -> None:
    table = record(answer=answer(mode=Mode.QUOTE, model=None), scores={"answer.right": 1.0})
    wrong = record(answer=answer(citations=[], dropped=["Said nowhere."]), scores={"answer.right": 0.0})
    trust = qualification_of(
        [*[Pair(table, table)] * 20, *[Pair(wrong, table)] * 2], generator="m", measured_on="made up"
    )
    assert trust.supported == 0

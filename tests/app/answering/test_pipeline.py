"""The answer pipeline over the real models and the sample corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accel.generator import Chunk, Generation
from app.answering import answer_log
from app.answering.answer import Answer, Status
from app.answering.events import Delta, Done, Sources
from app.answering.model_output import is_closed, quotation
from app.errors import BadQuestion, UnknownAnswer
from app.langchain import CitedAnswers
from app.mode import Mode
from app.service import Citewell
from corpus.errors import UnknownCollection
from tests.conftest import SAMPLE

QUESTION = "What does a cash withdrawal abroad with a debit card cost?"


@pytest.fixture(scope="module")
def answer(service: Citewell) -> Answer:
    return service.answer(service.question(QUESTION, mode=Mode.WRITE))


def test_the_answer_cites_the_place_it_was_taken_from(service: Citewell, answer: Answer) -> None:
    assert answer.status is Status.ANSWERED
    first = answer.citations[0]
    assert (first.document, first.version) == ("cards/card-fees", 2)
    assert first.heading == "Card fees > Cash withdrawals abroad"
    assert "2.25%" in first.quote
    for citation in answer.citations:
        source = next(s for s in answer.sources if s.heading == citation.heading and s.start <= citation.start)
        assert source.text[citation.start - source.start : citation.end - source.start] == citation.quote
        assert answer.answer[citation.answer_start : citation.answer_end]


def test_all_of_the_answer_is_cited(answer: Answer) -> None:
    covered = "".join(answer.answer[c.answer_start : c.answer_end] for c in answer.citations)
    assert covered.replace(" ", "") == answer.answer.replace(" ", "")


def test_decoding_plainly_gives_the_same_answer_in_more_steps(service: Citewell, answer: Answer) -> None:
    plain = service.answer(replace(service.question(QUESTION, mode=Mode.WRITE), plain=True))
    assert (plain.answer, plain.citations, plain.stats.tokens) == (answer.answer, answer.citations, answer.stats.tokens)
    assert plain.stats.steps == plain.stats.tokens - 1
    assert answer.stats.steps < plain.stats.steps / 2


def test_a_question_about_another_day_is_answered_from_what_applied_then(service: Citewell) -> None:
    answer = service.answer(service.question(QUESTION, as_of=date(2024, 6, 1)))
    assert {(c.document, c.version) for c in answer.citations} == {("cards/card-fees", 1)}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_question_is_answered_from_postgresql(either: Citewell) -> None:
    either.ingest([SAMPLE / "cards" / "card-fees-2026.md"], "default")
    passages, embedded, indexed = either.ingestion.sizes()
    assert passages == embedded == indexed > 0
    answer = either.answer(either.question(QUESTION))
    assert answer.status is Status.ANSWERED
    assert "2.25%" in " ".join(citation.quote for citation in answer.citations)
    assert answer_log.load(either.database, answer.id) == answer


def test_events_come_in_order_and_the_last_one_is_stored(service: Citewell) -> None:
    events = list(service.stream(service.question(QUESTION, mode=Mode.WRITE)))
    assert isinstance(events[0], Sources)
    assert all(isinstance(event, Delta) for event in events[1:-1])
    assert len(events) > 4
    done = events[-1]
    assert isinstance(done, Done)
    assert answer_log.load(service.database, done.answer.id) == done.answer


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.WRITE])
def test_what_the_documents_do_not_say_is_declined(service: Citewell, mode: Mode) -> None:
    answer = service.answer(service.question("Who won the football world cup of 1974?", mode=mode))
    assert answer.status is Status.ABSTAINED
    assert answer.citations == []
    assert answer.reason
    assert answer.sources


def test_a_day_on_which_nothing_applied_is_declined_without_asking_the_model(service: Citewell) -> None:
    answer = service.answer(service.question(QUESTION, as_of=date(1990, 1, 1), mode=Mode.WRITE))
    assert answer.status is Status.ABSTAINED
    assert answer.stats.tokens == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("x" * 100_000, "100,000 characters"),
        ("\ud800?", "half a character"),
        ("a\0b", "NUL"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(service: Citewell, text: str, sentence: str) -> None:
    with pytest.raises(BadQuestion, match=sentence):
        service.answer(service.question(text))
    with pytest.raises(BadQuestion, match=sentence):
        service.search(service.question(text))


class Says:
    """A model that says what it was made to say."""

    name = "says"

    def __init__(self, text: str) -> None:
        self.text = text

    def prompt_tokens(self, *_: object) -> list[int]:
        return [1]

    def fits(self, *_: object) -> bool:
        return True

    def stream(self, *_: object, **__: object) -> Iterator[Chunk]:
        yield Chunk(self.text, Generation(prompt_tokens=1, text=self.text))


def test_what_contradicts_its_source_is_replaced_by_it_and_what_has_none_is_left_out(
    service: Citewell, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = "Premier Account holders pay the percentage but not the minimum."
    wrong = (
        "Taking out cash in a currency other than the euro with a debit card costs 9.99% of the amount, with a minimum "
        "of EUR 3.50."
    )
    monkeypatch.setattr(service.answerer, "_load_generator", lambda: Says(f"{wrong} {true} Bananas are yellow fruit."))
    answer = service.answerer.answer(service.question(QUESTION, mode=Mode.WRITE))
    source = wrong.replace("9.99", "2.25")
    assert answer.answer == f"{source} {true}"
    assert [(each.wrote, each.quote) for each in answer.replaced] == [(wrong, source)]
    assert answer.dropped == ["Bananas are yellow fruit."]
    assert [citation.quote for citation in answer.citations] == [source, true]


def test_a_conversation_never_makes_a_question_too_long(service: Citewell) -> None:
    limit = service.settings.limits.question_chars
    last = "What does a card cost? " + "x" * (limit - 30)
    question = service.question("And what about joint accounts?", history=[last])
    assert (question.query.text, question.as_typed) == ("And what about joint accounts?", None)


def test_an_answer_says_of_which_document_alone_it_was_asked(service: Citewell) -> None:
    question = service.question(QUESTION, document="cards/card-fees", mode=Mode.QUOTE)
    answer = service.answer(question)
    assert (answer.document, {source.document for source in answer.sources}) == ("cards/card-fees", {"cards/card-fees"})
    assert answer_log.load(service.database, answer.id).document == "cards/card-fees"
    assert service.answer(replace(question, query=replace(question.query, document=None))).document is None


def test_unknown_collections_and_answers_are_named(service: Citewell) -> None:
    with pytest.raises(UnknownCollection, match="nowhere"):
        service.answer(service.question(QUESTION, collection="nowhere"))
    with pytest.raises(UnknownAnswer, match="42"):
        answer_log.load(service.database, "42")


def test_the_pipeline_is_a_langchain_runnable(service: Citewell, answer: Answer) -> None:
    chain = CitedAnswers(service) | (lambda result: result.citations[0].quote)
    assert chain.invoke(QUESTION) == answer.citations[0].quote


@pytest.mark.parametrize(
    ("written", "inside"),
    [
        ("The fee is 5.” More.", "The fee is 5."),
        ("The “Gold” card is free.”", "The “Gold” card is free."),
        ('The "Gold" card is free." And', 'The "Gold" card is free.'),
        ("No end", "No end"),
        ("One passage.\n\n[2] Another", "One passage."),
        ("See note [2] there.", "See note [2] there."),
        ("One rule. The passage continues: “One rule", "One rule."),
    ],
)
def test_a_quotation_ends_where_it_is_closed(written: str, inside: str) -> None:
    assert quotation(written) == inside
    assert is_closed(written) == (written != inside)


@given(st.text(alphabet='a.“”"\n[1', max_size=20))
def test_closing_depends_only_on_what_was_written_so_far(text: str) -> None:
    closed = [is_closed(text[:end]) for end in range(len(text) + 1)]
    assert closed == sorted(closed)

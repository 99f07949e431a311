"""A row of a table that is all that a question asks for is evidence, however little else the passages say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.answering.answer import Answer, Status
from app.config import load_settings
from app.service import Citewell
from retrieval.embedder import Embedder
from tests.conftest import settings_of

TARIFF = """# Tariff

| Item | Value |
| --- | --- |
| Foreign cash fee | 2.25% |
| Late fee | 1,250.50 EUR |
| Safe deposit rent | CHF 180.00 |
| Overdraft rate | 11.90% |
| Objection period | 14 business days |
| Contact | the branch |
| Clearing number | 00417 |
| Paper statement | free of charge |
| Loss of branch network | (1,234) |
| Card limit | 2.5m |
| Kiosk fee | EUR 2.50 |
| Courier fee | 35 € |
"""
SERVICES = """# Conditions of Southquay Bank

## Current account

The current account is held in euros. Interest is credited each quarter. Statements are sent each month by post.

## Other services

| Service | Fee | Limit |
| --- | --- | --- |
| Replacement card | EUR 10 | — |
| Safe deposit box | EUR 120 | 3 boxes |
"""
REPORT = """# Annual report of Southquay Bank

## Cash flow statement

| Item | 2025 | 2024 |
| --- | --- | --- |
| Operating cash flow | (120) | 80 |
| Investing cash flow | 45 | 30 |
| Financing cash flow | −15 | 25 |
| Dividends paid | (1,234.5) | (1,100.0) |
| Credit balance | 300 | 250 |
| Margin | 2.25 % | 1.75 % |
"""
POINTS = "By how many percentage points did the margin change from 2024 to 2025?"

Serving = Callable[..., Citewell]


@pytest.fixture
def serving(tmp_path: Path, generator_path: Path, embedder: Embedder) -> Iterator[Serving]:
    """Gives a service that holds a text, set up in some way."""
    services: list[Citewell] = []

    def serves(text: str, *settings: str) -> Citewell:
        service = Citewell(load_settings(overrides=settings_of(tmp_path / "var", generator_path, *settings)))
        services.append(service)
        service.models.embedder = embedder
        (tmp_path / "text.md").write_text(text)
        service.ingest([tmp_path / "text.md"], "default")
        return service

    yield serves
    for service in services:
        service.database.close()


def ask(service: Citewell, question: str) -> Answer:
    return service.answer(service.question(question))


def value(answer: Answer) -> str | None:
    return answer.value.text if answer.value else None


def test_a_row_that_is_all_that_is_asked_for_is_answered_with(serving: Serving) -> None:
    service = serving(TARIFF)
    answer = ask(service, "How long is the objection period?")
    assert (answer.status, value(answer)) == (Status.ANSWERED, "14 business days")
    assert (answer.confidence or 1) < service.answerability.threshold


@pytest.mark.parametrize(
    "question",
    ["How long is the appeal period?", "How long is the objection period for loans?", "How long is contact?"],
)
def test_a_row_of_something_else_or_of_another_kind_is_not(serving: Serving, question: str) -> None:
    assert ask(serving(TARIFF), question).status is Status.ABSTAINED


@pytest.mark.parametrize(
    "question",
    [
        "How often can I have a replacement card?",
        "How often do I need a replacement card?",
        "How often do I have to pay for a replacement card?",
    ],
)
def test_a_row_of_what_is_asked_about_is_not_what_is_asked_for(serving: Serving, question: str) -> None:
    assert ask(serving(SERVICES), question).status is Status.ABSTAINED


def test_whoever_says_how_sure_an_answer_must_be_gets_no_surer_than_that(serving: Serving) -> None:
    service = serving(TARIFF, "answering.min_confidence=0.42")
    assert ask(service, "How long is the objection period?").status is Status.ABSTAINED


def test_what_is_computed_from_such_rows_is_answered_with(serving: Serving) -> None:
    service = serving(REPORT, "answering.figures='computed'")
    answer = ask(service, POINTS)
    assert (answer.status, value(answer)) == (Status.ANSWERED, "0.5 percentage points")
    assert (answer.confidence or 1) < service.answerability.threshold


def test_nothing_is_computed_unless_that_is_configured(serving: Serving) -> None:
    assert ask(serving(REPORT), POINTS).status is Status.ABSTAINED

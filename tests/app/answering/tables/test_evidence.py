"""A figure is evidence by itself only where its names say all that is asked, and its kind is the kind asked for."""

from __future__ import annotations

import pytest

from app.answering.tables.evidence import is_evidence
from tests.app.answering.tables.test_strict_figures import asked

SERVICES = """Service | Fee | Limit
Replacement card | EUR 10 | —
Safe deposit box | EUR 120 | 3 boxes"""
TERMS = """Item | Value
Objection period | 14 business days
Statements | twice a year
Post | 3 times a month
Debit cards | 3
Clearing numbers | 00417
Card limit | 2.5m
Late fee | EUR 15
Safe deposit box | EUR 120
Strongroom | 3 boxes
Kiosk charge | EUR 2 a month
Overdraft rate | 11.90%
Paper statement | free of charge
Notice | 30 days, EUR 5 a day
Contact | the branch"""
GROUPS = """Item | Value
Business accounts
Objection period | 14 business days
Late fee | EUR 15"""
YEARS = "Item | 2025 | 2024\nMargin | 2.25 % | 1.75 %\nStaff costs | 30 | 20"


def is_enough(question: str, table: str, *, may_compute: bool = False) -> bool:
    found = asked(question, table, may_compute=may_compute)
    return found is not None and is_evidence(question, found)


@pytest.mark.parametrize(
    "question",
    [
        "How often can I have a replacement card?",
        "How often do I need a replacement card?",
        "How often do I have to pay for a replacement card?",
        "How long can I have a safe deposit box?",
        "How long do I need a safe deposit box?",
        "How old is a replacement card?",
        "How many replacement cards can I have?",
        "Can I have a replacement card?",
        "What is the safe deposit box?",
    ],
)
def test_a_row_of_what_is_asked_about_is_none(question: str) -> None:
    assert not is_enough(question, SERVICES)


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("How long is the objection period?", True),
        ("How long is the notice?", False),
        ("How long is the strongroom?", False),
        ("How long is the debit card?", False),
        ("How long is the kiosk charge?", False),
        ("How long are my statements?", False),
        ("How often are there statements?", True),
        ("How often is there post?", True),
        ("How often is the kiosk charge?", False),
        ("How often is the objection period?", False),
        ("How often is the late fee?", False),
        ("How many debit cards are there?", True),
        ("How many objection periods are there?", False),
        ("How many clearing numbers are there?", False),
        ("How many overdraft rates are there?", False),
        ("How much is the late fee?", True),
        ("How high is the overdraft rate?", True),
        ("How high is the card limit?", True),
        ("How much is a paper statement?", True),
        ("How much is the objection period?", False),
        ("How much is the strongroom?", False),
        ("How much are statements?", False),
        ("How much is the contact?", False),
        # Words that neither row nor column say may change what is asked for.
        ("How long can I have the objection period?", False),
        ("How much do I need to pay for the late fee?", False),
        ("How long is the objection period for loans?", False),
        ("What is the safe deposit box?", False),
    ],
)
def test_a_cell_of_another_kind_is_none(question: str, is_so: bool) -> None:
    assert is_enough(question, TERMS) is is_so


def test_a_cell_under_the_name_that_is_asked_for_is_some() -> None:
    assert is_enough("How much is the fee for a replacement card?", SERVICES)
    assert not is_enough("How much is the limit for a safe deposit box?", SERVICES)


def test_the_group_of_a_row_must_be_asked_for() -> None:
    assert not is_enough("How long is the objection period?", GROUPS)
    assert is_enough("How long is the objection period for business accounts?", GROUPS)


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("By how many percentage points did the margin change from 2024 to 2025?", True),
        ("By how much did staff costs change from 2024 to 2025?", True),
        ("How often did staff costs change from 2024 to 2025?", False),
        ("How long did staff costs increase from 2024 to 2025?", False),
    ],
)
def test_what_was_computed_is_none_of_how_often(question: str, is_so: bool) -> None:
    assert is_enough(question, YEARS, may_compute=True) is is_so

"""Abbreviations in questions, and their definitions in texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.service import Citewell
from retrieval.abbreviations import abbreviations, meaning, meanings


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is PITI?", ["PITI"]),
        ("Do EFTs count as an EFT?", ["EFT"]),
        ("Must we tell FinCEN about the APR?", ["FinCEN", "APR"]),
        ("What is a loan?", []),
        ("WHAT IS A LOAN?", []),
        ("May I open an account in Germany?", []),
    ],
)
def test_abbreviations_are_words_with_two_capitals(question: str, found: list[str]) -> None:
    assert abbreviations(question) == found


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("You pay the annual percentage rate (APR) on it.", "APR", "annual percentage rate"),
        ("electronic fund transfers (EFTs) are", "EFT", "electronic fund transfers"),
        ("The Financial Crimes Enforcement Network (FinCEN) is", "FinCEN", "Financial Crimes Enforcement Network"),
        (
            "Regulation E (“the EFT Act”) and a home equity line of credit (“HELOC”)",
            "HELOC",
            "home equity line of credit",
        ),
        ("anti-money laundering (AML)", "AML", "anti-money laundering"),
    ],
)
def test_what_stands_before_the_brackets_is_the_meaning(text: str, short: str, long: str) -> None:
    assert list(meanings(text, short)) == [long]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a fee (APR) of", "APR"),  # its letters are not there
        ("the annual percentage rate (APR)", "EFT"),
        ("loans at LIBOR. Your rate (LR)", "LR"),  # nor do two sentences
        ("scrap rate (APR)", "APR"),  # nor may the first one stand within a word
        ("annual reports of a very large number of other banks and their rate (APR)", "APR"),  # nor too far away
    ],
)
def test_other_brackets_define_nothing(text: str, short: str) -> None:
    assert list(meanings(text, short)) == []


def test_the_meaning_is_what_most_texts_say() -> None:
    texts = ["adjustable rate mortgage (ARM)", "Adjustable-rate mortgage (ARM)", "adjustable-rate mortgage (ARM)"]
    assert meaning(texts, "ARM") == "adjustable-rate mortgage"
    assert meaning(texts, "APR") is None


def test_a_question_is_searched_for_with_what_its_abbreviations_stand_for(either: Citewell, tmp_path: Path) -> None:
    files = {
        "words": "# Words\n\nA broken-period charge (BPC) is a charge.\n",
        "charges": "# Charges\n\nThe broken-period charge is 5 euros.\n",
        "others": "# Others\n\nA visit to the branch is 5 euros, and so is a letter.\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.md").write_text(text)
    either.ingest([tmp_path], "default")
    found = {hit.passage.document: hit for hit in either.search(either.question("How high is the BPC?"))}
    assert found["charges.md"].bm25 is not None
    assert found["others.md"].bm25 is None


def test_a_meaning_is_that_of_the_documents_of_today(either: Citewell, tmp_path: Path) -> None:
    """What was found is kept only as long as nothing is ingested."""
    (tmp_path / "charges.md").write_text("# Charges\n\nThe broken-period charge is 5 euros.\n")
    (tmp_path / "others.md").write_text("# Others\n\nA visit to the branch is free.\n")
    either.ingest([tmp_path], "default")

    def is_found_by_its_words() -> bool:
        hits = either.search(either.question("How high is the BPC?"))
        return any(hit.passage.document == "charges.md" and hit.bm25 is not None for hit in hits)

    assert not is_found_by_its_words()
    (tmp_path / "words.md").write_text("# Words\n\nA broken-period charge (BPC) is a charge.\n")
    either.ingest([tmp_path / "words.md"], "default")
    assert is_found_by_its_words()

"""Numbers and dates are looked for in the ways in which documents write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.service import Citewell
from retrieval.spellings import spellings


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("within 10 business days", ["ten"]),
        ("within ten business days", ["10"]),
        ("more than $10,000 in cash", ["10000"]),
        ("more than 10000 euros", ["10", "000"]),
        ("2,500,000 pounds", ["2500000"]),
        ("valid on 2026-03-01?", ["march", "1", "2026"]),
        ("on 2026-13-01?", []),
        ("revenue in Q2 of FY22", ["second", "quarter", "2022"]),
        ("revenue in FY2022", ["2022"]),
        ("what changed in 2019?", []),
        ("a rate of 1.25 percent", []),
        ("40 or 12 CFR 1005.11", ["forty"]),
        ("two of 20 or nineteen, and 90", ["2", "19", "twenty", "ninety"]),
        ("no number at all", []),
    ],
)
def test_other_ways_to_write_a_number(question: str, others: list[str]) -> None:
    assert spellings(question) == others


def test_a_question_finds_a_number_written_otherwise(either: Citewell, tmp_path: Path) -> None:
    texts = {"cash": "Report cash of 10,000 euros.", "days": "Reply within ten days.", "other": "Reply in writing."}
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
    either.ingest([tmp_path], "default")
    for question, name in (("Is 10000 too much?", "cash.md"), ("What is due after 10 weeks?", "days.md")):
        found = {hit.passage.document for hit in either.search(either.question(question)) if hit.bm25 is not None}
        assert name in found
        assert "other.md" not in found

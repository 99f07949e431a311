"""A passage is evidence where it stands at the place that the gold set names, and nowhere else."""

from __future__ import annotations

import pytest

from corpus.store import DocumentRecord, VersionRecord
from eval.gold.model import Evidence
from eval.runs.record import Level
from eval.scoring.places import Places
from eval.scoring.relevance import Judge
from tests.eval.records import TEXT, passage


def places() -> Places:
    def version(number: int) -> VersionRecord:
        return VersionRecord(number, "Fees", "md", f"/in/fees-{number}.md", "", None, None, None, 1, 1)  # type: ignore[arg-type]

    return Places([DocumentRecord(1, "default", "fees.md", (version(1), version(2)))])


def judge(**evidence: object) -> Judge:
    return Judge([Evidence(**evidence)], places())  # type: ignore[arg-type]


def test_each_level_asks_for_more() -> None:
    judged = judge(doc="fees.md", section="Lost cards", page=3, text=TEXT)
    ranking = [passage("Other words stand here, none of those.", heading="Fees"), passage()]
    holds = judged.relevance([(each, each.text) for each in ranking]).holds
    assert [bool(keys) for keys in holds[Level.DOCUMENT]] == [True, True]
    assert [bool(keys) for keys in holds[Level.SECTION]] == [False, True]
    assert [bool(keys) for keys in holds[Level.PAGE1]] == [True, True]
    assert [bool(keys) for keys in holds[Level.PAGE]] == [False, False]
    assert [bool(keys) for keys in holds[Level.PASSAGE]] == [False, True]


def test_a_level_that_the_evidence_does_not_name_is_left_out() -> None:
    assert set(judge(doc="fees.md", section="Lost cards").relevance([]).relevant) == {Level.DOCUMENT, Level.SECTION}


def test_another_version_of_the_document_is_not_the_place() -> None:
    judged = judge(doc="fees-2.md")
    assert not judged.found(passage(version=1), TEXT)
    assert judged.found(passage(version=2), TEXT)


@pytest.mark.parametrize(("heading", "found"), [("Fees > Lost cards", True), ("Fees > Lost cards abroad", False)])
def test_a_section_is_its_whole_heading(heading: str, found: bool) -> None:
    assert bool(judge(doc="fees.md", section="lost cards").found(passage(heading=heading), TEXT)) is found


def test_a_passage_that_holds_half_of_the_evidence_is_found_by_its_text() -> None:
    judged = judge(
        text=f"{TEXT} {TEXT.upper()} And so on, for as long as it takes to fill another two sentences of it."
    )
    assert judged.found(passage(), TEXT)
    assert not judged.found(passage(), "A lost card and a stolen one are two things.")

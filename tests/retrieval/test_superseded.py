"""Real regulations in an older and a newer version: a question finds the text of its day, and today's without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from app.service import Citewell
from corpus import ingest, passage_store
from corpus.database import Database
from corpus.ingest import Outcome
from corpus.loaders import Limits
from corpus.schema import now
from retrieval import lexical
from tests.conftest import SHARED, missing

POLICIES = SHARED / "policies"

pytestmark = pytest.mark.public_documents
# For each regulation the day before which its older version applies, and what stands in one of them only.
CHANGES = {
    "Regulation B": (date(2018, 1, 1), "(1) Requests for information. Except", "sex of an applicant for a closed-end"),
    "Regulation E": (date(2016, 11, 14), "(2) Disclose the amount of the fee.", "remittance transfer provider must"),
    "Regulation M": (date(2018, 1, 1), "This comment will be amended to provide", "the threshold amount is $55,800"),
    "Regulation P": (
        date(2016, 8, 10),
        "or other person for which the Bureau",
        "to deliver an annual privacy notice if",
    ),
}


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[Path, Path]]:
    """The files of the superseded regulations by their titles, the older one first."""
    if not (POLICIES / "documents.jsonl").is_file():
        missing("the real regulations lie in no ../shared/data; set TESTS_SHARED_DATA")
    lines = (POLICIES / "documents.jsonl").read_text().splitlines()
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return {
        entry["title"]: (POLICIES / entry["doc"], POLICIES / entry["superseded_by"])
        for entry in entries
        if "superseded_by" in entry
    }


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, pairs: dict[str, tuple[Path, Path]]) -> Iterator[Database]:
    """All pairs, the newer file of each taken in as a version of the document that the older one made."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('regulations')}/test.db")
    database.migrate()
    for older, newer in pairs.values():
        for path, document in ((older, None), (newer, older.name)):
            plan = ingest.plan(database, [path], "default", version_of=document)
            [report] = ingest.carry_out(database, plan, Limits())
            assert report.outcome is (Outcome.NEW_VERSION if document else Outcome.ADDED)
    yield database
    database.close()


@pytest.mark.parametrize("regulation", CHANGES)
def test_as_of_finds_the_text_of_either_side_of_a_regulations_date(
    database: Database, pairs: dict[str, tuple[Path, Path]], regulation: str
) -> None:
    [document] = [older.name for title, (older, _) in pairs.items() if f"{regulation}:" in title]
    first_day, old, new = CHANGES[regulation]
    found: dict[date, list[bool]] = {}
    with database.reading() as session:
        for day in (first_day - timedelta(days=1), first_day, now().date()):
            allowed = passage_store.eligible_passage_ids(session, 1, day)
            passages = passage_store.passages(session, allowed)
            texts = [each.text for each in passages if each.document == document]
            ranked = [
                passage_store.passages(
                    session, [hit.passage_id for hit in lexical.search(session, phrase, np.array(allowed), 20)]
                )
                for phrase in (old, new)
            ]
            found[day] = [any(phrase in text for text in texts) for phrase in (old, new)]
            assert found[day] == [
                any(phrase in each.text for each in hits) for phrase, hits in zip((old, new), ranked, strict=True)
            ]
    assert list(found.values()) == [[True, False], [False, True], [False, True]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_question_about_a_day_is_answered_from_that_days_regulation(
    either: Citewell, tmp_path: Path, pairs: dict[str, tuple[Path, Path]]
) -> None:
    [(older, newer)] = [files for title, files in pairs.items() if "Regulation P:" in title]
    for path, document in ((older, None), (newer, older.name)):
        part = tmp_path / path.name
        part.write_bytes(section(path, "1016-5"))
        either.ingest([part], "default", version_of=document)
    question = "Must a customer get a privacy notice in every year, or are there exceptions?"
    for day, version in ((date(2016, 8, 9), 1), (date(2016, 8, 10), 2), (None, 2)):
        hits = either.search(either.question(question, as_of=day))
        assert {hit.passage.version for hit in hits} == {version}
        excepted = [hit for hit in hits if "Exception to annual privacy notice" in hit.passage.heading]
        assert bool(excepted) == (version == 2)


def section(regulation: Path, label: str) -> bytes:
    """A regulation with one section of it, since to embed all of it takes too long."""
    root = etree.parse(regulation).getroot()
    for element in list(root.iter("{*}section", "{*}appendix", "{*}interpretations")):
        if element.get("label") != label:
            element.getparent().remove(element)
    return etree.tostring(root)

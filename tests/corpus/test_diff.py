"""A diff of two versions leads from the older text to the newer, and says where each change is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from corpus import ingest, reading, store, version_text
from corpus.content import Content, PageBuilder
from corpus.database import Database
from corpus.diff import Hunk, Line, Sign, VersionText, diff, unified
from corpus.errors import UnknownVersion
from corpus.loaders import Limits
from corpus.schema import Page

lines = st.lists(st.sampled_from("abcdef").map(Line), max_size=40)


@given(lines, lines)
def test_the_hunks_make_the_newer_text_out_of_the_older(old: list[Line], new: list[Line]) -> None:
    made, at = list[Line](), 0
    for hunk in diff(VersionText(tuple(old)), VersionText(tuple(new))):
        made += old[at : hunk.old_before]
        assert len(made) == hunk.new_before
        taken = [each.line for each in hunk.lines if each.sign is not Sign.NEW]
        at = hunk.old_before + len(taken)
        assert old[hunk.old_before : at] == taken
        made += [each.line for each in hunk.lines if each.sign is not Sign.OLD]
    assert made + old[at:] == new


def test_a_text_that_only_moved_to_another_page_has_not_changed() -> None:
    before, after = Line("The fee is 5.", 1, "Fees"), Line("The fee is 5.", 2, "Costs")
    assert diff(VersionText((before,)), VersionText((after,))) == []
    assert list(unified([], "old", "new")) == []


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    database.migrate()
    yield database
    database.close()


def take_in(database: Database, folder: Path, *texts: str) -> None:
    """The versions of fees.md."""
    for text in texts:
        (folder / "fees.md").write_text(text)
        list(ingest.carry_out(database, ingest.plan(database, [folder / "fees.md"], "default"), Limits()))


def hunks_of(database: Database, old: int = 1, new: int = 2) -> list[Hunk]:
    with database.reading() as session:
        record = store.document(session, "default", "fees.md")
        return diff(version_text.read(session, record, old), version_text.read(session, record, new))


def test_stored_versions_are_compared_with_their_headings(database: Database, tmp_path: Path) -> None:
    texts = [f"# Fees\n\nAll of them.\n\n## Cards\n\nThe fee is {fee} euros.\n\n- Free.\n" for fee in (5, 6)]
    take_in(database, tmp_path, *texts)
    assert list(unified(hunks_of(database), "one", "two")) == [
        "--- one",
        "+++ two",
        "@@ -1,5 +1,5 @@ Fees > Cards",
        " Fees",
        " All of them.",
        " Cards",
        "-The fee is 5 euros.",
        "+The fee is 6 euros.",
        " - Free.",
    ]
    with pytest.raises(UnknownVersion, match="no version 3; there are: 1, 2"):
        hunks_of(database, 1, 3)


CARDS = """# Fees

| Card | Annual fee | Cash advance |
| --- | --- | --- |
| Platinum credit card | {fee} | 3% |
| Gold credit card | EUR 20 | 3% |

Fees are charged in January.
"""


@pytest.fixture
def cards(database: Database, tmp_path: Path) -> Database:
    take_in(database, tmp_path, CARDS.format(fee="EUR 40"), CARDS.format(fee="EUR 45").replace("January", "May"))
    return database


CHANGE = "Platinum credit card, Annual fee: EUR 40 -> EUR 45"


def test_a_changed_cell_is_shown_under_its_labels_above_a_diff_that_programs_read(cards: Database) -> None:
    assert list(unified(hunks_of(cards), "one", "two")) == [
        f"# Fees: {CHANGE}",
        "--- one",
        "+++ two",
        "@@ -1,5 +1,5 @@ Fees",
        " Fees",
        " Card | Annual fee | Cash advance",
        "-Platinum credit card | EUR 40 | 3%",
        "+Platinum credit card | EUR 45 | 3%",
        " Gold credit card | EUR 20 | 3%",
        "-Fees are charged in January.",
        "+Fees are charged in May.",
    ]


def test_a_person_finds_a_changed_cell_below_its_row(cards: Database) -> None:
    shown = list(unified(hunks_of(cards), "one", "two", remarks_beside=True))
    assert shown[shown.index(f"# {CHANGE}") - 1] == "+Platinum credit card | EUR 45 | 3%"
    assert len(shown) == 11


def test_tables_of_pages_that_were_read_before_are_compared_too(cards: Database) -> None:
    with cards.writing() as session:
        session.execute(update(Page).values(tables=None))
    assert [change.text for hunk in hunks_of(cards) for each in hunk.lines for change in each.changes] == [CHANGE]


def test_a_table_is_one_wherever_its_pages_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, groups = ["Card", "Fee"], [["Debit cards"], ["Basic", "1"], ["Gold", "2"], ["Black", "3"]]

    def load(first: list[list[str]], second: list[list[str]]) -> None:
        above, below = PageBuilder(), PageBuilder()
        above.table([header, *first])
        [table] = above.page(1).tables
        below.table(second, above=table)
        content = Content("Fees", (above.page(1), below.page(2)), paged=True)
        monkeypatch.setattr(reading, "load", lambda path, limits: content)

    load(groups[:2], groups[2:])
    take_in(database, tmp_path, "1")
    load([*groups[:2], ["Silver", "9"], ["Gold", "2"]], [["Black", "4"]])
    take_in(database, tmp_path, "2")
    found = [
        (each.line.page, change.text) for hunk in hunks_of(database) for each in hunk.lines for change in each.changes
    ]
    assert found == [(1, "row added: Debit cards, Silver"), (2, "Debit cards, Black, Fee: 3 -> 4")]

"""A diff of two versions leads from the older text to the newer, and says where each change is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ingest, store
from corpus.database import Database
from corpus.diff import Line, Sign, diff, unified
from corpus.errors import UnknownVersion
from corpus.loaders import Limits

texts = st.lists(st.sampled_from("abcdef").map(Line), max_size=40)


@given(texts, texts)
def test_the_hunks_make_the_newer_text_out_of_the_older(old: list[Line], new: list[Line]) -> None:
    made, at = list[Line](), 0
    for hunk in diff(old, new):
        made += old[at : hunk.old_before]
        assert len(made) == hunk.new_before
        taken = [each.line for each in hunk.lines if each.sign is not Sign.NEW]
        at = hunk.old_before + len(taken)
        assert old[hunk.old_before : at] == taken
        made += [each.line for each in hunk.lines if each.sign is not Sign.OLD]
    assert made + old[at:] == new


def test_a_text_that_only_moved_to_another_page_has_not_changed() -> None:
    assert diff([Line("The fee is 5.", 1, "Fees")], [Line("The fee is 5.", 2, "Costs")]) == []
    assert list(unified([], "old", "new")) == []


def test_stored_versions_are_compared_with_their_headings(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    database.migrate()
    for fee in (5, 6):
        (tmp_path / "fees.md").write_text(f"# Fees\n\nAll of them.\n\n## Cards\n\nThe fee is {fee} euros.\n\n- Free.\n")
        list(ingest.carry_out(database, ingest.plan(database, [tmp_path / "fees.md"], "default"), Limits()))
    with database.reading() as session:
        record = store.document(session, "default", "fees.md")
        hunks = diff(store.lines(session, record, 1), store.lines(session, record, 2))
        assert list(unified(hunks, "one", "two")) == [
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
            store.lines(session, record, 3)
    database.close()

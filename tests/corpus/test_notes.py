"""Notes are found by the marks that refer to them."""

from __future__ import annotations

from corpus.content import Content, Kind, PageBuilder
from corpus.notes import marks, note_for, notes, without_marks
from corpus.passages import Size, cut


def test_marks_and_notes() -> None:
    text = "A (note 2) and B (notes 2, 3).\nNote 2: free. Note 3: once; or twice.\nNote *: see Note 2: there."
    assert marks(text) == ["2", "3"]
    assert {mark: span.of(text) for mark, span in notes(text)} == {
        "2": "Note 2: free.",
        "3": "Note 3: once; or twice.",
        "*": "Note *: see Note 2: there.",
    }
    assert without_marks("Late fee (note 2)") == "Late fee"


def test_each_table_has_the_note_that_follows_it() -> None:
    page = "Gold | 15 (note 1)\nNote 1: Waived.\nHome | 900 (note 1)\nNote 1: Never waived."
    found = notes(page)
    assert [note.of(page) for at in (0, page.index("Home"), 999) if (note := note_for("1", found, at))] == [
        "Note 1: Waived.",
        "Note 1: Never waived.",
        "Note 1: Never waived.",
    ]
    assert note_for("2", found, 0) is None


def test_a_passage_has_the_notes_that_it_refers_to_as_its_context() -> None:
    builder = PageBuilder()
    builder.add(Kind.PARAGRAPH, "Insurance is not refunded (note 2).")
    for _ in range(20):
        builder.add(Kind.PARAGRAPH, "Letters are answered within a week of their receipt.")
    builder.add(Kind.PARAGRAPH, "Note 2: Except within 30 days.")
    first, *_, last = cut(Content(None, (builder.page(1),)), "Rules", Size(limit=200))
    assert first.context == "Note 2: Except within 30 days."
    assert last.context == ""

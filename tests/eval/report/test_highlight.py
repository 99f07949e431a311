"""Marks and numbers stand at their characters, and change no text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from eval.report.highlight import Piece, highlighted, merged, shared_with
from eval.report.page import environment


def written(pieces: list[Piece]) -> str:
    """The pieces as the page shows them."""
    return str(environment().get_template("question.html.j2").module.marked(pieces, "q1"))


@given(st.text(alphabet="ab <&", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_marking_changes_no_text(value: str, spans: list[tuple[int, int]]) -> None:
    inside = merged((min(span), min(max(span), len(value))) for span in spans if min(span) <= len(value))
    read = etree.fromstring(f"<p>{written(highlighted(value, inside, [end for _, end in inside]))}</p>")
    marked = "".join(mark.text for mark in read.findall("mark"))
    assert marked == "".join(value[start:end] for start, end in inside)
    notes = read.findall("sup")
    assert [note.find("a").text for note in notes] == [f"[{at + 1}]" for at in range(len(inside))]
    for note in notes:
        note.find("a").text = None
    assert "".join(read.itertext()) == value


def test_a_number_within_a_mark_stands_at_its_character() -> None:
    assert highlighted("abcd", [(0, 4)], [2]) == [Piece("ab", True), Piece(citation=1), Piece("cd", True)]
    assert highlighted("ab", [], [9]) == [Piece("ab"), Piece(citation=1)]
    assert highlighted("ab", [], [2, 0]) == [Piece(citation=2), Piece("ab"), Piece(citation=1)]
    assert written(highlighted("a", [], [1])) == 'a<sup><a href="#q1-c1" aria-label="Citation 1">[1]</a></sup>'


def test_short_texts_are_found_whole() -> None:
    assert shared_with("It takes 7 calendar days.", "7 calendar days") == [(9, 24)]
    assert shared_with("It takes 7 calendar days.", "8 calendar days", 3) == []
    assert shared_with("", "7") == shared_with("7", "") == []

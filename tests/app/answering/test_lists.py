"""An item is never quoted without what introduces it, nor a row without its header."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.lists import LEFT_OUT, whole
from app.answering.quoting import best_span
from app.service import Citewell
from corpus.table import read_from_text
from tests.app.answering.tables.test_cells import passage

EXCLUDED = "The household insurance never pays for damage caused by:\n"
LOSSES = (
    *("war", "strikes", "nuclear energy", "racing of motor vehicles", "abuse of alcohol", "illegal acts"),
    *("diving below 40 metres", "flying as a pilot", "professional sports"),
)
LIST = EXCLUDED + "\n".join(f"- {loss}, wherever it happens and whoever knew of it;" for loss in LOSSES)
TABLE = "Card | Fee\nEurope\nClassic | EUR 1\nGold | EUR 2\n\nAccount | Fee\n| a month\nBasic | EUR 3\nPremier | EUR 4"


def quoted(question: str, text: str, most: int = 40, heading: str = "Household insurance") -> tuple[str, str]:
    found = whole(question, passage(text, heading=heading), read_from_text(text), best_span(question, text, most))
    return "\n".join(span.of(text) for span in found.spans), found.left_out


def test_of_a_long_list_the_item_is_quoted_that_is_asked_for_with_what_introduces_it() -> None:
    said, left_out = quoted("Does the household insurance pay for damage caused by professional sports?", LIST)
    assert said == EXCLUDED + "- professional sports, wherever it happens and whoever knew of it;"
    assert left_out == "(1 of 9 items of this list)"
    assert LEFT_OUT.sub("", f"Text\n{left_out}") == "Text\n"


def test_a_list_that_is_asked_for_is_quoted_whole() -> None:
    assert quoted("What damage does the household insurance never pay for?", LIST) == (LIST, "")


def test_an_item_keeps_the_item_above_it_that_introduces_it() -> None:
    text = "Not covered are:\n- losses in the home, such as:\n- broken glass;\n- flooded cellars;\n- losses abroad."
    said, _ = quoted("Are flooded cellars covered?", text, 4, "Cover")
    assert said == "Not covered are:\n- losses in the home, such as:\n- flooded cellars;"


def test_a_sentence_after_the_list_that_limits_it_belongs_to_it() -> None:
    text = f"{LIST}\nThis does not apply to children. Ask us for a form."
    said, _ = quoted("Does the household insurance pay for professional sports?", text)
    assert said.endswith(
        "professional sports, wherever it happens and whoever knew of it;\nThis does not apply to children."
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the Gold fee?", "Card | Fee\nGold | EUR 2"),
        ("What is the fee of a Premier?", "Account | Fee\n| a month\nPremier | EUR 4"),
    ],
)
def test_a_row_is_quoted_with_the_header_of_its_own_table(question: str, expected: str) -> None:
    assert quoted(question, TABLE, 3, "Prices")[0] == expected


def test_a_note_that_turns_a_sentence_round_is_quoted_with_it(empty: Citewell, tmp_path: Path) -> None:
    filler = "".join(
        f"<p>Rule {n} says that letters are answered within {n} days of their receipt.</p>" for n in range(60)
    )
    premium = "<p>The premium is not refunded<sup>2</sup>.</p>"
    page = f"<h1>Insurance</h1>{premium}{filler}<p><sup>2</sup> Except within 30 days.</p>"
    (tmp_path / "rules.html").write_text(page)
    empty.ingest([tmp_path / "rules.html"], "default")
    answer = empty.answer(empty.question("Is the premium of the insurance refunded?"))
    assert "not refunded (note 2)." in answer.answer
    assert "Note 2: Except within 30 days." in answer.answer


def test_what_introduces_a_list_that_begins_above_the_passage_is_said_first() -> None:
    question = "Does the household insurance pay for professional sports?"
    items = passage("\n".join(LIST.split("\n")[5:]), context=EXCLUDED.strip())
    found = whole(question, items, [], best_span(question, items.text, 40), is_whole=False)
    assert found.above == EXCLUDED.strip()
    assert [span.of(items.text)[:21] for span in found.spans] == ["- professional sports"]
    assert found.left_out == "(1 of at least 5 items of this list)"


def test_rows_below_a_header_above_the_passage_have_no_header_among_them() -> None:
    rows = passage("Classic | EUR 1\nGold | EUR 2\nBlack | EUR 9", context="Card | Fee")
    found = whole(
        "What is the Gold fee?",
        rows,
        read_from_text(rows.text, rows.context),
        best_span("What is the Gold fee?", rows.text, 3),
    )
    assert (found.above, [span.of(rows.text) for span in found.spans]) == ("Card | Fee", ["Gold | EUR 2"])
    assert found.left_out == "(1 of 3 rows of this table)"

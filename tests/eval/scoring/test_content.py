"""What is asked for must be in an answer: its figure with the unit and beside its labels, its dates, names, yes or no;
and it must be found there. The wrong answers are made to look right: each has most of the gold answer's words."""

from __future__ import annotations

from typing import Any

import pytest

from app.answering.answer import Value
from eval.runs.record import Failure
from eval.scoring.content import asked_for, count_words, figures_asked, is_buried, names_asked
from eval.scoring.relevance import Judge
from eval.scoring.score import failure, scored
from tests.eval.records import answer, citation, gold, passage, record
from tests.eval.scoring.test_relevance import places

TABLE = (
    "Card | Main card (EUR a year) | Additional card (EUR a year)\n"
    "Classic credit card | 30 | 15\n"
    "Platinum credit card | 96 | 40"
)
PLATINUM: dict[str, Any] = {
    "answer": "Platinum credit card | 96 | 40",
    "short_answer": "40",
    "labels": ("Platinum credit card", "Additional card (EUR a year)"),
}
LOSSES: dict[str, Any] = {
    "answer": "Card details copied while you kept the card | Nothing | Everything",
    "short_answer": "Nothing",
    "labels": ("Card details copied while you kept the card", "You pay"),
}
COVER = "Event | Third party | Third party, fire and theft\nMarten bites | No | Yes\nFire | Yes | Yes"
MARTEN: dict[str, Any] = {
    "answer": "Marten bites | No | Yes",
    "short_answer": "No",
    "labels": ("Marten bites", "Third party"),
}
MERGED = {"answer": "The fee is EUR 40 from 31 January.", "short_answer": None}


def said(text: str, **values: Any) -> Any:
    """An answer of this text, all of it quoted from the right place."""
    return answer(text, sources=[passage(text)], **values)


def cause(asked: dict[str, Any], given: Any) -> str | None:
    made = record(gold=gold(**asked), answer=given)
    found = failure(made, Judge(made.gold.evidence, places()))
    return found and found.value


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        pytest.param(
            {"answer": "A lost card is replaced for EUR 12.", "short_answer": "EUR 12"},
            "A lost card is replaced.",
            "incomplete",
            id="without the figure",
        ),
        pytest.param(
            {"answer": "A lost card is replaced for EUR 12."},
            "A lost card is replaced for EUR 13.",
            "wrong number",
            id="another figure, and no short answer says which was asked for",
        ),
        pytest.param(
            {"answer": "It is EUR 3,500 a month, or EUR 50,000 held.", "short_answer": "EUR 3,500, or EUR 50,000"},
            "It is EUR 3,500 a month, or EUR 40,000 held.",
            "wrong number",
            id="one of two figures",
        ),
        pytest.param(
            {"answer": "A lost card is replaced for EUR 12.", "short_answer": "EUR 12"},
            "A lost card is replaced for 12.",
            "incomplete",
            id="the figure without its unit",
        ),
        pytest.param(
            {"answer": "A lost card is replaced for EUR 12.", "short_answer": "EUR 12"},
            "A lost card is replaced within 12 days.",
            "incomplete",
            id="the figure with another unit",
        ),
        pytest.param(
            {"answer": "Send it before 19:00 that day.", "short_answer": "before 19:00"},
            "Send it before 19:30 that day, or at 0:15.",
            "wrong number",
            id="another time of day",
        ),
        pytest.param(
            {"answer": "Send the list by 31 January each year."},
            "Send the list by 31 March each year.",
            "wrong number",
            id="another month",
        ),
        pytest.param(
            {"answer": "The list of prices holds from March 2026."},
            "The list of prices holds from May 2026.",
            "wrong number",
            id="another month of that year",
        ),
        pytest.param(
            {"answer": "The card is called Harbour Gold here."},
            "The card is called Harbour Silver here.",
            "incomplete",
            id="another product's name",
        ),
        pytest.param(
            {"answer": "Use the paper form HB-104 for this."},
            "Use the paper form HB-117 for this.",
            "incomplete",
            id="another form's code",
        ),
        pytest.param(
            {"answer": "Yes, a lost card is replaced.", "short_answer": "Yes"},
            "No, a lost card is replaced by nobody.",
            "contrary",
            id="no for yes",
        ),
        pytest.param(
            {"answer": "We never remove a holder of an account at the request of one party alone."},
            "We remove a holder of an account at the request of one party alone.",
            "contrary",
            id="without the denial",
        ),
        pytest.param(
            {"answer": "The bank refunds the full amount of the loss."},
            "The bank does not refund the full amount of the loss.",
            "contrary",
            id="with a denial",
        ),
        pytest.param(
            {"answer": "The fee for a transfer rises from 5 to EUR 9 in May."},
            "The fee for a transfer falls from EUR 9 to EUR 5 in May.",
            "contrary",
            id="the change the other way round",
        ),
        pytest.param(
            {"answer": "The fee rises from EUR 5 a month to EUR 9 a month."},
            "The fee was moved from EUR 9 a month to EUR 5 a month.",
            "contrary",
            id="from and to swapped, in other words",
        ),
        pytest.param(
            {"answer": "The fee for a transfer rises by EUR 9 in May."},
            "The fee for a transfer falls by EUR 9 in May.",
            "contrary",
            id="a fall for a rise",
        ),
        pytest.param(
            PLATINUM, TABLE.replace("| 96 | 40", "| 40 | 96"), "wrong number", id="the figure of another column"
        ),
        pytest.param(
            PLATINUM,
            TABLE.replace("| 30 | 15", "| 30 | 40").replace("| 96 | 40", "| 96 | 48"),
            "wrong number",
            id="the figure of another row",
        ),
        pytest.param(PLATINUM, "Platinum credit card | 96 | 40", "wrong number", id="a row without its header"),
        pytest.param(
            PLATINUM,
            "A Platinum credit card costs EUR 96 a year. The classic one has an additional card for EUR 40.",
            "wrong number",
            id="the figure in another sentence than its label",
        ),
        pytest.param(
            {"answer": "It was higher in 2018.", "short_answer": "2018"},
            "It was higher | 2019 | 2018\nIncome | 86 | 87",
            "wrong number",
            id="a year that is one of several in a header",
        ),
        pytest.param(
            LOSSES,
            "Situation | You pay | We pay\nCard details copied while you kept the card | Everything | Nothing",
            "incomplete",
            id="the word of another column",
        ),
        pytest.param(
            MARTEN, COVER.replace("No | Yes", "Yes | No"), "contrary", id="yes in the column that was asked for"
        ),
        pytest.param(
            {"answer": "A lost card is replaced for EUR 12.", "short_answer": "EUR 12"},
            "A lost card is replaced for EUR 12. " + "Other things are said of other cards here, too. " * 8,
            "buried",
            id="a whole section",
        ),
        pytest.param(PLATINUM, f"{TABLE}\n" + "Another credit card | 11 | 22\n" * 9, "buried", id="a whole table"),
    ],
)
def test_what_looks_right_and_is_not(asked: dict[str, Any], text: str, expected: str) -> None:
    assert cause(asked, said(text)) == expected


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"answer": "It costs EUR 12.", "short_answer": "EUR 12"}, "Card | Fee (EUR)\nIt costs | 12"),
        ({"answer": "It costs EUR 12.", "short_answer": "EUR 12"}, "Card | fee in EUR\nIt costs | 12"),
        ({"answer": "It costs EUR 12.", "short_answer": "EUR 12"}, "Card | EUR\nIt costs | 12"),
        ({"answer": "It costs EUR 12.", "short_answer": "EUR 12"}, "Fees in EUR:\n- It costs 12."),
        ({"answer": "It costs EUR 12.", "short_answer": "12"}, "It costs 12 euros."),
        ({"answer": "It takes 3 business days."}, "Item | Takes (business days)\nIt takes | 3"),
        ({"answer": "Revenue was $1.2 billion."}, "$ million | 2025\nRevenue was | 1,200"),
        ({"answer": "It was so in 2019 and 2018.", "short_answer": "2019; 2018"}, "It | 2019 | 2018\nIncome | 86 | 87"),
        (PLATINUM, TABLE),
        (PLATINUM, "An additional Platinum credit card costs EUR 40 a year, the main card EUR 96."),
        (LOSSES, "Situation | You pay | We pay\nCard details copied while you kept the card | Nothing | Everything"),
        (MARTEN, COVER),
        ({"answer": "Send it before 19:00."}, "Send it before 7 p.m."),
        ({"answer": "Send the list by 31 January."}, "Send the list by 31 Jan. 2026."),
        ({"answer": "The Financial Ombudsman decides."}, "The Financial Ombudsman's office decides."),
        ({"answer": "No, you can't cash it."}, "You can't cash it."),
        ({"answer": "Yes, you can cash it.", "short_answer": "Yes"}, "Yes. You can cash it, but not on Sundays."),
        (
            {"answer": "An agent cannot: make gifts from it;"},
            "An agent cannot:\n- make gifts from it;\n- appoint another.",
        ),
        (
            {"answer": "You can avoid paying interest on purchases if you pay your balance in full each month."},
            "If you do not pay your balance in full each month, you pay interest on purchases from the day of each.",
        ),
        ({"answer": "The debit was sent twice"}, "The debit was sent twice: it was not meant for a consumer."),
    ],
)
def test_what_is_right_whatever_its_form(asked: dict[str, Any], text: str) -> None:
    assert cause(asked, said(text)) is None


def test_a_value_that_is_named_is_the_figure_whatever_row_is_quoted_below_it() -> None:
    right = Value(text="€40", what="Platinum credit card, Additional card (EUR a year)")
    other = Value(text="€96", what="Platinum credit card, Main card (EUR a year)")
    assert cause(PLATINUM, said(TABLE, value=right)) is None
    assert cause(PLATINUM, said(TABLE, value=other)) == "wrong number"


def fee_of(card: str, fee: str, figure: str = "60") -> dict[str, Any]:
    return {"answer": f"{card} | {figure}", "short_answer": figure, "labels": (card, f"{fee} (EUR)")}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (fee_of("Gold", "Annual fee"), "The annual fee is EUR 30 for Gold and EUR 60 for Classic."),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Classic card is EUR 60 and Gold is EUR 30."),
        (fee_of("Gold", "Annual fee"), "The late fee of the Gold card is EUR 60; the annual fee is EUR 12."),
        (fee_of("Gold", "Annual fee"), "The late fee of the Gold card is EUR 60, the annual fee EUR 12."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee of EUR 30 and a late fee of EUR 60."),
        (fee_of("Gold", "Annual fee"), "For Gold the annual fee is EUR 30, and the late fee of Gold EUR 60."),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Gold card is not EUR 60 but EUR 70."),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Gold card isn't EUR 60."),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Gold card is EUR 70 instead of EUR 60."),
        (fee_of("Gold", "Annual fee"), "The Gold card costs EUR 60 a month."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee of EUR 30. For Classic it is EUR 60."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee. The late fee is EUR 60."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee of EUR 30. It has a late fee of EUR 60."),
        (fee_of("Gold", "Annual fee"), "Annual fees in EUR:\n- 30 for Gold and 60 for Classic"),
        ({"answer": "A lost card is replaced for EUR 12."}, "A lost card is replaced for EUR 15 rather than EUR 12."),
    ],
)
def test_a_figure_that_a_sentence_says_of_something_else(asked: dict[str, Any], text: str) -> None:
    assert cause(asked, said(text)) in ("wrong number", "contrary")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (fee_of("Classic", "Annual fee"), "The annual fee is EUR 30 for Gold and EUR 60 for Classic."),
        (fee_of("Gold", "Annual fee", "30"), "The annual fee is EUR 30 for Gold and EUR 60 for Classic."),
        (fee_of("Gold", "Annual fee", "30"), "The annual fee is EUR 30 for Gold, Silver and Blue and EUR 60 for Red."),
        (fee_of("Blue", "Annual fee"), "The annual fee is EUR 30 for Gold, and for Silver and Blue EUR 60."),
        (fee_of("Gold", "Annual fee"), "The late fee of the Gold card is EUR 9; the annual fee of Gold is EUR 60."),
        (fee_of("Gold", "Annual fee", "70"), "The annual fee of the Gold card is not EUR 60 but EUR 70."),
        (fee_of("Gold", "Late fee"), "The Gold card has an annual fee of EUR 30 and a late fee of EUR 60."),
        (fee_of("Gold", "Annual fee"), "Annual fees:\n- Gold: EUR 60, from May on EUR 70"),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Gold card rises from EUR 50 to EUR 60."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee. It is EUR 60."),
        (fee_of("Gold", "Annual fee"), "The Gold card has an annual fee. It is due in May. It is EUR 60."),
        ({"answer": "The fee rises from EUR 5 to EUR 9."}, "The fee is raised from EUR 5 to EUR 9, and rises."),
        (fee_of("Gold", "Annual fee", "EUR 60, or EUR 5 a month"), "Gold: annual fee EUR 60, or EUR 5 a month."),
        (fee_of("Gold", "Annual fee"), "The annual fee of the Gold card is not more than EUR 60."),
        (
            {"answer": "Income | 1,200", "short_answer": "1,200", "labels": ("Income", "2025")},
            "Income was 1,200 in 2025 and 1,100 in 2024.",
        ),
        (fee_of("Gold", "Annual fee"), "The Gold card costs EUR 60 a year."),
        (fee_of("Gold", "Annual fee"), "For Gold you pay EUR 60 per year, for Classic EUR 30."),
        ({"answer": "A lost card does not cost EUR 12."}, "A lost card does not cost EUR 12."),
    ],
)
def test_a_figure_that_a_sentence_says_of_what_is_asked(asked: dict[str, Any], text: str) -> None:
    assert cause(asked, said(text)) is None


INCOME: dict[str, Any] = {
    "answer": "Net income (EUR million) | 1,200 | 1,100",
    "short_answer": "1,200",
    "labels": ("Net income (EUR million)", "2025"),
}


@pytest.mark.parametrize("short", ["1,200", "1,200 million", "EUR 1,200 million"])
@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("Net income in 2025 was EUR 1,200 million.", None, None),
        ("Net income in 2025 was EUR 1,200.", None, "wrong number"),
        ("Item | 2025 | 2024\nNet income (EUR million) | 1,200 | 1,100", None, None),
        ("Item | 2025 | 2024\nNet income (EUR million) | 1,200 | 1,100", "€1,200 million", None),
        ("Item | 2025 | 2024\nNet income (EUR million) | 1,200 | 1,100", "€1,200", "wrong number"),
    ],
)
def test_a_figure_asked_for_has_the_scale_of_its_label(
    short: str, text: str, value: str | None, expected: str | None
) -> None:
    named = Value(text=value, what="Net income (EUR million), 2025") if value else None
    assert cause(INCOME | {"short_answer": short}, said(text, value=named)) == expected


def test_a_figure_counts_only_where_it_is_cited_from_a_right_place() -> None:
    about, elsewhere = "A lost card is replaced.", "A stolen card is replaced for EUR 12."
    cited = [
        citation(about),
        citation(elsewhere, document="other.md").model_copy(
            update={"answer_start": len(about) + 1, "answer_end": len(about) + 1 + len(elsewhere)}
        ),
    ]
    given = answer(f"{about}\n{elsewhere}", citations=cited, sources=[passage(about), passage(elsewhere)])
    assert cause({"answer": "A lost card is replaced for EUR 12."}, given) == "incomplete"


def test_of_a_long_gold_answer_without_a_short_one_its_first_sentences_are_asked_for() -> None:
    first = "No, the fee is EUR 12, and Harbour Gold costs more than that."
    long = f"{first} {'It is due in May, as is another thing that is said here. ' * 20}In the end it is EUR 99."
    assert asked_for(gold(answer=long)).startswith(first)
    assert count_words(asked_for(gold(answer=long))) <= 60
    assert [float(each.value) for each in figures_asked(gold(answer=long))] == [12]
    assert set(names_asked(gold(answer=long))) >= {"harbour", "gold"}
    assert asked_for(gold(answer=long, short_answer="EUR 99")) == "EUR 99"


def test_words_of_lists_count_unless_the_gold_answer_is_one() -> None:
    items = "\n".join(f"- item {at} of the list" for at in range(20))
    assert is_buried(f"You need:\n{items}", "You need an item.")
    assert not is_buried(f"You need:\n{items}", "You need:\n- an item\n- another")
    assert not is_buried("word " * 60, "one")
    assert is_buried("word " * 61, "one")
    assert not is_buried("word " * 61, "word " * 21)


def test_the_share_of_figures_given_is_that_beside_their_labels() -> None:
    made = record(gold=gold(**PLATINUM), answer=said(TABLE.replace("| 96 | 40", "| 40 | 96")))
    assert scored(made, Judge(made.gold.evidence, places())).scores["number.match"] == 0
    made = record(gold=gold(**PLATINUM), answer=said(TABLE))
    scores = scored(made, Judge(made.gold.evidence, places())).scores
    assert scores["number.match"] == 1
    assert scores["answer.words"] == count_words(TABLE)


def test_an_answer_that_no_gold_answer_can_be_held_against_is_not_called_right() -> None:
    for values in ({"support_rating": 2}, {"answer": ""}):
        made = record(gold=gold(**values))
        assert "answer.right" not in scored(made, Judge(made.gold.evidence, places())).scores


@pytest.mark.parametrize("status", ["clarify", "small_talk", "unheard of"])
@pytest.mark.parametrize("readings", [(), ("a credit card", "a debit card")])
@pytest.mark.parametrize("answerable", [True, False])
def test_a_status_that_is_not_known_is_right_only_where_asking_back_is(
    status: str, readings: tuple[str, ...], answerable: bool
) -> None:
    from eval.runs.record import Record

    about = gold(readings=readings, answerable_in_corpus=answerable)
    read = record(gold=about).model_dump(mode="json")
    read["answer"] |= {"status": status, "mode": "calculated", "citations": [], "answer": "Which card do you mean?"}
    made = Record.model_validate(read)
    assert Record.model_validate_json(made.model_dump_json()) == made
    right = status == "clarify" and bool(readings)
    assert failure(made, Judge(made.gold.evidence, places())) is (None if right else Failure.OTHER_OUTCOME)
    scores = scored(made, Judge(made.gold.evidence, places())).scores
    assert scores["answer.right"] == right
    assert scores.get("answer.answered", 0) == 0


def test_a_figure_with_the_other_sign_is_no_exact_match() -> None:
    asked = gold(answer="-6850 thousand", short_answer="-6850 thousand")
    text = "It rose by 6,850 thousand."
    for value, exact in (("6,850 thousand", 0), ("-6,850 thousand", 1)):
        made = record(gold=asked, answer=said(text, value=Value(text=value, what="Expenses, 2019")))
        assert scored(made, Judge(made.gold.evidence, places())).scores["answer.exact_match"] == exact

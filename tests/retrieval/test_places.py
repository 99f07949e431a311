"""Numbers as documents write them: what bears one, what only refers to it, and how far its text goes."""

from __future__ import annotations

import pytest

from corpus.outline import Line
from retrieval.extents import Doubtful, extents
from retrieval.numbered import asked_place


def lines_of(text: str) -> list[Line]:
    """The lines of a text in which "#" marks headings, deeper by each."""
    lines: list[Line] = []
    path: list[str] = ["Rules"]
    start = 0
    for each in text.split("\n"):
        level = len(each) - len(each.lstrip("#"))
        words = each.lstrip("# ")
        if level:
            path = [*path[:level], words]
        if each:
            under = () if level else tuple(path)
            lines.append(Line(1, start, words, None if level else 1, under))
        start += len(each) + 1
    return lines


def found(question: str, text: str) -> list[str]:
    asked = asked_place(question)
    assert asked is not None
    places = extents(lines_of(text), asked.steps)
    return ["\n".join([*(line.text for line in place.lines), *["…"] * place.goes_on]) for place in places]


@pytest.mark.parametrize(
    ("question", "text", "place"),
    [
        (
            "What does clause 2.2 say?",
            "2.1 One.\n\n2.2 Two.\n\n2.2.1 More.\n\nStill.\n\n2.3 Three.",
            "2.2 Two.\n2.2.1 More.\nStill.",
        ),
        ("What does clause 2.2 say?", "2.2 Two:\n\n1. a\n2. b\n3. c\n\n2.3 Three.", "2.2 Two:\n1. a\n2. b\n3. c"),
        ("What does clause 2.2 say?", "2.2 Two.\n\n3. Three.\n\n3.1 One.", "2.2 Two."),
        ("What does clause 2.2 say?", "2.2 Two ...... 14\n\n2.3 Three ...... 15\n\n# 2. Fees\n2.2 Two.", "2.2 Two."),
        ("What does clause 2.2 say?", "2.2 % of it.\n\n2.2 million.\n\n2.2.2026 it was.\n\n2.2 Two.", "2.2 Two."),
        ("What does clause 5a say?", "5. Five.\n\n5a. More.\n\n6. Six.", "5a. More."),
        ("What does clause 5 say?", "5. Five.\n\n5a. More.\n\n6. Six.", "5. Five."),
        (
            "What does section 4(b)(ii) say?",
            "# 3 Use\n# 4 Fees\n(a) A.\n(b) B:\n(i) one\n(ii) two\n(iii) three\n(c) C.",
            "(ii) two",
        ),
        (
            "What does section 4(b) say?",
            "# 3 Use\n# 4 Fees\n(a) A.\n(b) B:\n(i) one\n(ii) two\n(c) C.",
            "(b) B:\n(i) one\n(ii) two",
        ),
        ("What does point (c) say?", "(a) A.\n(b) B.\n(c) C.\n\nSomething else.", "(c) C.\n…"),
        ("What does clause 2 say?", "1. You must not:\n(a) lend it;\n(b) tell it.\n2. We do.\n3. Fees.", "2. We do."),
        (
            "What does clause 1 say?",
            "1. You must not:\n(a) lend it;\n(b) tell it.\n2. We do.",
            "1. You must not:\n(a) lend it;\n(b) tell it.",
        ),
        ("What does clause 2.2 say?", "ARTICLE 2 FEES\n2.1 A.\n2.2 B.\nARTICLE 3 LIABILITY\nWe are.", "2.2 B."),
        ("What does clause 2.2 say?", "2.1 A.\n2.2 B.\n3 Liability\nWe are.\n4 Law\nAustrian.", "2.2 B."),
        ("What does clause 2.2 say?", "2.1 A.\n2.2 B.\nThis is signed by both.\nVienna, 1 May 2026", "2.2 B.\n…"),
        ("What does clause 2.2 say?", "2.2 B.\nLiability\nWe are.\n2.3 C.", "2.2 B.\n…"),
        (
            "What does clause 2.2 say?",
            "2.2 B.\nClause 2.2 (Cash) does not apply.\n2.3 C.",
            "2.2 B.\nClause 2.2 (Cash) does not apply.",
        ),
        ("What does clause 2.2 say?", "# Fees\n2.2 B.\n# Other\nClause 2.2 (Cash) does not apply.", "2.2 B."),
        ("What does section 4 say?", "# Section 4 does not apply to students\n4. A fee.\n5. More.", "4. A fee."),
        (
            "What does clause 2.2 say?",
            "2.2 Costs:\n- 0.5 % of it;\n- 1.0 % of it.\nStudents pay nothing.",
            "2.2 Costs:\n- 0.5 % of it;\n- 1.0 % of it.\n…",
        ),
        (
            "What does clause 2.2 say?",
            "2.2 Costs:\n- 0.5 % of it;\n- 1.0 % of it.\nStudents pay nothing.\n2.3 More.",
            "2.2 Costs:\n- 0.5 % of it;\n- 1.0 % of it.\nStudents pay nothing.",
        ),
        (
            "What does clause 2.2 say?",
            "2.2 A sum is due.\n5.0 % a year is due.\n01.01.2026 is the day.\n2.3 C.",
            "2.2 A sum is due.\n5.0 % a year is due.\n01.01.2026 is the day.",
        ),
        ("What does clause 3 say?", "3. A fee.\n1.5 times the fee.\n4. C.", "3. A fee.\n1.5 times the fee."),
        (
            "What does point (c) say?",
            "(c) one of these:\n(1) a payslip\n(2) a letter\n(d) no.",
            "(c) one of these:\n(1) a payslip\n(2) a letter",
        ),
        ("What does point a) say?", "a) one:\n1. this\n2. that\nb) no.", "a) one:\n1. this\n2. that"),
        ("What does point (g) say?", "(g) two.\n(h) three.\n(i) four.\n(j) five.", "(g) two."),
        ("What does point (h) say?", "(h) three.\n(i) four.\n(j) five.", "(h) three."),
        (
            "What does point (h) say?",
            "(h) a pension and:\n(i) proof\n(ii) a letter\n(j) no.",
            "(h) a pension and:\n(i) proof\n(ii) a letter\n…",
        ),
        ("What does clause 3 say?", "2. B.\n3. Governing law\nAustrian law applies.", "3. Governing law\n…"),
        ("What does article 5 say?", "Article 5\nWe keep data for a year.", "Article 5\n…"),
        ("What does clause 2 say?", "1. A.\n2. You may end it.\nAt once.\n# More\nM.", "2. You may end it.\n…"),
        (
            "What does section 2 say?",
            "# 2 Fees\n## 2.1 Cash\nNone.\n## 2.2 Transfers\nNone.\n## 2.3 Cards\nSome.",
            "2 Fees\n2.1 Cash\nNone.\n2.2 Transfers\nNone.\n2.3 Cards\nSome.",
        ),
        ("What does clause 2.2 say?", "• 2.2 Cash costs it.\n• 2.3 More.", "• 2.2 Cash costs it."),
        ("What does clause 2.2 say?", "# 2.2 Cash\nNo fee.\nARTICLE 3 LAW\nAustrian.", "2.2 Cash\nNo fee."),
        (
            "What does article 5 say?",
            "Article 4.\n\nFour.\n\nArticle 5.\n\nFive.\n\nArticle 6.\n\nSix.",
            "Article 5.\nFive.",
        ),
        (
            "What does paragraph 2 of article 5 say?",
            "# Article 5 Fees\n1. One.\n2. Two.\n# Article 6\n2. No.",
            "2. Two.",
        ),
        (
            "What does section 2 say?",
            "# 2 Fees\n## 2.1 Cards\nCards.\n## 2.2 Loans\nLoans.\n# 3 Ends\nEnd.",
            "2 Fees\n2.1 Cards\nCards.\n2.2 Loans\nLoans.",
        ),
        (
            "What does section 2 say?",
            "# 2 Fees\nAll.\n# 2.1 Cards\nCards.\n# 3 Ends\nEnd.",
            "2 Fees\nAll.\n2.1 Cards\nCards.",
        ),
        ("What does section 3 say?", "# Section 3: Fees\nFees.\n# Steps\n3. Third.", "Section 3: Fees\nFees."),
        ("What does § 12.3(d) say?", "# § 12.3 Limits.\n(c) C.\n(d) D.\n# § 12.4 Others\n(d) No.", "(d) D."),
        ("What does section 1 say?", "# 1 Access\n## 1.1 Cards\nCards.\n# 2 Ends\nEnd.", "1 Access\n1.1 Cards\nCards."),
    ],
)
def test_a_place_goes_as_far_as_its_number(question: str, text: str, place: str) -> None:
    assert found(question, text) == [place]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does clause 1.2 say?", "2.3 Clause 1.2 applies to heirs.\n\nClause 1.2 applies as well."),
        ("What does annex 3 say?", "# 3. Fees\nFees.\n# Schedule 3\nThree."),
        ("What does article 5 say?", "# 5. Complaints\nWrite."),
        ("What does section 3 say?", "3 banks have it.\n\nSection 30: no.\n\n# 3.1 Fees\nFees."),
        ("What does section 8 say?", "# 8. Reserved\n# 9. Fees\nFees."),
        ("What does clause 2 say?", "2 | Two | Three"),
        ("What does section 5 say?", "# 5 reasons to save\nMany.\n# More reasons\nMore."),
        ("What does section A say?", "# A new account\nOpen it.\n# The old account\nClose it."),
        ("What does section 4(c) say?", "# 4 Fees\n(a) A.\n(b) B.\n# 5 Ends\n(c) C."),
        ("What does clause 2.2 say?", "2.1 A.\n\nClause 2.2 (Cash) does not apply to students."),
        ("What does article 6 say?", "Article 6 (1) of the GDPR is the basis for this."),
        ("What does section 4 say?", "# Section 4 does not apply to students\nThey pay."),
        ("What does section 4 say?", "# Section 4 (Fees) does not apply to students\nThey pay."),
        ("What does section 5 say?", "# 4 Fees\nSome.\n# 5 reasons to save\nMany."),
        ("What does section 8 say?", "# 8 Hours to Vienna\nBy train."),
        ("What does clause 2.2 say?", "2.2 Cash 4\n2.3 Cards 5\n2.4 Loans 7"),
        ("What does clause 2.2(b) say?", "2.2 We may (a) raise fees, (b) close it."),
        ("What does section 4(2) say?", "# 3 Use\n# 4 Fees\n(a) A:\n(1) one\n(2) two\n(b) B."),
    ],
)
def test_what_only_refers_to_a_number_or_counts_does_not_bear_it(question: str, text: str) -> None:
    assert found(question, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "2.2 | A withdrawal costs it.",
        "2.2 the customer must pay.",
        "2.1 All of it. 2.2 A withdrawal costs it.",
        "# Fees\n2.2 A fee.\n# More\n2.2 | A withdrawal costs it.",
        "2.2 A fee. 2.3 Another fee.",
    ],
)
def test_a_number_that_may_bear_a_place_is_doubtful(text: str) -> None:
    with pytest.raises(Doubtful):
        found("What does clause 2.2 say?", text)


def test_what_introduces_a_list_is_right_above_it() -> None:
    asked = asked_place("What does point (b) say?")
    assert asked is not None
    [of_list] = extents(lines_of("(1) X:\n(2) Y.\nYou need:\n(a) one\n(i) of it\n(b) two"), asked.steps)
    assert of_list.above
    assert of_list.above.text == "You need:"
    [of_another] = extents(lines_of("You need:\n(1) X.\nSend it.\n(a) one\n(b) two"), asked.steps)
    assert of_another.above is None


def test_each_place_that_bears_a_number_is_found() -> None:
    assert found("What does clause 6.1 say?", "# Part A\n6.1 A.\n# Part B\n6.1 B.") == ["6.1 A.", "6.1 B."]
    assert found("What does clause 6.1 of Part B say?", "# Part A\n6.1 A.\n# Part B\n6.1 B.") == ["6.1 B."]


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("What does point (c) of Annex II say?", [("annex", "II"), ("point", "c")]),
        ("What does section 4(2)(a) of the rules say?", [("section", "4"), ("", "2"), ("", "a")]),
        ("What is in section 4, paragraph 2?", [("section", "4"), ("paragraph", "2")]),
        ("§ 12?", [("section", "12")]),
        ("Could you please show me the exact wording of Article 5a?", [("article", "5a")]),
        ("How does clause 2.2 read?", [("clause", "2.2")]),
        ("What is said in Appendix B?", [("appendix", "B")]),
    ],
)
def test_what_a_question_names_is_understood(question: str, steps: list[tuple[str, str]]) -> None:
    asked = asked_place(question)
    assert asked is not None
    assert [(step.kind, step.label) for step in asked.steps] == steps


@pytest.mark.parametrize(
    "question",
    [
        "What is prohibited by the restriction in clause 2.2?",
        "How long is the notice under clause 3.1?",
        "Does clause 2.2 forbid weapons?",
        "What conditions apply to boxes?",
        "What do clauses 2.1 and 2.2 say?",
        "What does clause 2.1 and 2.2 say?",
        "What does clause 2.1 and clause 2.2 say?",
        "What part 1 of 3 people pay?",
        "What is the fee for 2 items?",
        "What does point (²) say?",
    ],
)
def test_what_asks_for_something_else_is_searched_for(question: str) -> None:
    assert asked_place(question) is None

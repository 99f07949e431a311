"""Numbers as documents write them: what bears one, what only refers to it, and how far its text goes."""

from __future__ import annotations

import pytest

from corpus.outline import Line
from retrieval.numbered import asked_place
from retrieval.places import extents


def lines_of(text: str) -> list[Line]:
    """The lines of a text in which "#" marks headings, deeper by each."""
    lines: list[Line] = []
    path: list[str] = ["Rules"]
    start, above = 0, ""
    for each in text.split("\n"):
        level = len(each) - len(each.lstrip("#"))
        words = each.lstrip("# ")
        if level:
            path = [*path[:level], words]
        if each:
            under = () if level else tuple(path)
            lines.append(Line(1, start, words, None if level else 1, under, not above))
        start, above = start + len(each) + 1, each
    return lines


def found(question: str, text: str) -> list[str]:
    asked = asked_place(question)
    assert asked is not None
    return ["\n".join(line.text for line in place) for place in extents(lines_of(text), asked.steps)]


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
        ("What does point (c) say?", "(a) A.\n(b) B.\n(c) C.\n\nSomething else.", "(c) C."),
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
    ],
)
def test_what_only_refers_to_a_number_or_counts_does_not_bear_it(question: str, text: str) -> None:
    assert found(question, text) == []


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
        ("What is said in Appendix B about fees?", [("appendix", "B")]),
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

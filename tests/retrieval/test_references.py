"""What a question names is found in headings, as whole words."""

from __future__ import annotations

import pytest

from retrieval.references import named, phrase, references


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Is a trust a company for purposes of Regulation W?", ["regulation w"]),
        ("What does 12 CFR 1005.11(c)(2) say?", ["1005", "1005 11", "1005 11 c", "1005 11 c 2"]),
        ("See section 223.31(d) of Regulation W.", ["regulation w", "223", "223 31", "223 31 d"]),
        ("the rules of 12 CFR part 208", ["208"]),
        ("§ 223.42 and § 223.42(a)", ["223", "223 42", "223 42 a"]),
        ("the valuation rule in 223.31", ["223", "223 31"]),
        ("What is fee code K-114?", ["k 114"]),
        ("the form FR Y-14Q, and TM-G-1", ["y 14q", "tm g 1"]),
        ("Does the regulation apply to a bank with 250 employees, for 2.5 years, in 1974?", []),
        ("A regulation I know: well-known, e-mail, 3-month", []),
    ],
)
def test_what_is_named(question: str, found: list[str]) -> None:
    assert references(question) == [phrase(each) for each in found]


def test_a_heading_has_as_many_of_them_as_stand_in_it_as_whole_words() -> None:
    wanted = references("12 CFR 1005.11(c)(2) of Regulation E")
    assert len(wanted) == 5
    assert named("12 CFR 1005, Regulation E > § 1005.11 Errors > 1005.11(c)(2)(i)", wanted) == 5
    assert named("12 CFR 1005, Regulation E > § 1005.11 Errors > 1005.11(d)", wanted) == 3
    assert named("12 CFR 1005, Regulation E > § 1005.110", wanted) == 2
    assert named("Regulation EE > 21005.11", wanted) == 0

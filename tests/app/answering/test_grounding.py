"""A citation supports its sentence, and is verbatim."""

from __future__ import annotations

import pytest

from app.answering.grounding import best_support
from corpus.passage_store import PassageRecord


def passage(text: str, heading: str = "Card fees > Abroad", context: str = "") -> PassageRecord:
    return PassageRecord(1, "fees.md", "Card fees", 1, None, None, None, heading, 0, len(text), context, text)


FEES = passage("Cash abroad costs 2.25% of the amount. The least is EUR 3.50. Report errors within 10 business days.")


def quote(sentence: str, *passages: PassageRecord) -> str | None:
    support = best_support(sentence, passages, min_support=0.6)
    return support.span.of(support.passage.text) if support and support.agrees else None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Cash abroad costs 2.25% of the amount.", "Cash abroad costs 2.25% of the amount."),
        ("Taking cash abroad costs 2.25% of the amount", "Cash abroad costs 2.25% of the amount."),
        ("Report errors within 14 business days.", None),
        ("Cash abroad costs nothing at any time of the day.", None),
        ("Abroad cash costs 2.25% of the amount and the least is EUR 3.50.",
         "Cash abroad costs 2.25% of the amount. The least is EUR 3.50."),
        ("...", None),
        ("Cash abroad never costs 2.25% of the amount.", None),
        ("The least is USD 3.50.", None),
        ("The least is 3.50 euros.", "The least is EUR 3.50."),
        ("Report errors within ten business days.", "Report errors within 10 business days."),
        ("Report errors within ten days.", None),
        ("Report errors within 10 calendar days.", None),
    ],
)  # fmt: skip
def test_a_sentence_is_cited_where_its_words_and_numbers_stand(sentence: str, expected: str | None) -> None:
    assert quote(sentence, FEES) == expected


def test_a_thousand_is_the_same_number_with_and_without_a_comma() -> None:
    assert quote("The limit is 1000 euros.", passage("The limit is 1,000 euros.")) == "The limit is 1,000 euros."


def test_a_wrong_number_does_not_find_its_like_in_the_next_sentence() -> None:
    source = passage("We keep proof of each report for 18 months. Report a payment within 13 months.")
    assert quote("We keep proof of each report for 13 months.", source) is None
    assert quote("We keep proof of each report for 18 months.", source) == "We keep proof of each report for 18 months."


def test_leave_to_cancel_is_not_read_out_of_a_ban() -> None:
    ban = passage("You can't cancel the policy after 14 days.")
    assert quote("You can cancel the policy after 14 days.", ban) is None
    assert quote("You cannot cancel the policy after 14 days.", ban) == "You can't cancel the policy after 14 days."


def test_the_first_of_equal_sources_is_cited() -> None:
    first, second = passage("You pay EUR 5 a year."), passage("You pay EUR 5 a year.", heading="Other")
    support = best_support("You pay EUR 5 a year.", [first, second], 0.6)
    assert support is not None
    assert support.passage is first


def test_a_row_is_understood_with_its_header() -> None:
    rows = passage("Gold | 60\nPlatinum | 84", context="Card | EUR a year")
    assert quote("Platinum | 84", rows) == "Platinum | 84"


def test_what_contradicts_its_source_is_told_from_what_has_none() -> None:
    support = best_support("Report errors within 14 business days.", [FEES], 0.6)
    assert support is not None
    assert (support.agrees, support.span.of(FEES.text)) == (False, "Report errors within 10 business days.")
    assert best_support("Bananas are yellow on most days.", [FEES], 0.6) is None


def test_a_time_may_stand_in_the_heading_of_a_tables_column() -> None:
    rows = passage("Basic | 30", context="Account | Notice in days")
    assert quote("Basic: 30 days", rows) == "Basic | 30"
    assert quote("Basic: 30 months", rows) is None

"""Words of one family have one stem, and words that only begin alike have different ones."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.stems import close_stem, stem, stems

FAMILIES = [
    "cancel cancels cancelled canceled cancelling cancellation",
    "fee fees",
    "apply applies applied applying",
    "application applications applicant",
    "policy policies",
    "police policing",
    "internal internally",
    "interest interests interested",
    "general generally",
    "generous generously",
    "pay pays paid paying",
    "withdraw withdrew withdrawn withdrawal withdrawals",
    "insure insured insurer insurance",
    "charge charges charged charging",
    "eligible eligibility",
    "authorise authorised authorisation authorize authorized authorization",
    "recognise recognised recognize recognized",
    "capitalise capitalised capitalize",
    "university universities",
    "month months monthly",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_words_of_a_family_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_no_two_families_have_the_same_stem() -> None:
    for one, other in combinations(FAMILIES, 2):
        assert stem(one.split()[0]) != stem(other.split()[0])


def test_words_that_begin_alike_differ() -> None:
    for alike in ("interest internal international internet", "policy police", "state statement station", "debit debt"):
        found = [stem(word) for word in alike.split()]
        assert len(set(found)) == len(found)


def test_what_the_stemmer_does_not_know() -> None:
    # It goes by endings: words with another vowel or another origin aren't found to belong together ...
    for one, other in (("lose", "lost"), ("apply", "application"), ("pay", "payment"), ("cheque", "check")):
        assert stem(one) != stem(other)
    # ... and some are that don't. Where that would matter, close stems keep these apart.
    for one, other in (("account", "accountant"), ("received", "receivable"), ("custom", "customer")):
        assert stem(one) == stem(other)
        assert close_stem(one) != close_stem(other)


def test_close_stems_are_of_one_thing() -> None:
    for alike in ("fee fees", "transfer transferred transfers", "withdraw withdrawal", "receivable receivables"):
        assert len({close_stem(word) for word in alike.split()}) == 1
    for alike in (
        "invest investor investment",
        "product production",
        "deduct deductible deduction",
        "liquid liquidity",
        "issued issuer issuance",
        "capital capitalisation",
        "employer employee employed",
        "insured insurer insurance",
        "secured security",
    ):
        found = [close_stem(word) for word in alike.split()]
        assert len(set(found)) == len(found), found


def test_numbers_and_words_of_other_languages_are_kept() -> None:
    assert stems("2026 1st FY22 1000") == ["2026", "1st", "fy22", "1000"]
    assert stems("Abhebung Ausland口座 größe") == ["abhebung", "ausland口座", "größe"]


def test_stop_words_have_no_stems() -> None:
    assert stems("What does the customer's card cost, and can't it be free?") == ["custom", "card", "cost", "free"]


@given(st.text(max_size=15))
def test_close_words_are_of_one_family(word: str) -> None:
    assert close_stem(word).startswith(stem(word))


def test_threads_do_not_disturb_each_other() -> None:
    parts = "bank", "confirm", "deposit", "withdraw", "transfer", "credit", "mortgag"
    made = [
        f"{one}{other}{end}" for one in parts for other in parts for end in ("ings", "ations", "ed", "fulness", "able")
    ]
    alone = {word: stem(word) for word in made}
    stem.cache_clear()
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(1e-6)
        with ThreadPoolExecutor(8) as pool:
            assert dict(zip(made, pool.map(stem, made), strict=True)) == alone
    finally:
        sys.setswitchinterval(before)

"""Hits of one section become one; what says the same is found once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.service import Citewell
from corpus.passage_store import PassageRecord
from retrieval.collapse import Found, collapse, grow
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever


def passage(number: int, section: str = "Fees", text: str = "") -> PassageRecord:
    start = 100 * number
    text = text or f"passage {number} has words of its own: " + " ".join(f"w{number}x{n}" for n in range(8))
    return PassageRecord(number, "a.md", "A", 1, None, None, None, section, start, start + len(text), "", text)


def scored(passages: list[PassageRecord]) -> list[tuple[PassageRecord, float]]:
    return [(each, 1 - 0.01 * rank) for rank, each in enumerate(passages)]


sections = st.lists(st.integers(0, 3), min_size=1, max_size=12)


@given(sections, st.integers(1, 5), st.integers(50, 900))
def test_every_section_stands_once_at_the_place_of_its_best(of: list[int], k: int, widest: int) -> None:
    ranked = [passage(number, f"section {section}") for number, section in enumerate(of)]
    found = collapse(scored(ranked), k, widest, 0.05)
    first_seen = list(dict.fromkeys(each.heading for each in ranked))[:k]
    assert [each.passage.heading for each in found] == first_seen
    for each in found:
        assert each.passage == next(other for other in ranked if other.heading == each.passage.heading)
        assert each.start <= each.passage.start < each.passage.end <= each.end
        assert each.end - each.start <= max(widest, len(each.passage.text))


def test_a_hit_is_widened_to_the_others_of_its_section_and_no_further() -> None:
    [found] = collapse(scored([passage(4), passage(3), passage(9)]), 1, 250, 0.05)
    assert (found.start, found.end) == (300, passage(4).end)
    assert found.is_wider


def test_sections_of_two_pages_or_versions_stay_apart() -> None:
    one = passage(1)
    others = [replace(passage(2), page=2), replace(passage(3), version=2), replace(passage(4), document="b.md")]
    assert len(collapse(scored([one, *others]), 9, 9999, 0.05)) == 4


def test_the_next_page_of_a_section_comes_later_than_other_sections() -> None:
    ranked = [replace(passage(n, section), page=page) for n, section, page in ((1, "A", 3), (2, "A", 4), (3, "B", 3))]
    assert [found.passage.id for found in collapse(scored(ranked), 9, 9999, 0.05)] == [1, 3, 2]
    assert [found.passage.id for found in collapse(scored(ranked), 9, 9999, 0.001)] == [1, 2, 3]
    # What comes later is not dropped, and is taken where there is room.
    assert [found.passage.id for found in collapse(scored(ranked[:2]), 9, 9999, 0.05)] == [1, 2]
    far = [ranked[0], replace(ranked[1], page=5), ranked[2]]
    assert [found.passage.id for found in collapse(scored(far), 9, 9999, 0.05)] == [1, 2, 3]


def test_the_same_text_is_found_once_unless_a_number_or_the_heading_differs() -> None:
    words = "A card costs 5 euros a year, to be paid in January of each year by the holder of its account."
    same = passage(2, "Cards", words.upper())
    dearer = passage(3, "Cards", words.replace("5", "6"))
    another = passage(4, "Fees of accounts for young people > Cards", words)
    ranked = [passage(1, "Cards", words), *(replace(each, document="b.md") for each in (same, dearer, another))]
    dearer_elsewhere = replace(ranked[2], document="c.md")
    found = collapse(scored([*ranked[:2], dearer_elsewhere, ranked[3]]), 9, 9999, 0.05)
    assert [each.passage.id for each in found] == [1, 3, 4]


@given(st.integers(0, 5), st.integers(0, 5), st.integers(1, 400))
def test_a_hit_grows_to_what_of_its_section_there_is_room_for(at: int, last: int, widest: int) -> None:
    section = [(100 * number, 100 * number + 90) for number in range(6)]
    found = Found(passage(at), 100 * at, 100 * max(at, last) + 90)
    before = found.start, found.end
    grow(found, section, widest)
    assert found.start <= before[0] < before[1] <= found.end
    assert found.end - found.start <= max(widest, before[1] - before[0])
    assert {found.start, found.end - 90} <= {start for start, _ in section}
    # Neither the passage before nor the one after would have gone in.
    assert found.start == 0 or found.end - found.start + 100 > widest
    assert found.end == 590 or found.end - found.start + 100 > widest


def test_a_hit_may_be_its_whole_section(either: Citewell, tmp_path: Path) -> None:
    topics = ["cards", "loans", "transfers", "cheques", "savings", "mortgages"]
    told = "\n\n".join(f"On {topic}: " + f"The rules of {topic} say much on {topic}. " * 20 for topic in topics)
    (tmp_path / "rules.md").write_text(f"# Rules\n\n## Products\n\n{told}\n\n## Others\n\nNothing else.\n")
    either.ingest([tmp_path], "default")
    question = either.question("What do the rules say on cheques?")
    texts = []
    for whole in (False, True):
        recipe = Recipe(whole_sections=whole, widest=10**6, candidates=1, lexical_weight=0)
        retriever = Retriever(either.database, either.models.embedder, either.index, recipe)
        [hit] = retriever.search(replace(question.query, k=1))
        texts.append(hit.passage.text)
    assert "On cheques" in texts[0]
    assert "On cards" not in texts[0]
    assert texts[0] in texts[1]
    assert all(f"On {topic}" in texts[1] for topic in topics)
    assert "Nothing else" not in texts[1]


def test_a_widened_hit_is_its_pages_text(service: Citewell) -> None:
    wide = [
        hit.passage
        for question in ("card fees abroad", "transfer limits", "dormant account", "mortgage early repayment")
        for hit in service.search(service.question(question, k=10))
    ]
    assert any(len(hit.text) > 1000 or "\n" in hit.text for hit in wide)
    assert all(len(hit.text) == hit.end - hit.start for hit in wide)

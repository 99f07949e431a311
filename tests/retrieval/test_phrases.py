"""What a question and a passage say in the same words counts, one pair of words at a time."""

from __future__ import annotations

from dataclasses import replace

from app.service import Citewell
from retrieval.phrases import pairs, shared
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever


def test_pairs_are_of_neighbouring_telling_words_by_their_stems() -> None:
    assert pairs("The cancellation of a standing order") == {("cancel", "stand"), ("stand", "order")}
    assert pairs("within 10 days") == {("within", "10"), ("10", "day")}
    assert pairs("fee") == pairs("") == frozenset()


def test_a_pair_is_shared_once_wherever_it_stands() -> None:
    wanted = pairs("How is a standing order cancelled?")
    assert wanted == {("stand", "order"), ("order", "cancel")}
    assert shared(wanted, "Standing orders", "Standing orders are cancelled in the app.") == 2
    # Words at the end of one text and the beginning of the next are no neighbours.
    assert shared(wanted, "Standing", "orders") == 0


def test_each_shared_pair_raises_a_passages_score(service: Citewell) -> None:
    question = service.question("cash withdrawals abroad with a debit card")
    scores = []
    for weight in (0.0, 0.25):
        recipe = Recipe(pair_weight=weight, widest=None)
        retriever = Retriever(service.database, service.models.embedder, service.index, recipe)
        hits = retriever.search(replace(question.query, k=20))
        scores.append({hit.passage.id: (hit.score, hit.passage) for hit in hits})
    both = scores[0].keys() & scores[1].keys()
    assert len(both) > 5
    gains = set()
    for passage_id in both:
        (before, passage), (after, _) = scores[0][passage_id], scores[1][passage_id]
        gain = round((after - before) / 0.25, 6)
        assert gain == shared(pairs(question.query.text), passage.heading, passage.text)
        gains.add(gain)
    assert len(gains) > 1

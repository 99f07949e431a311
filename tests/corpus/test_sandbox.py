"""Files are read ahead of what is done with them, and no further than keeps the readers busy."""

from __future__ import annotations

from corpus.sandbox import ahead


def test_what_is_begun_in_advance_comes_in_order_and_is_no_more_than_needed() -> None:
    begun = list[int]()
    counts = [(number, len(begun)) for number in ahead((begun.append(at) or at for at in range(7)), 2)]
    assert counts == [(0, 4), (1, 5), (2, 6), (3, 7), (4, 7), (5, 7), (6, 7)]
    assert list(ahead([], 2)) == []

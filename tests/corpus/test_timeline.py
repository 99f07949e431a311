"""On every day exactly one version of a document is in force, from the first one's first day on."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from corpus.timeline import Start, ends

days = st.one_of(st.none(), st.integers(0, 20).map(lambda n: date(2026, 1, 1) + timedelta(days=n)))


@given(st.lists(days, min_size=1, max_size=6))
def test_one_version_is_in_force_on_each_day(first_days: list[date | None]) -> None:
    starts = [Start(number, day) for number, day in enumerate(first_days, start=1)]
    end_of = ends(starts)
    for offset in range(-1, 23):
        day = date(2026, 1, 1) + timedelta(days=offset)
        begun = [s for s in starts if (s.effective_from or date.min) <= day]
        in_force = [s for s in begun if end_of[s.number] is None or day < (end_of[s.number] or date.max)]
        newest = max(begun, key=lambda s: (s.effective_from or date.min, s.number), default=None)
        assert in_force == ([newest] if newest else [])

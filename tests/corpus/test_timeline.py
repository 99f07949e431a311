"""On every day exactly one version of a document is in force, from the first one's first day on."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from corpus.timeline import Start, VersionStatus, ends, status

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


@given(st.lists(days, min_size=1, max_size=6))
def test_a_version_is_upcoming_then_current_then_superseded(first_days: list[date | None]) -> None:
    starts = [Start(number, day) for number, day in enumerate(first_days, start=1)]
    end_of = ends(starts)
    asked = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(-1, 23)]
    for start in starts:
        end = end_of[start.number]
        found = [status(start.effective_from, end, day) for day in asked]
        stages = [VersionStatus.UPCOMING, VersionStatus.CURRENT, VersionStatus.SUPERSEDED]
        assert found == sorted(found, key=stages.index)
        applies = [(start.effective_from or date.min) <= day < (end or date.max) for day in asked]
        assert [stage is VersionStatus.CURRENT for stage in found] == applies
        if end == (start.effective_from or date.min):
            assert set(found) == {VersionStatus.SUPERSEDED}

"""Which version of a document applies when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class VersionStatus(StrEnum):
    """What a version is on a day: in force, not yet, or no more."""

    CURRENT = "current"
    UPCOMING = "upcoming"
    SUPERSEDED = "superseded"


class Start(NamedTuple):
    """Version ``number`` applies from ``effective_from``; None is since ever."""

    number: int
    effective_from: date | None


def ends(starts: Sequence[Start]) -> dict[int, date | None]:
    """For each version number, the day on which it is no longer in force; None for the one that still is.

    Versions follow each other by their first day, and by number where two begin on the same day: then the higher one
    corrects the lower, which is in force on no day at all.
    """
    ordered = sorted(starts, key=lambda start: (start.effective_from or date.min, start.number))
    following = [start.effective_from or date.min for start in ordered[1:]]
    return {start.number: end for start, end in zip(ordered, [*following, None], strict=True)}


def status(effective_from: date | None, effective_to: date | None, day: date) -> VersionStatus:
    """What a version with these days is on ``day``. One that another corrects from its first day on was superseded
    before it applied."""
    begin = effective_from or date.min
    if effective_to is not None and effective_to <= max(begin, day):
        return VersionStatus.SUPERSEDED
    return VersionStatus.CURRENT if begin <= day else VersionStatus.UPCOMING

"""What day it is where the service is: the one place that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from corpus.schema import now


@dataclass(frozen=True)
class Clock:
    """Moments of ``now`` as days of a time ``zone``."""

    zone: tzinfo = UTC
    now: Callable[[], datetime] = now

    def today(self) -> date:
        """The day that it is in the zone."""
        return self.now().astimezone(self.zone).date()

"""What is searched for, in which documents, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.access import OPERATOR, Principal


@dataclass(frozen=True)
class Query:
    """One search, as it goes from the edge of the service to the indexes.

    ``text`` is searched for in the versions of a ``collection`` that apply on ``day``, those only that the
    ``principal`` may read, and those of one ``document`` only where it is named. The ``k`` best sections are found.
    """

    text: str
    collection: str
    day: date
    k: int
    principal: Principal = OPERATOR
    document: str | None = None

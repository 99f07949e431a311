"""What a cell of a PDF's table holds: an amount, a period, an aside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.loaders.pdf.pieces import Piece, is_figure

_PERIOD = re.compile(
    r".{0,40}\b(?:19|20)\d\d\b|(?:January|February|March|April|May|Ju|August|\w+ember|October)\w* \d", re.I
)
_COMPARED = re.compile(r"(?:19|20)?(\d\d)/(?:19|20)?(\d\d)")
_SIGN_SPACE = re.compile(r"(?<=[$€£¥]) +(?=[(\d—–-])|(?<=[\d)—–-]) +(?=[%)])")


def names_periods(pieces: Sequence[Piece]) -> bool:
    """Whether all of ``pieces`` are years, dates or the like."""
    return all(is_period(piece.text) for piece in pieces)


def is_period(text: str) -> bool:
    """Whether ``text`` is a year, a date or the like, or compares a year with the one before: "31/30"."""
    return _compares_years(text) or (bool(_PERIOD.match(text)) and not is_amount(text))


def _compares_years(text: str) -> bool:
    years = _COMPARED.fullmatch(text)
    return years is not None and (int(years[1]) - int(years[2])) % 100 in (1, 99)


def is_aside(text: str) -> bool:
    """Whether all of ``text`` is in parentheses, as units are: "(in millions)"."""
    return text.startswith("(") and text.endswith(")") and not is_figure(text)


def is_amount(text: str) -> bool:
    """Whether ``text`` is a figure, and neither a year, a day before its year ("28,") nor a range of small numbers."""
    return (
        is_figure(text)
        and not re.fullmatch(r"(?:19|20)\d\d|\d{1,2},|\d{1,3} ?[-–] ?\d{1,3}", text)
        and not _compares_years(text)
    )


def with_signs(cell: str) -> str:
    """Currency and per cent signs put to their numbers."""
    return _SIGN_SPACE.sub("", cell) if is_figure(cell) else cell

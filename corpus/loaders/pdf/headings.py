"""Which lines of a PDF are headings, and at which level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import is_bullet, is_figure

_LARGER = 1.08  # times the body's height: set larger on purpose
_LARGE_FILL = 0.5  # likewise, of large print, which is hardly ever a table's
_FILL = 0.75  # of a heading's width that is print, also where it is justified
_LONGEST = 300  # characters of a heading

# What a heading begins with, from the highest rank to the lowest. The place in this list is the rank.
_RANKS = [
    re.compile(r"(?:title|part|division) (?:\d+|[IVX]+|[A-Z])\b", re.IGNORECASE),
    re.compile(r"(?:chapter|subchapter|subparts?|annex|appendix|schedule)\b", re.IGNORECASE),
    re.compile(r"§|(?:section|article|item) \d", re.IGNORECASE),
    re.compile(r"[IVX]+[.)] "),
    re.compile(r"[A-Z][.)] "),
    re.compile(r"\d{1,3}[.)]? ?[A-Z]"),
    re.compile(r"\d{1,3}\.\d{1,3}\.?\s"),
    re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.?\s"),
]
_CAPTION = re.compile(r"(?:table|figure|chart|exhibit) [\dA-Z]+\b", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\. ?){4,}|…{2,}")
_UNFINISHED = re.compile(
    r"(?:\b(?:a|an|and|by|for|from|in|of|on|or|section|sections|the|to|under|with)|[—,]|[\x02\ufffe])$", re.IGNORECASE
)
_ENTRY = re.compile(r"(?:§+ ?)?\d+(?:\.\d+)*\.? ?\S|sec\.|(?:subpart|chapter|part|annex|appendix)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Style:
    """How a line is set: ``height`` in points, and whether bold sets it apart from the body."""

    height: float
    bold: bool

    def above(self, other: Style) -> bool:
        """Whether a heading in this style stands above one in the other."""
        if abs(self.height - other.height) <= 0.03 * self.height:
            return self.bold and not other.bold
        return self.height > other.height


@dataclass(frozen=True)
class Heading:
    """``line_count`` lines, from line ``start`` of region ``region`` of page ``page``, all counted from 0."""

    page: int
    region: int
    start: int
    line_count: int
    text: str
    style: Style


Levels = dict[tuple[int, int, int], tuple[int, int]]


def rank(text: str) -> int | None:
    """The rank that a heading's first words give it, from 0, or None where they give none."""
    return next((rank for rank, pattern in enumerate(_RANKS) if pattern.match(text)), None)


def has_leaders(text: str) -> bool:
    """Whether ``text`` holds a row of dots that leads the eye, as in a table of contents."""
    return bool(_LEADERS.search(text))


def without_leaders(text: str) -> str:
    return _LEADERS.sub(" ", text)


def heading_levels(pages: Sequence[Sequence[Sequence[Line]]]) -> Levels:
    """The number of lines and the level of each heading, by the page, region and line (from 0) where it begins."""
    body = _body(line for page in pages for region in page for line in region)
    found = [
        heading
        for number, page in enumerate(pages)
        for at, region in enumerate(page)
        for heading in _candidates(number, at, region, body)
    ]
    kept = _without_contents(found, pages)
    levels = _levels(kept)
    return {
        (heading.page, heading.region, heading.start): (heading.line_count, level)
        for heading, level in zip(kept, levels, strict=True)
    }


def _body(every: Iterable[Line]) -> Style:
    """The style of most letters; bold where even those are, so that bold sets nothing apart."""
    letters: Counter[tuple[float, bool]] = Counter()
    heights: Counter[float] = Counter()
    for line in every:
        letters[round(line.height * 2) / 2, line.bold] += len(line.text)
        heights[round(line.height * 2) / 2] += len(line.text)
    if not heights:
        return Style(0.0, bold=False)
    height = heights.most_common(1)[0][0]
    return Style(height, bold=letters[height, True] > letters[height, False])


def _candidates(page: int, region_number: int, region: Sequence[Line], body: Style) -> list[Heading]:
    found: list[Heading] = []
    at = 0
    while at < len(region):
        if not _stands_out(region[at], body) or _in_sentence(region, at, body):
            at += 1
            continue
        end = at + 1
        while end < len(region) and _same_heading(region[end - 1], region[end], body):
            end += 1
        text = " ".join(line.text for line in region[at:end])
        style = Style(region[at].height, region[at].bold and not body.bold)
        if len(text) <= _LONGEST and _reads_as_heading(text, style, body):
            found.append(Heading(page, region_number, at, end - at, text, style))
        at = end
    return found


def _stands_out(line: Line, body: Style) -> bool:
    if not any(c.isalpha() for c in line.text) or has_leaders(line.text) or line.is_table:
        return False
    if len(line.pieces) > 1 and is_figure(line.pieces[-1].text):  # a row of a table
        return False
    larger = line.height > _LARGER * body.height
    if line.fill < (_LARGE_FILL if larger else _FILL):
        return False
    return larger or (line.bold and not body.bold and line.height >= 0.9 * body.height)


def _in_sentence(region: Sequence[Line], at: int, body: Style) -> bool:
    """Whether the line only goes on with a paragraph, in which some words are bold."""
    if at == 0 or region[at].height > _LARGER * body.height or rank(region[at].text) is not None:
        return False
    above, line = region[at - 1], region[at]
    close = above.y - line.y < 1.4 * line.height
    return close and not _stands_out(above, body) and above.text[-1] not in ".:;?!"


def _same_heading(above: Line, line: Line, body: Style) -> bool:
    """Whether ``line`` goes on with the heading of which ``above`` is a line."""
    if not 0 < above.y - line.y < 1.7 * max(above.height, line.height) or has_leaders(line.text) or line.is_table:
        return False
    if abs(above.height - line.height) > 0.04 * above.height or (line.bold and not above.bold):
        return False
    if _UNFINISHED.search(above.text) and above.bold == line.bold:
        return True
    return _stands_out(line, body) and rank(line.text) is None


def _reads_as_heading(text: str, style: Style, body: Style) -> bool:
    if _CAPTION.match(text) or text[0].islower() or is_bullet(text[0]) or (text[0] == "(" and text[-1] == ")"):
        return False
    if style.height > _LARGER * body.height or rank(text) is not None:
        return sum(c.isalpha() for c in text) > 1
    return len(text) <= 120 and text[-1] not in ".,;:"


def _without_contents(found: Sequence[Heading], pages: Sequence[Sequence[Sequence[Line]]]) -> list[Heading]:
    """``found`` without the entries of a table of contents: what comes again later, and has no text under it here."""
    letters = [_letters(heading.text) for heading in found]
    last = {text: at for at, text in enumerate(letters)}
    starts = {(heading.page, heading.region, heading.start) for heading in found}
    kept: list[Heading] = []
    entries: set[str] = set()
    inside = False
    for heading, text, at in zip(found, letters, range(len(found)), strict=True):
        after = heading.start + heading.line_count
        region = pages[heading.page][heading.region]
        bare = after >= len(region) or (heading.page, heading.region, after) in starts
        listed = bare or bool(_ENTRY.match(region[after].text))
        # One that the document announces but leaves out comes once; it is known by its neighbours.
        inside = bool(rank(heading.text)) and listed and (last[text] > at or (inside and text not in entries))
        if inside:
            entries.add(text)
        else:
            kept.append(heading)
    return kept


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _levels(headings: Sequence[Heading]) -> list[int]:
    """A level for each heading, from 1 without gaps.

    Ranks stand in their order. A heading without one stands beside the lowest rank that is set in its style, or else
    under everything set larger.
    """
    ranks = [rank(heading.text) for heading in headings]
    heights: dict[int, list[Heading]] = {}
    for heading, its in zip(headings, ranks, strict=True):
        if its is not None:
            heights.setdefault(its, []).append(heading)
    depth: list[tuple[Style, float]] = [
        (Style(median(h.style.height for h in group), sum(h.style.bold for h in group) * 2 > len(group)), float(its))
        for its, group in heights.items()
    ]
    plain = {heading.style for heading, its in zip(headings, ranks, strict=True) if its is None}
    depth_of: dict[Style, float] = {}
    for style in sorted(plain, key=lambda style: (-style.height, not style.bold)):
        beside = [deep for other, deep in depth if not other.above(style) and not style.above(other)]
        over = [deep for other, deep in depth if other.above(style)]
        depth_of[style] = max(beside) if beside else max(over, default=-1.0) + 0.5
        depth.append((style, depth_of[style]))
    deep = [
        depth_of[heading.style] if its is None else float(its) for heading, its in zip(headings, ranks, strict=True)
    ]
    order = {value: level for level, value in enumerate(sorted(set(deep)), start=1)}
    return [order[value] for value in deep]

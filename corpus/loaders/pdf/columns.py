"""Reading order: columns one after the other, and notes in the margin before what they stand beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.loaders.pdf.beside import text_beside_table
from corpus.loaders.pdf.close import parted
from corpus.loaders.pdf.lines import Line, lines
from corpus.loaders.pdf.pieces import Piece

_CROSSING = 0.15  # share of a page's pieces that may cross a gutter: titles, tables over both columns
_LOOKED_AT = 12  # rows of a table
_NARROW = 0.3  # of the text's width: a column that is narrower holds notes


@dataclass(frozen=True)
class Gutter:
    """White space from top to foot at ``x``; ``notes`` says that what is left of it are notes in the margin."""

    x: int
    notes: bool


def reading_order(pages: Sequence[list[Piece]]) -> list[list[list[Line]]]:
    """For each page its regions in reading order, and for each region its lines."""
    own = [_gutter(page) for page in pages]
    votes = Counter(gutter for gutter in own if gutter)
    common = max(votes, key=lambda gutter: votes[gutter]) if 3 * votes.total() >= len(pages) and votes else None
    return [
        [parted(region) for region in _whole_regions(page, gutter or _if_fits(common, page))]
        for page, gutter in zip(pages, own, strict=True)
    ]


def _if_fits(gutter: Gutter | None, page: Sequence[Piece]) -> Gutter | None:
    """The document's gutter, for a page too short, or with too many lines over its whole width, to show it."""
    if gutter and sum(piece.start < gutter.x < piece.right for piece in page) <= 2 * _CROSSING * len(page):
        return gutter
    return None


def _gutter(page: Sequence[Piece]) -> Gutter | None:
    if len(page) < 12:
        return None
    left, right = int(min(piece.left for piece in page)), int(max(piece.right for piece in page)) + 1
    change = [0] * (right - left + 2)
    for piece in page:
        change[max(0, int(piece.start) - left)] += 1
        change[int(piece.right) - left + 1] -= 1
    crossing, start = 0, None
    best: tuple[int, Gutter] | None = None
    for at, step in enumerate(change):
        crossing += step
        if crossing <= _CROSSING * len(page) and at < right - left:
            start = at if start is None else start
            continue
        if start is not None and at - start >= 5:
            gutter, score = _as_gutter(page, left + (start + at) / 2, right - left)
            if gutter and (best is None or score > best[0]):
                best = score, gutter
        start = None
    return best[1] if best else None


def _as_gutter(page: Sequence[Piece], x: float, width: int) -> tuple[Gutter | None, int]:
    """What the white space at ``x`` parts, and how many pieces stand on its emptier side."""
    before = [piece for piece in page if piece.right <= x]
    after = [piece for piece in page if piece.left >= x]
    score = min(len(before), len(after))
    if not before or len(after) < 8 or _fill(after) < 0.55:
        return None, 0
    if x - min(piece.left for piece in page) < _NARROW * width:
        # A table's first column looks like notes, but other columns follow it.
        rows = lines(after)
        single = sum(len(row.pieces) == 1 for row in rows)
        fits = len(after) > 1.5 * len(before) and single >= 0.8 * len(rows) and _fill(after) >= 0.7
        return (Gutter(round(x), notes=True), score) if fits else (None, 0)
    if max(piece.right for piece in page) - x < _NARROW * width or len(before) < 8 or _fill(before) < 0.55:
        return None, 0
    return Gutter(round(x), notes=False), score


def _fill(column: Sequence[Piece]) -> float:
    """The share of a column's width that its pieces take on average."""
    width = max(piece.right for piece in column) - min(piece.left for piece in column)
    return sum(piece.right - piece.left for piece in column) / (len(column) * width) if width else 0.0


def _whole_regions(page: Sequence[Piece], gutter: Gutter | None) -> Iterator[list[Line]]:
    found = None if gutter else text_beside_table(page)
    if found is None:
        yield from _regions(page, gutter)
        return
    yield from _whole_regions(found.above, None)
    yield from map(lines, found.columns)
    yield from _whole_regions(found.below, None)


def _regions(page: Sequence[Piece], gutter: Gutter | None) -> Iterator[list[Line]]:
    rows = lines(page)
    if gutter is None or not rows:
        yield from [rows] if rows else []
        return
    if gutter.notes:
        yield from _with_notes(page, gutter.x)
        return
    band: list[Piece] = []
    whole: list[Line] = []
    across = [any(piece.start < gutter.x < piece.right for piece in row.pieces) for row in rows]
    for at, row in enumerate(rows):
        ahead = [
            other for other, is_across in zip(rows[at + 1 : at + 9], across[at + 1 : at + 9], strict=True) if is_across
        ]
        is_end = bool(whole) and row.right <= gutter.x and _ends(whole[-1], row)
        is_between = bool(whole) and any(across[at + 1 : at + 4]) and _is_of_table(row, whole, ahead)
        if across[at] or is_end or is_between:
            yield from _columns(band, gutter.x)
            band = []
            whole.append(row)
        else:
            if whole:
                yield whole
                whole = []
            band.extend(row.pieces)
    if whole:
        yield whole
    yield from _columns(band, gutter.x)


def _is_of_table(row: Line, above: Sequence[Line], below: Sequence[Line]) -> bool:
    """Whether a row that keeps to one side is one of a table over both columns, whose rows stand right above and below:
    each of its pieces stands under or over one of theirs."""
    known = [piece for line in (*above[-_LOOKED_AT:], *below) for piece in line.pieces]
    are_rows = any(len(line.pieces) > 1 for line in above[-3:]) and any(len(line.pieces) > 1 for line in below)
    is_near = 0 < above[-1].y - row.y < 3 * row.height and abs(above[-1].height - row.height) < 0.05 * row.height
    return (
        are_rows
        and is_near
        and all(
            any(abs(piece.left - other.left) < 1 or abs(piece.right - other.right) < 1 for other in known)
            for piece in row.pieces
        )
    )


def _ends(above: Line, row: Line) -> bool:
    """Whether ``row`` is the short last line of a text over both columns, such as a footnote."""
    alike = abs(above.height - row.height) < 0.05 * row.height and row.left <= above.left + row.height
    return alike and above.y - row.y < 1.3 * row.height


def _columns(band: Sequence[Piece], x: float) -> Iterator[list[Line]]:
    """Both columns of a band of the page, or its rows where they are those of a table over both columns."""
    before = [piece for piece in band if piece.right <= x]
    after = [piece for piece in band if piece.right > x]
    rows = lines(band)
    if before and after and sum(len(row.pieces) > 2 for row in rows) > 0.5 * len(rows) and not text_beside_table(band):
        yield rows
        return
    for column in (before, after):
        if column:
            yield lines(column)


def _with_notes(page: Sequence[Piece], x: float) -> Iterator[list[Line]]:
    """The main text, cut before the paragraph that a note stands beside."""
    whole = [piece for piece in page if piece.left < x < piece.right]
    beside = [piece for piece in page if piece.left >= x and piece.bold]
    notes = [
        piece
        for piece in page
        if piece.right <= x
        and not any(_is_under(piece, above) for above in whole)
        and not (piece.bold and any(abs(piece.y - other.y) < 1 for other in beside))  # "Chapter 4     Piers"
    ]
    main = lines(piece for piece in page if piece not in notes)
    start = 0
    for note in _groups(lines(notes)):
        at = next((at for at, line in enumerate(main) if line.y <= note[0].y + 0.5 * line.height), len(main))
        while start < at < len(main) and main[at - 1].y - main[at].y < 1.3 * main[at].height:
            at -= 1
        if at > start:
            yield main[start:at]
            start = at
        yield note
    if main[start:]:
        yield main[start:]


def _is_under(piece: Piece, above: Piece) -> bool:
    """Whether ``piece`` is the next line of a heading over the whole width."""
    return 0 < above.y - piece.y < 1.6 * piece.height and abs(above.left - piece.left) < 2


def _groups(notes: Iterable[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in notes:
        if groups and groups[-1][-1].y - line.y < 1.6 * line.height:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups

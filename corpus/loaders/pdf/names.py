"""The names of a table's columns, of which each line may name one or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from corpus.loaders.pdf.cell_text import is_aside, is_period
from corpus.loaders.pdf.headings import without_leaders
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import Piece
from corpus.loaders.pdf.table_columns import LEAST_LEADING, Span, column_of

_UNCOVERED = 4.0  # points off the middle of its columns that a name may stand, rather than leave one out
_MOST_NAMES, _MOST_CHOICES = 100, 1_000_000  # of a header, which are weighed against each other
_ASTRAY = 1000.0  # likewise, that a name is worse off over other columns than that it stands flush in
_TIGHT = 0.95  # in heights of a character, from line to line of one name that is set close
_LEADING = 1.3  # likewise, of one column's name of words: a year may as well stand over the one in the middle of three
_FLUSH = 1.0  # points by which edges that are set alike differ


def names_of(lines: Sequence[Line], columns: Sequence[Span], is_flush: bool = False) -> list[list[str]]:
    """The name of each column as the texts that the ``lines`` of a header have for it, from the top down; ``is_flush``
    says that names and values are set flush right."""
    names: list[list[str]] = [[] for _ in columns]
    bounded = list(
        _with_bounds([[part for piece in line.pieces for part in _parted(piece, columns)] for line in lines])
    )
    parts = [[piece for piece, _ in line] for line in bounded]
    every = [piece for pieces in parts for piece in pieces]
    below: list[tuple[Piece, tuple[int, int]]] = []
    covered: list[list[tuple[Piece, tuple[int, int]]]] = []
    for line in reversed(bounded):
        values = [piece for piece, _ in line if column_of(piece, columns) > 0]
        bounds = [rules for piece, rules in line if column_of(piece, columns) > 0]
        # Names below others are seldom those of several columns, nor can those be that stand at the height of others.
        is_lowest = not below and len(values) > 1
        barred = [
            _barred(piece, (other for other in every if is_lowest or _are_level(piece, other)), columns[1:])
            | {at for at in range(len(columns) - 1) for rule in rules if at not in _under(rule, columns[1:])}
            for piece, rules in zip(values, bounds, strict=True)
        ]
        below = list(zip(values, _covered(values, columns, below, barred, is_flush), strict=True)) or below
        covered.insert(0, below if values else [])
    for pieces, values_covered in zip(parts, covered, strict=True):
        values = [piece for piece, _ in values_covered]
        names[0].extend(
            without_leaders(text).strip() for piece in pieces if piece not in values for text in piece.texts
        )
        for piece, (start, end) in values_covered:
            over_all = len(columns) > 2 and end - start == len(columns) - 1
            if over_all or _is_aside(pieces):
                names[0].extend(piece.texts)
                continue
            for at in range(start, end):
                names[at + 1].extend(piece.texts)
    return names


def _with_bounds(lines: Sequence[Sequence[Piece]]) -> Iterator[list[tuple[Piece, list[Span]]]]:
    """The names of each line without rules that stand below a name above them, too, and below several names under
    them, and these rules: drawn below each line, they don't say what is named, only that it ends where they do."""
    for at, line in enumerate(lines):
        above = [rule for other in lines[:at] for piece in other for rule in piece.rules]
        below = [[rule for piece in other for rule in piece.rules] for other in lines[at + 1 :]]
        found: list[tuple[Piece, list[Span]]] = []
        for piece in line:
            bounds = [
                rule for rule in piece.rules if _count(rule, above) and any(_count(rule, rules) > 1 for rules in below)
            ]
            own = tuple(rule for rule in piece.rules if rule not in bounds)
            found.append((replace(piece, rules=own) if bounds else piece, bounds))
        yield found


def _count(rule: Span, others: Iterable[Span]) -> int:
    """How many of the others have the same ends."""
    return sum(abs(rule[0] - left) < _FLUSH and abs(rule[1] - right) < _FLUSH for left, right in others)


def _is_aside(pieces: Sequence[Piece]) -> bool:
    return len(pieces) == 1 and is_aside(pieces[0].text)


def _parted(piece: Piece, columns: Sequence[Span]) -> list[Piece]:
    """The names of neighbouring columns that stand too close to each other to be pieces of their own."""
    over = sum(left < piece.right and piece.left < right for left, right in columns)
    return piece.split(0.6 * piece.height) if over > 1 else [piece]


def _barred(piece: Piece, others: Iterable[Piece], columns: Sequence[Span]) -> set[int]:
    """The columns that this name isn't over, and in whose middle one of the others stands."""
    return {
        at
        for at, (left, right) in enumerate(columns)
        for other in others
        if other.left < (left + right) / 2 < other.right and not _are_over(piece, (left, right))
    }


def _are_level(piece: Piece, other: Piece) -> bool:
    """Whether two names stand too close to each other's height for one to be above the other."""
    return other is not piece and abs(other.y - piece.y) < LEAST_LEADING * piece.height


def _are_over(piece: Piece, span: Span) -> bool:
    return piece.left < span[1] and span[0] < piece.right


def _covered(
    pieces: Sequence[Piece],
    all_columns: Sequence[Span],
    below: Sequence[tuple[Piece, tuple[int, int]]],
    barred: Sequence[set[int]],
    is_flush: bool,
) -> list[tuple[int, int]]:
    """For each of ``pieces`` the columns (from, to) that it names: those under the rule below it, those of a name
    ``below`` that it is flush with, or else those over whose middle it stands, as near as can be, if they aren't
    ``barred`` for it."""

    columns = all_columns[1:]
    pitch = columns[1][1] - columns[0][1] if len(columns) > 1 else 0.0

    def middles(start: int, end: int) -> Iterator[float]:
        """Of what is printed in these columns, and of the columns themselves where numbers are set flush right."""
        yield (columns[start][0] + columns[end - 1][1]) / 2
        if is_flush:
            left = columns[start - 1][1] if start else columns[0][1] - pitch
            yield (left + columns[end - 1][1]) / 2

    def flush(piece: Piece) -> tuple[int, int] | None:
        """None, too, in the middle of columns whose names come again beside them in the same order: it names all."""
        own = _flush(piece, below)
        middle = (piece.left + piece.right) / 2
        runs = _repeated(below, own[0]) if own else ()
        is_over_run = any(abs(each - middle) < 2 * _FLUSH for run in runs for each in middles(*run))
        return None if is_over_run else own

    own = [_under_rule(piece, pieces, columns, sum(all_columns[0]) / 2) or flush(piece) for piece in pieces]
    if not any(piece.rules for piece in pieces):
        own = _runs(pieces, below, columns) or own

    @cache
    def best(at: int, first: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if at == len(pieces):
            return _UNCOVERED * (len(columns) - first), ()
        middle = (pieces[at].left + pieces[at].right) / 2
        choices: list[tuple[float, tuple[tuple[int, int], ...]]] = []
        last = len(columns) - (len(pieces) - at)  # where it may begin, so that every later piece still has a column
        for start in range(first, last + 1):
            for end in range(start + 1, last + 2):
                off = min(abs(each - middle) for each in middles(start, end))
                if (start, end) != (own[at] or (start, end)) or not barred[at].isdisjoint(range(start, end)):
                    off += _ASTRAY
                cost, rest = best(at + 1, end)
                choices.append((_UNCOVERED * (start - first) + off + cost, ((start, end), *rest)))
        return min(choices)

    free = len(columns) - len(pieces) + 1
    if free < 1 or len(pieces) > _MOST_NAMES or len(pieces) * free**3 > _MOST_CHOICES:
        return [(at, at + 1) for at in (column_of(piece, columns) for piece in pieces)]
    return list(best(0, 0)[1])


def _under_rule(piece: Piece, line: Sequence[Piece], columns: Sequence[Span], label: float) -> tuple[int, int] | None:
    """The columns (from, to) over which the widest rule goes that is below this name and no other, and begins right of
    the middle of the ``label``s: others are drawn below the whole line."""
    own = [
        (left, right)
        for left, right in piece.rules
        if left > label and sum(left < other.right and other.left < right for other in line) == 1
    ]
    if not own:
        return None
    under = _under(max(own, key=lambda rule: rule[1] - rule[0]), columns)
    return (under[0], under[-1] + 1) if under else None


def _under(rule: Span, columns: Sequence[Span]) -> list[int]:
    """The columns over which a rule goes."""
    left, right = rule
    return [at for at, span in enumerate(columns) if 3 * (min(right, span[1]) - max(left, span[0])) > span[1] - span[0]]


def _runs(
    pieces: Sequence[Piece], below: Sequence[tuple[Piece, tuple[int, int]]], columns: Sequence[Span]
) -> list[tuple[int, int] | None]:
    """The columns (from, to) of each of ``pieces`` where the names ``below``, of one column each, come again in order
    as often as there are pieces: "Fee, Limit, Fee, Limit" below two names, which differ. Empty where they don't."""
    texts = [other.text for other, _ in below]
    size = len(columns) // max(len(pieces), 1)
    if not 1 < len(pieces) == len({piece.text for piece in pieces}) or size < 2:
        return []
    if len(texts) != len(columns) or texts != texts[:size] * len(pieces):
        return []
    runs = [(at * size, (at + 1) * size) for at in range(len(pieces))]
    begins = [columns[start - 1][1] if start else 0.0 for start, _ in runs]
    ends = [columns[end - 1][1] for _, end in runs]
    middles = [(piece.left + piece.right) / 2 for piece in pieces]
    are_within = all(begin < middle < end for begin, middle, end in zip(begins, middles, ends, strict=True))
    return list(runs) if are_within else []


def _repeated(names: Sequence[tuple[Piece, tuple[int, int]]], column: int) -> Iterator[tuple[int, int]]:
    """The runs of columns (from, to) around a ``column`` whose ``names``, of one each, stand in the same order over as
    many columns right before or after them."""
    texts = {start: piece.text for piece, (start, end) in names if end - start == 1}
    for count in range(2, len(texts) // 2 + 1):
        for start in range(column - count + 1, column + 1):
            run = [texts.get(at) for at in range(start, start + count)]
            beside = [[texts.get(at + off) for at in range(start, start + count)] for off in (-count, count)]
            if None not in run and len(set(run)) == count and run in beside:
                yield start, start + count


def _flush(piece: Piece, below: Sequence[tuple[Piece, tuple[int, int]]]) -> tuple[int, int] | None:
    """The columns of the only name that stands under this one, if both end at the same place, or have one middle and no
    more white between them than lines of one name. What is set flush left may head several columns."""
    under = [(other, own) for other, own in below if other.left < piece.right and piece.left < other.right]
    if len(under) != 1:
        return None
    other, own = under[0]
    ends_alike = abs(piece.right - other.right) < _FLUSH
    is_centred = abs(piece.left + piece.right - other.left - other.right) < 2 * _FLUSH
    is_one = own[1] - own[0] == 1 and not is_period(piece.text) and not is_period(other.text)
    is_close = piece.y - other.y < (_LEADING if is_one else _TIGHT) * piece.height
    return own if ends_alike or (is_centred and is_close) else None

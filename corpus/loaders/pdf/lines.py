"""Pieces of print put together to lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus.loaders.pdf.marks import after, is_mark, is_small, note_mark, of_note
from corpus.loaders.pdf.pieces import CURRENCIES, WORD_GAP, NamePiece, Piece, is_figure, is_label, is_sign

_MARK_GAP = 0.35  # in heights of a character, between a word and its raised mark
_AMOUNT = re.compile(r"[$€£¥] ?\(?(?:[\d.,]+|[—–-]+)\)?%?")  # with its sign in front
_SIGN_GAP = 12.0  # likewise: no currency sign at its column's edge stands farther from its number


@dataclass(frozen=True)
class Line:
    """Pieces on one baseline, from left to right; at least one."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def y(self) -> float:
        return self.pieces[0].y

    @property
    def height(self) -> float:
        return max(self.pieces, key=lambda piece: len(piece.text)).height

    @property
    def fill(self) -> float:
        """The share of its width that print takes: little in a row of a table, nearly all in justified text."""
        return sum(piece.right - piece.left for piece in self.pieces) / max(self.right - self.left, 1.0)

    @property
    def bold(self) -> bool:
        return all(piece.bold for piece in self.pieces)

    @property
    def is_names(self) -> bool:
        """Whether it holds the names of columns, by the rules around them."""
        return all(isinstance(piece, NamePiece) for piece in self.pieces)

    @property
    def is_table(self) -> bool:
        """Whether one of its pieces is a whole table."""
        return any(piece.is_table for piece in self.pieces)


def lines(parts: Iterable[Piece]) -> list[Line]:
    """``parts`` as lines, from the top down."""
    return [Line(tuple(joined(sorted(row, key=lambda part: part.left)))) for row in rows(parts)]


def rows(parts: Iterable[Piece]) -> list[list[Piece]]:
    """``parts`` by baseline, from the top down."""
    found: list[list[Piece]] = []
    for part in sorted(parts, key=lambda part: -part.y):
        # Baselines of one row differ by a few points where its cells are set in different sizes.
        if found and found[-1][0].y - part.y < 0.3 * min(part.height, found[-1][0].height):
            found[-1].append(part)
        else:
            found.append([part])
    return list(_with_raised(found))


def _with_raised(rows: Sequence[list[Piece]]) -> Iterator[list[Piece]]:
    """``rows``, those of raised marks in the row below, to whose words they belong."""
    raised: list[Piece] = []
    for row, below in zip_longest(rows, rows[1:], fillvalue=()):
        row = _marked(row, raised)
        raised = row if below and _is_raised(row, below) else []
        if not raised:
            yield row


def _is_raised(row: Sequence[Piece], below: Sequence[Piece]) -> bool:
    height = max(piece.height for piece in below)
    left, right = min(piece.left for piece in below), max(piece.right for piece in below)
    return row[0].y - below[0].y < 0.8 * height and all(
        not mark.is_table
        and is_mark(mark.text)
        and mark.height < 0.85 * height
        and mark.left < right + height
        and mark.right > left - 3 * height
        for mark in row
    )


def _marked(row: Sequence[Piece], raised: Sequence[Piece]) -> list[Piece]:
    """``row`` with raised marks, those above it and its own, put to the words that they belong to."""
    drawn_apart = [mark for mark in row if not mark.is_table and is_mark(mark.text) and _word_of(mark, row) is not None]
    marked = [piece for piece in row if piece not in drawn_apart]
    for mark in (part for run in [*raised, *drawn_apart] for part in run.split(WORD_GAP * run.height)):
        at = _word_of(mark, marked)
        if at is None:
            marked.append(replace(mark, y=row[0].y))
        else:
            marked[at] = marked[at].with_mark(mark)
    return marked


def _word_of(mark: Piece, row: Sequence[Piece]) -> int | None:
    """Which piece of ``row`` has a word that the raised ``mark`` stands behind, or a note's text that it begins."""
    begins: int | None = None
    for at, piece in enumerate(row):
        height = piece.height
        if piece.is_table or not is_small(mark.height, mark.y - piece.y, height):
            continue
        if piece.left < mark.left < piece.right + _MARK_GAP * height:
            return at
        if mark.left < piece.left < mark.right + 3 * height:
            begins = at
    first = all(mark.left <= piece.left for piece in row)
    return begins if first else None


def joined(row: Sequence[Piece]) -> Iterator[Piece]:
    """``row``, from left to right, with neighbours that the file only draws apart, and a label with what it labels, as
    one piece."""
    last = row[0]
    for at, part in enumerate(row[1:]):
        if part.is_table or last.is_table:
            yield last
            last = part
            continue
        gap, height = part.left - last.right, min(part.height, last.height)
        labels = at == 0 and is_label(last.text) and gap < 8 * part.height and not is_figure(part.text)
        signs = gap < _SIGN_GAP * height and is_sign(last.text, part.text)
        is_next_amount = part.text[0] in CURRENCIES and bool(_AMOUNT.fullmatch(last.text))
        if is_next_amount or (part.walled and gap > -0.5 and not (labels or signs)):
            yield last
            last = part
            continue
        mark = note_mark(part.text) if gap < _MARK_GAP * height and part.text.startswith("Note ") else ""
        if mark:  # it is not a note that begins here, but a mark of the word before
            text = after(last.text, mark) + part.text.removeprefix(of_note(mark).rstrip())
            words = last.words + part.words
            last = replace(last, text=text, right=part.right, bold=last.bold and part.bold, words=words)
        elif gap < WORD_GAP * height or labels or signs:
            space = " " if gap > 0.15 * part.height and not is_sign(last.text, part.text) else ""
            longer = max(last, part, key=lambda piece: len(piece.text))
            words = last.words + part.words
            if not space:
                words = (*last.words[:-1], (last.words[-1][0], part.words[0][1]), *part.words[1:])
            text = last.text + space + part.text
            last = replace(
                last,
                text=text,
                right=part.right,
                y=longer.y,
                height=longer.height,
                bold=last.bold and part.bold,
                words=words,
            )
        else:
            yield last
            last = part
    yield last

"""Characters of a PDF page put together to pieces of print, and pieces to lines."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import pypdfium2 as pdfium
import pypdfium2.raw as raw

LINE_HYPHENS = ("\x02", "\ufffe")  # how PDFium shows a hyphen that stands at a line's end
_BULLETS = "-•●▪◦–*"

# "(a)", "(2)(iii)", "4.", "b)", "iv.", "5.10", "1.3.3", "A2.1": what an item or a numbered paragraph begins with.
_NUMBER = r"(?:[A-Za-z]|[ivxlIVXL]{1,5}|\d{1,3})"
_LABEL = re.compile(
    rf"(?:\(?{_NUMBER}[.)]|(?:\({_NUMBER}\))+|(?:[A-Z]{{1,2}}|§+ ?)?\d{{1,3}}(?:\.\d{{1,3}})+\.?)[:—–]?$"
)
_MARK = re.compile(r"(?:\d{1,3}|[*†‡]) ?$")
_BOLD = re.compile(rb"bold|demi|black|heavy|medium", re.IGNORECASE)
_WIDE_GAP = 1.2  # in heights of a character: wider than a word space, also in justified text
_WORD_GAP = 0.6  # likewise: at most a word space
_SIGN_GAP = 12.0  # likewise: no currency sign at its column's edge stands farther from its number

_FIGURE = re.compile(r"[^A-Za-z]*[\d—–-][^A-Za-z]*$")
_CURRENCIES = "$€£¥"
_LEADING_SIGN = re.compile(r"[$€£¥] ?\(?$|\($")
_TRAILING_SIGN = re.compile(r"\)? ?%$|\)$")
_MARKS = r"(?:\(?[a-z\d]{1,2}\)?|\d/\d|[*†‡])"
_RAISED = re.compile(rf"{_MARKS}(?:[ ,]+{_MARKS})*$")


@dataclass(frozen=True)
class Piece:
    """Print without a wide gap. ``left`` and ``right`` are its edges, ``y`` its baseline, upwards from the page's foot,
    and ``height`` that of most of its characters, all in points. ``bold`` says whether every word of it is.
    ``words`` are the left and right edges of its words."""

    text: str
    left: float
    right: float
    y: float
    height: float
    bold: bool
    words: tuple[tuple[float, float], ...]

    def split(self, gap: float) -> list[Piece]:
        """Its parts, parted where the white between two words is wider than ``gap`` points."""
        found = self.text.split()
        cuts = [at for at in range(1, len(self.words)) if self.words[at][0] - self.words[at - 1][1] > gap]
        return [
            self._of(found[start:end], self.words[start:end])
            for start, end in zip([0, *cuts], [*cuts, len(found)], strict=True)
        ]

    def with_mark(self, mark: Piece) -> Piece:
        """With a raised ``mark`` put before the word that stands right of it."""
        at = sum(left < mark.left for left, _ in self.words)
        found = self.text.split()
        return self._of(
            [*found[:at], mark.text, *found[at:]], (*self.words[:at], (mark.left, mark.right), *self.words[at:])
        )

    def _of(self, found: Sequence[str], words: tuple[tuple[float, float], ...]) -> Piece:
        return replace(self, text=" ".join(found), left=words[0][0], right=words[-1][1], words=words)


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


def is_bullet(word: str) -> bool:
    """Whether ``word`` is one character that marks an item; symbol fonts have theirs in the range for private use."""
    return len(word) == 1 and (word in _BULLETS or "\ue000" <= word <= "\uf8ff")


def is_figure(text: str) -> bool:
    """Whether ``text`` is a number, or the dash that stands for none, with whatever signs."""
    return bool(_FIGURE.match(text))


def is_label(word: str) -> bool:
    """Whether ``word`` is what an item begins with: a bullet, or a number as in "(a)", "4." or "5.10"."""
    return is_bullet(word) or bool(_LABEL.match(word))


def pieces(page: pdfium.PdfPage) -> list[Piece]:
    """The page's pieces in the order in which the file draws them, which need not be reading order.

    Print across the page, such as a printer's mark in the margin, is left out.
    """
    text_page = page.get_textpage()
    try:
        return [piece for piece in _pieces(text_page) if piece.text]
    finally:
        text_page.close()


def lines(parts: Iterable[Piece]) -> list[Line]:
    """``parts`` as lines, from the top down."""
    return [Line(tuple(_joined(sorted(row, key=lambda part: part.left)))) for row in rows(parts)]


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
        _RAISED.match(mark.text) and mark.height < 0.85 * height and left - height < mark.left < right + height
        for mark in row
    )


def _marked(row: Sequence[Piece], raised: Iterable[Piece]) -> list[Piece]:
    marked = list(row)
    for mark in raised:
        at = next((at for at, piece in enumerate(marked) if piece.left < mark.left < piece.right), None)
        if at is None:
            marked.append(replace(mark, y=row[0].y))
        else:
            marked[at] = marked[at].with_mark(mark)
    return marked


def _joined(row: Sequence[Piece]) -> Iterator[Piece]:
    """``row`` with neighbours that the file only draws apart, and a label with what it labels, as one piece."""
    last = row[0]
    for at, part in enumerate(row[1:]):
        gap, height = part.left - last.right, min(part.height, last.height)
        labels = at == 0 and is_label(last.text) and gap < 8 * part.height and not is_figure(part.text)
        if gap < _WORD_GAP * height or labels or (gap < _SIGN_GAP * height and _is_sign(last.text, part.text)):
            space = " " if gap > 0.15 * part.height and not _is_sign(last.text, part.text) else ""
            longer = max(last, part, key=lambda piece: len(piece.text))
            words = last.words + part.words
            if not space:
                words = (*last.words[:-1], (last.words[-1][0], part.words[0][1]), *part.words[1:])
            text = last.text + space + part.text
            last = replace(
                longer, text=text, left=last.left, right=part.right, bold=last.bold and part.bold, words=words
            )
        else:
            yield last
            last = part
    yield last


def _is_sign(text: str, following: str) -> bool:
    """Whether one of both is the sign of the other, a number."""
    if _LEADING_SIGN.match(text):
        return is_figure(following)
    return bool(_TRAILING_SIGN.match(following)) and is_figure(text)


def _pieces(text_page: pdfium.PdfTextPage) -> Iterator[Piece]:
    # The loop runs for every character of a document, so its calls write to the same three places.
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box_at, x_at, y_at = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    handle = text_page.raw
    piece = _PieceBuilder(text_page)
    for at in range(raw.FPDFText_CountChars(handle)):
        character = chr(raw.FPDFText_GetUnicode(handle, at))
        if character in "\r\n":  # also before and after a raised mark: what is a line is told by the places
            continue
        if character.isspace():
            piece.space()
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, box_at)
        raw.FPDFText_GetCharOrigin(handle, at, x_at, y_at)
        height = box.top - box.bottom
        if not piece.takes(character, box.left, y.value, height):
            yield piece.build()
            piece = _PieceBuilder(text_page)
        if not piece.text and abs(raw.FPDFText_GetCharAngle(handle, at)) % 6.28 > 0.2:
            continue
        piece.add(at, character, box.left, box.right, y.value, height)
    yield piece.build()


class _PieceBuilder:
    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self.text = ""
        self._text_page = text_page
        self._left = self._right = self._y = self._height = 0.0
        self._heights: Counter[float] = Counter()
        self._words: list[tuple[float, float]] = []
        self._bold = True

    def takes(self, character: str, left: float, y: float, height: float) -> bool:
        """Whether ``character``, with this left edge, baseline and height, goes on with this piece."""
        if not self.text:
            return True
        gap, shift, size = left - self._right, abs(y - self._y), max(height, self._height)
        if gap < -self._height or shift > 0.8 * size:
            return False
        if shift > 0.45 * size:  # only a raised mark: close to its word, or before its footnote
            return gap < (3 * size if _MARK.match(self.text) else _WORD_GAP * size)
        if gap > 0.15 * size and is_figure(self.text) and not character.isalpha():
            # Columns of numbers may stand close together, and the next one's currency sign close to this one.
            return gap <= _WORD_GAP * size and character not in _CURRENCIES
        return gap <= _WIDE_GAP * size or is_label(self.text.strip())

    def space(self) -> None:
        if self.text and self.text[-1] != " ":
            self.text += " "

    def add(self, at: int, character: str, left: float, right: float, y: float, height: float) -> None:
        if not self.text:
            self._left, self._y, self._height = left, y, height
        elif height > 1.2 * self._height:  # a footnote's raised mark came first
            self._y, self._height = y, height
        if self.text and left - self._right > 0.15 * self._height:
            self.space()
        if not self.text or self.text[-1] == " ":
            self._bold = self._bold and _is_bold(self._text_page, at)
            self._words.append((left, right))
        self._words[-1] = self._words[-1][0], right
        self.text += character
        self._right = right
        self._heights[round(height * 10) / 10] += 1

    def build(self) -> Piece:
        height = self._heights.most_common(1)[0][0] if self._heights else 0.0
        return Piece(self.text.strip(), self._left, self._right, self._y, height, self._bold, tuple(self._words))


_font_name = ctypes.create_string_buffer(128)


def _is_bold(text_page: pdfium.PdfTextPage, at: int) -> bool:
    _font_name.value = b""
    raw.FPDFText_GetFontInfo(text_page.raw, at, _font_name, len(_font_name), None)
    # Some fonts claim weights far out of the scale, which ends at 1,000.
    return bool(_BOLD.search(_font_name.value)) or 600 <= raw.FPDFText_GetFontWeight(text_page.raw, at) <= 1000

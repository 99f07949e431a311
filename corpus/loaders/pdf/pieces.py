"""Characters of a PDF page put together to pieces of print."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.loaders.pdf.drawn import drawn_on, picture_share
from corpus.loaders.pdf.marks import after, is_mark, is_small, note_mark, of_note, without_marks
from corpus.loaders.pdf.rules import Rules, rules_of
from corpus.loaders.pdf.struck import marked_struck, without_struck
from corpus.loaders.pdf.unseen import LeftOut, has_invisible, is_invisible, put_back, without_stand_ins

LINE_HYPHENS = ("\x02", "\ufffe")  # how PDFium shows a hyphen that stands at a line's end
_BULLETS = "-•●▪◦–*"

# "(a)", "(2)(iii)", "4.", "b)", "iv.", "5.10", "1.3.3", "A2.1": what an item or a numbered paragraph begins with.
_NUMBER = r"(?:[A-Za-z]|[ivxlIVXL]{1,5}|\d{1,3})"
_LABEL = re.compile(
    rf"(?:\(?{_NUMBER}[.)]|(?:\({_NUMBER}\))+|(?:[A-Z]{{1,2}}|§+ ?)?\d{{1,3}}(?:\.\d{{1,3}})+\.?)[:—–]?$"
)
_MARK = re.compile(r"(?:\d{1,3}|[*†‡]) ?$")
_BOLD = re.compile(rb"bold|demi|black|heavy|medium", re.IGNORECASE)
_QUARTER = 1.5708  # of a circle, in radians
_LABEL_SIZE = 30  # characters that a mark in the margin or a chart's label has at most
WIDE_GAP = 1.2  # in heights of a character: wider than a word space, also in justified text
_SCANNED = 0.5  # share of a page that a picture of it takes at least
WORD_GAP = 0.6  # likewise: at most a word space

_FIGURE = re.compile(r"[^A-Za-z]*[\d—–-][^A-Za-z]*$")
CURRENCIES = "$€£¥"
_SIGNS = frozenset(f"{CURRENCIES}%")
_LEADING_SIGN = re.compile(r"[$€£¥] ?\(?$|\($")
_TRAILING_SIGN = re.compile(r"\)? ?%$|\)$")


@dataclass(frozen=True)
class Piece:
    """Print without a wide gap. ``left`` and ``right`` are its edges, ``y`` its baseline, upwards from the page's foot,
    and ``height`` that of most of its characters, all in points. ``bold`` says whether every word of it is.
    ``words`` are the left and right edges of its words, ``walled`` says whether a rule stands left of it,
    and ``start`` is where it would begin without: a rule in a table is no gutter between columns of text.
    ``is_table`` says that it stands for a whole table, and joins with nothing. ``rules`` are the ends of the level
    rules right below it."""

    text: str
    left: float
    right: float
    y: float
    height: float
    bold: bool
    words: tuple[tuple[float, float], ...]
    walled: bool = False
    parted_by: float = 0.0
    is_table: bool = False
    rules: tuple[tuple[float, float], ...] = ()

    @property
    def start(self) -> float:
        return self.left - self.parted_by

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of its lines."""
        return (self.text,)

    def split(self, gap: float) -> list[Piece]:
        """Its parts, parted where the white between two words is wider than ``gap`` points."""
        return self.cut([at for at in range(1, len(self.words)) if self.words[at][0] - self.words[at - 1][1] > gap])

    def cut(self, cuts: Sequence[int]) -> list[Piece]:
        """Its parts, which begin at these words; it is one part where there are none."""
        found = self.text.split()
        return [
            self._of(found[start:end], self.words[start:end])
            for start, end in zip([0, *cuts], [*cuts, len(found)], strict=True)
        ]

    def with_mark(self, mark: Piece) -> Piece:
        """With a raised ``mark`` put after the word that stands left of it, or before them all."""
        at = sum(left < mark.left for left, _ in self.words)
        found = self.text.split()
        before = " ".join(found[:at])
        marked = (after(before, mark.text) if before else of_note(mark.text)).split()
        added = len(marked) - at
        words = [*self.words[:at], *[(mark.left, mark.right)] * added, *self.words[at:]]
        return self._of([*marked, *found[at:]], tuple(words))

    def _of(self, found: Sequence[str], words: tuple[tuple[float, float], ...]) -> Piece:
        return replace(self, text=" ".join(found), left=words[0][0], right=words[-1][1], words=words)


@dataclass(frozen=True)
class NamePiece(Piece):
    """The name of a column, of several ``lines``, as one piece of print."""

    lines: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return self.lines

    def cut(self, cuts: Sequence[int]) -> list[Piece]:
        return [self]


def is_bullet(word: str) -> bool:
    """Whether ``word`` is one character that marks an item; symbol fonts have theirs in the range for private use."""
    return len(word) == 1 and (word in _BULLETS or "\ue000" <= word <= "\uf8ff")


def is_figure(text: str) -> bool:
    """Whether ``text`` is a number, or the dash that stands for none, with whatever signs and raised marks."""
    return bool(_FIGURE.match(without_marks(text)))


def is_label(word: str) -> bool:
    """Whether ``word`` is what an item begins with: a bullet, or a number as in "(a)", "4." or "5.10"."""
    return is_bullet(word) or bool(_LABEL.match(word))


def is_sign(text: str, following: str) -> bool:
    """Whether one of both is the sign of the other, a number."""
    if _LEADING_SIGN.match(text):
        return is_figure(following)
    return bool(_TRAILING_SIGN.match(following)) and is_figure(text)


def belongs(words: Sequence[str], at: int) -> bool:
    """Whether word ``at`` stays with the one before it, however far off: a number with its sign, an item's text with
    the label that begins it."""
    begins = (at == 1 and is_label(words[0])) or (at == 2 and bool(note_mark(" ".join(words[:2]))))
    return begins or words[at - 1] in _SIGNS or is_sign(words[at - 1], words[at])


@dataclass(frozen=True)
class Print:
    """A page's ``pieces`` in the order in which the file draws them, which need not be reading order. ``sideways`` is
    how many characters of the page stand across it and aren't among them, ``unseen`` how many nobody sees. ``rules``
    are the lines drawn around them. ``is_layer`` says that the program which made the file recognised them, or some of
    them, in a picture of the page. ``struck`` is how many words are struck out, which aren't among them either."""

    pieces: list[Piece]
    sideways: int = 0
    unseen: int = 0
    rules: Rules = field(default_factory=Rules)
    is_layer: bool = False
    struck: int = 0


def pieces(page: pdfium.PdfPage) -> Print:
    """What is printed on a page, turned upright where most of it stands sideways.

    Other print across the page, such as a printer's mark in the margin, is left out.
    """
    drawn = drawn_on(page)
    # Text without a colour over a picture of a page is what was recognised in it.
    invisible = has_invisible(drawn.texts)
    is_layer = invisible and picture_share(page) >= _SCANNED
    left_out = LeftOut(page.get_cropbox(), invisible and not is_layer)
    stand_ins = without_stand_ins(drawn.texts)
    text_page = page.get_textpage()
    if stand_ins and put_back(stand_ins, page, text_page):
        text_page.close()
        text_page = page.get_textpage()
    try:
        upright = _nonempty(_pieces(text_page, left_out))
        turns = max(left_out.sideways, key=lambda turns: len(left_out.sideways[turns]), default=0)
        across = left_out.sideways.get(turns, [])
        if len(across) <= max(_LABEL_SIZE, sum(len(piece.text) for piece in upright)):
            several = len(set(map(round, across))) > 1  # lines: one is a printer's mark
            rules = rules_of(drawn.paths)
            kept, struck = without_struck(upright, [*rules.lines, *marked_struck(page)], text_page)
            found = list(walled(kept, rules))
            sideways = len(across) if several else 0
            return Print(found, sideways, left_out.unseen, rules, is_layer and bool(found), struck)
        turned = _nonempty(_pieces(text_page, replace(left_out, sideways={}), turns))
        return Print(_together(turned, upright, left_out.page[3]), unseen=left_out.unseen, is_layer=is_layer)
    finally:
        text_page.close()


def _nonempty(found: Iterable[Piece]) -> list[Piece]:
    return [piece for piece in found if piece.text]


def walled(found: Iterable[Piece], rules: Rules) -> Iterator[Piece]:
    """The pieces parted where a rule stands between two words."""
    for piece in found if rules else ():
        middle = piece.y + 0.3 * piece.height
        words = piece.text.split()
        cuts = [
            at
            for at in range(1, len(words))
            if rules.between(piece.words[at - 1][1] - 0.5, piece.words[at][0] + 0.5, middle) and not belongs(words, at)
        ]
        end = piece.left
        for part in piece.cut(cuts):
            beside = rules.between(part.left - WIDE_GAP * part.height, part.left + 0.5, middle)
            yield replace(part, walled=beside, parted_by=max(0.0, part.left - end))
            end = part.right
    if not rules:
        yield from found


def _together(turned: list[Piece], upright: list[Piece], height: float) -> list[Piece]:
    """``turned`` pieces, moved between the head and foot that are printed ``upright`` on a page of this ``height``, or
    above all of it where they don't fit."""
    space = 3 * max(piece.height for piece in [*turned, *upright])
    lowest = min(piece.y for piece in turned)
    edges = sorted([0.0, *(piece.y for piece in upright), height])
    width, foot = max((above - below, below) for below, above in pairwise(edges))
    if width < max(piece.y for piece in turned) - lowest + 2 * space:
        foot = edges[-1]
    return [*(replace(piece, y=piece.y + foot + space - lowest) for piece in turned), *upright]


def _pieces(text_page: pdfium.PdfTextPage, left_out: LeftOut, turns: int = 0) -> Iterator[Piece]:
    """The pieces of print that is turned by as many quarters of a circle. The rest is counted in ``left_out``."""
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
        if left_out.has_invisible and is_invisible(handle, at):
            left_out.unseen += 1
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, box_at)
        raw.FPDFText_GetCharOrigin(handle, at, x_at, y_at)
        if turns:
            left, right, base, height = _turned(box, x.value, y.value, turns)
        else:
            left, right, base, height = box.left, box.right, y.value, box.top - box.bottom
        if not piece.takes(character, left, base, height):
            yield piece.build()
            piece = _PieceBuilder(text_page)
        if not piece.text:
            angle = raw.FPDFText_GetCharAngle(handle, at) / _QUARTER
            own = round(angle) % 4
            if own != turns or abs(angle - round(angle)) > 0.13:
                if own:
                    left_out.sideways.setdefault(own, []).append(y.value if own == 2 else x.value)
                continue
            if left_out.is_beside(x.value, y.value):
                left_out.unseen += 1
                continue
        piece.add(at, character, left, right, base, height)
    yield piece.build()


def _turned(box: raw.FS_RECTF, x: float, y: float, turns: int) -> tuple[float, float, float, float]:
    """The left and right edge, the baseline and the height of a character, seen from the side that it is read from."""
    if turns == 1:
        return -box.top, -box.bottom, x, box.right - box.left
    if turns == 2:
        return -box.right, -box.left, -y, box.top - box.bottom
    return box.bottom, box.top, -x, box.right - box.left


class _PieceBuilder:
    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self.text = ""
        self._text_page = text_page
        self._left = self._right = self._y = self._height = 0.0
        self._heights: Counter[float] = Counter()
        self._words: list[tuple[float, float]] = []
        self._bold = True
        self._mark = ""  # a raised mark that isn't yet in the text
        self._mark_left = 0.0

    def takes(self, character: str, left: float, y: float, height: float) -> bool:
        """Whether ``character``, with this left edge, baseline and height, goes on with this piece."""
        if not self.text:
            return True
        gap, shift, size = left - self._right, abs(y - self._y), max(height, self._height)
        if gap < -self._height or shift > 0.8 * size:
            return False
        if shift > 0.45 * size:  # only a raised mark: close to its word, or before its footnote
            return gap < (3 * size if _MARK.match(self.text) else WORD_GAP * size)
        if gap > 0.15 * size and is_figure(self.text) and not character.isalpha():
            # Columns of numbers may stand close together, and the next one's currency sign close to this one.
            return gap <= WORD_GAP * size and character not in CURRENCIES
        # A star far before a number stands for one: it isn't what an item begins with.
        is_no_label = self.text.strip() == "*" and not character.isalpha()
        return gap <= WIDE_GAP * size or (is_label(self.text.strip()) and not is_no_label)

    def space(self) -> None:
        if self._mark:
            self._mark += " "
        elif self.text and self.text[-1] != " ":
            self.text += " "

    def add(self, at: int, character: str, left: float, right: float, y: float, height: float) -> None:
        if not self.text:
            self._left, self._y, self._height = left, y, height
        elif height < self._height and is_small(height, y - self._y, self._height):
            self._mark_left = self._mark_left if self._mark else left
            self._mark += character
            self._right = right
            return
        elif self._mark.isdigit() and character.isdigit() and height < 0.85 * self._height:
            self._mark += f"/{character}"  # the fraction's line is drawn
            self._right = right
            return
        elif height > 1.2 * self._height:  # a footnote's raised mark came first
            self._note(y, height)
            self._y, self._height = y, height
        if self._mark:
            self._put_mark(character)
        if self.text and left - self._right > 0.15 * self._height:
            self.space()
        if not self.text or self.text[-1] == " ":
            self._bold = self._bold and _is_bold(self._text_page, at)
            self._words.append((left, right))
        self._words[-1] = self._words[-1][0], right
        self.text += character
        self._right = right
        self._heights[round(height * 10) / 10] += 1

    def _note(self, y: float, height: float) -> None:
        """Write what stands before the text of a note."""
        mark = self.text.strip()
        if is_mark(mark) and is_small(self._height, self._y - y, height):
            self.text = of_note(mark)
            self._words = [(self._left, self._right)] * len(self.text.split())
            self._heights.clear()

    def _put_mark(self, following: str) -> None:
        """Write the raised mark after its word; ``following`` is the character after it."""
        mark, text = self._mark, self.text
        self._mark = ""
        self.text = after(text, mark, following) if is_mark(mark.strip()) else text + mark
        added = len(self.text.split()) - len(self._words)
        if text[-1:] != " " or not added:
            self._words[-1] = self._words[-1][0], self._right
        self._words.extend([(self._mark_left, self._right)] * added)
        if mark[-1] == " " or (self.text[-1] == ")" and following.isalnum()):
            self.space()

    def build(self) -> Piece:
        if self._mark:
            self._put_mark("")
        height = self._heights.most_common(1)[0][0] if self._heights else 0.0
        return Piece(self.text.strip(), self._left, self._right, self._y, height, self._bold, tuple(self._words))


_font_name = ctypes.create_string_buffer(128)


def _is_bold(text_page: pdfium.PdfTextPage, at: int) -> bool:
    _font_name.value = b""
    raw.FPDFText_GetFontInfo(text_page.raw, at, _font_name, len(_font_name), None)
    # Some fonts claim weights far out of the scale, which ends at 1,000.
    return bool(_BOLD.search(_font_name.value)) or 600 <= raw.FPDFText_GetFontWeight(text_page.raw, at) <= 1000

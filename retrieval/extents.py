"""The lines that bear a number, and how far the text goes that surely belongs to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.language.dates import MONTHS
from corpus.outline import Line
from retrieval.numbered import GAP, LABEL, NEED_THEIR_WORD, WORDS, Step, kind_of

# What follows a number that counts something, or a day.
_UNIT = (
    r"%|[€$£]|(?:EUR|USD|GBP|CHF|per\s?cent\w*|percentage|bps?|million|billion|thousand|times|years?|months?|weeks?|days?"
    rf"|hours?|km|kg|{'|'.join(MONTHS)})\b"
)
_BEGINNING = re.compile(
    rf"(?:[-•*–]\s+)?(?:(?P<word>{WORDS}){GAP})?(?P<open>\(?)(?P<label>{LABEL})(?P<close>[.):]?)(?=\s|$)"
    rf"(?!\s*(?:{_UNIT}))\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_WORD = re.compile(rf"(?:{WORDS}){GAP}(?:{LABEL})(?!\w)", re.IGNORECASE)
_BULLET = re.compile(r"[-•*–]\s")
_SENTENCE = re.compile(r"[a-z(]")  # what a sentence goes on with that only refers to a number
_LEADERS, _PAGE = re.compile(r"(?:(?:\.\s?){3}|…)\s*\d+$"), re.compile(r"[^.!?;:\d]\s+\d+$")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_MOST_WORDS_OF_TITLE = 8


class Doubtful(Exception):
    """A number stands in a way in which it may bear a place or not."""


class Extent(NamedTuple):
    """The ``lines`` of a place, and the line ``above`` its list that introduces it. ``goes_on`` says that more text
    follows, which may belong to it."""

    lines: list[Line]
    above: Line | None = None
    goes_on: bool = False


class _Number(NamedTuple):
    """What a line begins with: a label, after a word of some ``kind`` or "", in a ``style`` that its list has."""

    label: str
    kind: str
    style: tuple[str, ...]

    @property
    def is_bare(self) -> bool:
        """Whether nothing marks it as a number: "3 Liability"."""
        return self.style == ("", "", "digit")

    @property
    def is_first(self) -> bool:
        return self.label.lower() in ("1", "a", "i") or self.label.endswith(".1")

    @property
    def sort(self) -> tuple[str, ...]:
        """The style, in which Roman numbers are no letters."""
        return (*self.style, "roman" if self.label.lower() in _ROMAN else "")

    def is_counted_by(self, label: str) -> bool:
        """Whether a label shows that this number counts headings: that of the one before, of the next, or of a part."""
        return self.label in _next(label) or label in _next(self.label) or label.startswith(f"{self.label}.")

    def is_before(self, other: _Number) -> bool:
        """Whether the other number is the next one of the same list."""
        return self.style == other.style and other.label in _next(self.label)

    def ends_before(self, other: _Number) -> bool:
        """Whether the other number is of what follows outside: 3, 3.1 or Article 3 after 2.2."""
        has_levels = "." in self.label + other.label or bool(other.kind)
        return has_levels and other.label.partition(".")[0] in _next(self.label.partition(".")[0])


def extents(lines: list[Line], steps: Sequence[Step]) -> list[Extent]:
    """Each place that a version has at the end of the steps. Raises `Doubtful`."""
    found = _numbered(lines, steps[0])
    for step in steps[1:]:
        inside = [(outer, inner) for outer in found for inner in _numbered(outer.lines, step, is_inside=True)]
        found = [inner._replace(goes_on=inner.goes_on or outer.goes_on) for outer, inner in inside]
    return found


def _numbered(lines: list[Line], step: Step, is_inside: bool = False) -> list[Extent]:
    """The places with a number. A heading with the word goes before all others, and of a section any heading does.
    ``is_inside`` a place its first line is no part of it, nor is an item of a list within its list."""
    if any(_may_bear(step.label, line.text) for line in lines):
        raise Doubtful
    numbers = [_number(line) for line in lines]
    outermost = next((each.style for each in numbers[1:] if each and "." not in each.label), ())
    heads = [
        each.label for line, each in zip(lines, numbers, strict=True) if each and (line.is_heading or "." in each.label)
    ]
    known = [
        at
        for at, (line, number) in enumerate(zip(lines, numbers, strict=True))
        if number is not None
        and step.is_label(number.label)
        and (number.kind == step.kind if number.kind else step.kind not in NEED_THEIR_WORD)
        and (not number.is_bare or (line.is_heading and any(map(number.is_counted_by, heads))))
        and not _is_of_contents(lines, at)
        and not (is_inside and (at == 0 or ("." not in number.label and number.style != outermost)))
    ]
    headings = [at for at in known if lines[at].is_heading]
    sure = [at for at in headings if step.kind and (number := numbers[at]) and number.kind]
    chosen = sure or (headings if step.kind == "section" else []) or known
    found = [_under(lines, numbers, at) if lines[at].is_heading else _from(lines, numbers, at) for at in chosen]
    return [extent for extent in found if not extent.lines[-1].is_heading]


def _may_bear(label: str, text: str) -> bool:
    """Whether a line bears a number like 2.2 in an unsure way: in a table, before a small letter, after a sentence."""
    begins = rf"(?:[-•*–]\s+)?{re.escape(label)}[.):]?(?:\s*\||\s+(?!{_UNIT})[a-z])"
    return "." in label and label in text and (re.match(begins, text) is not None or _stands_inside(label, text))


def _stands_inside(label: str, text: str) -> bool:
    """Whether a number stands behind a sentence, where lines were joined: "… of it. 2.3 Cash"."""
    marked = rf"{re.escape(label)}[.)]?" if "." in label else rf"\(?{re.escape(label)}[.)]"
    return re.search(rf"[.;:!?]\s+{marked}\s+(?!{_UNIT})[A-Z]", text) is not None


def _number(line: Line) -> _Number | None:
    """What a line is headed by. A sentence that only refers to a number, "Clause 2.2 (Cash) does not apply", is headed
    by none, nor is a row of a table."""
    found = _BEGINNING.match(line.text)
    if found is None or " | " in line.text or (found["open"] and found["close"] != ")"):
        return None
    label, rest, is_marked = found["label"], found["rest"], bool(found["close"])
    if found["word"]:
        is_headed = is_marked or rest[:1] in ("–", "—", "-", ":", "") or rest.isupper() or line.is_heading
        if not is_headed or _SENTENCE.match(rest.lstrip("–—-: ")):
            return None
        kind = kind_of(found["word"])
        return _Number(label, kind, (kind,))
    if not is_marked and (not label[0].isdigit() or _SENTENCE.match(rest)):
        return None
    if "." in label:
        return _Number(label, "", ("dotted", str(label.count("."))))
    return _Number(label, "", (found["open"], found["close"], "digit" if label[0].isdigit() else "letter"))


def _is_of_contents(lines: list[Line], at: int) -> bool:
    """Whether a line is of a table of contents: it ends with leaders and a page, or three in a row with a page."""
    ends = [bool(_PAGE.search(line.text)) for line in lines[max(at - 2, 0) : at + 3]]
    return bool(_LEADERS.search(lines[at].text)) or any(all(ends[n : n + 3]) for n in range(len(ends) - 2))


def _under(lines: list[Line], numbers: Sequence[_Number | None], at: int) -> Extent:
    """A heading with what the structure has under it, and the headings of the same level that number its parts."""
    own, heading, end = numbers[at], lines[at].text, at + 1
    path = next((line.path for line in lines[at:] if not line.is_heading), ())
    depth = path.index(heading, 1) if heading in path[1:] else 0
    if own is None or not depth:
        return Extent(lines[at:end])
    for n in range(end, len(lines)):
        line, number = lines[n], numbers[n]
        if line.is_heading:
            continue
        is_part = any(each.startswith(f"{own.label}.") for each in line.path[depth : depth + 1])
        is_next = number and ((number.kind and own.ends_before(number)) or (own.is_before(number) and "." in own.label))
        if is_next or not (is_part or line.path[: depth + 1] == path[: depth + 1]):
            break
        end = n + 1
    return Extent(lines[at:end])


def _from(lines: list[Line], numbers: Sequence[_Number | None], at: int) -> Extent:
    """A line with what is numbered below it. Lines without a number are known to belong to it only where the next
    number of its list follows them."""
    own = numbers[at]
    assert own is not None
    last = next((n for n in range(at + 1, len(lines)) if lines[n].path != lines[at].path), len(lines))
    open_, loose, end = [own], last, last
    for n in range(at + 1, last):
        number = numbers[n]
        after = [depth for depth, each in enumerate(open_) if number and each.is_before(number)]
        if number and after and after[-1] and not own.ends_before(number):
            open_[after[-1] :] = [number]
        elif number and after == [0] and not _is_roman(numbers[n:last], number):
            loose = end = n
            break
        elif number and number.label.startswith(f"{own.label}."):
            open_ = [own, number]
        elif number and number.is_first and "." not in number.label and number.sort not in [x.sort for x in open_]:
            open_.append(number)
        elif (number and not after) or _is_title(lines[n].text):
            end = n
            break
        elif number or not _BULLET.match(lines[n].text):
            loose = min(loose, n)
    stop = min(loose, end)
    if any(_stands_inside(each, line.text) for line in lines[at:stop] for each in _next(own.label)):
        raise Doubtful
    ending = numbers[stop] if stop < last else None
    is_ended = stop == last or (ending is not None and (own.is_before(ending) or own.ends_before(ending)))
    return Extent(lines[at:stop], _above(lines, numbers, at), goes_on=not is_ended)


def _is_title(text: str) -> bool:
    """Whether a line without a number looks like a heading: a few words without a mark at their end."""
    if " | " in text or text[-1] in ".,;:!?" or _BULLET.match(text):
        return False
    return text.isupper() or (
        (text[0].isupper() or _WORD.match(text) is not None) and len(text.split()) <= _MOST_WORDS_OF_TITLE
    )


def _is_roman(following: Sequence[_Number | None], number: _Number) -> bool:
    """Whether an i after h is the Roman number: ii comes before j."""
    others = (each.label.lower() for each in following if each and each.style == number.style)
    return number.label in ("i", "I") and next((each for each in others if each in ("ii", "j")), "") == "ii"


def _above(lines: list[Line], numbers: Sequence[_Number | None], at: int) -> Line | None:
    """The line right above the list that a line is an item of, where it introduces the list."""
    first = numbers[at]
    for n in range(at - 1, -1, -1):
        if first is None or lines[n].path != lines[at].path:
            return None
        if first.is_first:
            return lines[n] if lines[n].text.endswith((":", "—")) else None
        number = numbers[n]
        if number and number.is_before(first):
            first = number
        elif number is None and not _BULLET.match(lines[n].text):
            return None
    return None


def _next(label: str) -> set[str]:
    """What may follow a label in its list: 6 or 5a after 5, j or ii after i."""
    if found := re.fullmatch(r"(.*?)(\d+)([a-z]?)", label):
        before, number, letter = found.groups()
        return {f"{before}{int(number) + 1}", f"{before}{number}{chr(ord(letter) + 1) if letter else 'a'}"}
    following = {after for before, after in pairwise(_ROMAN) if before == label.lower()}
    following |= {chr(ord(label.lower()) + 1)} if len(label) == 1 else set()
    return following if label.islower() else {each.upper() for each in following}

"""Raised marks of a PDF: small print above the baseline, which is a note's mark, a power or an ordinal's ending."""

from __future__ import annotations

import re

from corpus.raised import raised

_SMALL = 0.85  # of the height of the print beside it: set smaller on purpose
_RISE = 0.12  # likewise, from one baseline to the other: raised on purpose
_ONE = r"(?:\(?(?:[a-z]{1,2}|[A-Z]|TM|SM|\d{1,3})\)?|\d{1,2}/\d{1,2}|[*†‡§]+)"
_MARK = re.compile(rf"{_ONE}(?:(?:[ ,]+|(?<=\))(?=\()){_ONE})*$")
_NOTE = re.compile(r"Note ([^:]{1,12}): ?")
_NOTES = re.compile(r" ?\(notes? [^()]{1,12}\)")
# "x²", but not "Annex B²", which is marked. No word but "a" is one small letter.
_VARIABLE = re.compile(r"(?<![\w’'.(-])\d*[b-zα-ω]$")


def is_small(height: float, rise: float, beside: float) -> bool:
    """Whether print of this ``height`` is a raised mark of print that is ``beside`` points high and ``rise`` lower."""
    return height < _SMALL * beside and _RISE * beside < rise < 0.8 * beside


def is_mark(text: str) -> bool:
    """Whether ``text`` is one mark or several."""
    return bool(_MARK.match(text))


def after(before: str, mark: str, following: str = "") -> str:
    """The text ``before`` with its raised ``mark``; ``following`` is the character after it."""
    mark, word = mark.strip(), before.rstrip()
    if "/" in mark or following in ("/", "⁄"):
        return f"{word} {mark}" if word[-1:].isdigit() else before + mark
    written = raised(word, _listed(mark))
    return word + (mark if _NOTES.match(written) and _VARIABLE.search(word) else written)


def of_note(mark: str) -> str:
    """What is written for the raised ``mark`` before the text of a note."""
    return raised("", _listed(mark))


def _listed(mark: str) -> str:
    """Several marks with commas between them: "1, 2" for "(1) (2)" and "1 2"."""
    several = re.split(r"[ ,]+|(?<=\))(?=\()", mark.strip())
    return ", ".join(one.strip("()") for one in several) if len(several) > 1 else mark


def note_mark(text: str) -> str:
    """The mark of the note whose text this is, or nothing where it is no note's."""
    found = _NOTE.match(text) if text.startswith("Note ") else None
    return found.group(1) if found else ""


def without_marks(text: str) -> str:
    """``text`` without references to notes."""
    return _NOTES.sub("", text) if "(note" in text else text

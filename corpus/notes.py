"""Notes in a text: the marks that refer to them, as `corpus.raised` writes them, and what they say."""

from __future__ import annotations

import re

from corpus.language.sentences import Span

_REFERENCE = re.compile(r"\(notes? ([^()]{1,30})\)")
# Notes stand at the beginning of a line, or follow each other in one.
_NOTE = re.compile(r"(?:^|(?<=[.;!?] ))Note (\S{1,12}): ", re.MULTILINE)


def marks(text: str) -> list[str]:
    """The marks of the notes that a text refers to, each once: "2" and "3" for "(note 2)" and "(notes 2, 3)"."""
    found = (mark.strip() for names in _REFERENCE.findall(text) for mark in re.split("[,;]", names))
    return list(dict.fromkeys(filter(None, found)))


def without_marks(text: str) -> str:
    """A text without what refers to notes."""
    return _REFERENCE.sub("", text).strip() if "(note" in text else text


def notes(text: str) -> dict[str, Span]:
    """Where the notes of a text stand, by their marks; of several with one mark the first."""
    found: dict[str, Span] = {}
    begins = list(_NOTE.finditer(text))
    for at, begin in enumerate(begins):
        line_end = text.find("\n", begin.start())
        end = len(text) if line_end < 0 else line_end
        if at + 1 < len(begins):
            end = min(end, begins[at + 1].start())
        found.setdefault(begin[1], Span(begin.start(), begin.start() + len(text[begin.start() : end].rstrip())))
    return found

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


def notes(text: str) -> list[tuple[str, Span]]:
    """The notes of a text in their order: their marks, and where they stand."""
    found = []
    begins = list(_NOTE.finditer(text))
    for at, begin in enumerate(begins):
        line_end = text.find("\n", begin.start())
        end = len(text) if line_end < 0 else line_end
        if at + 1 < len(begins):
            end = min(end, begins[at + 1].start())
        found.append((begin[1], Span(begin.start(), begin.start() + len(text[begin.start() : end].rstrip()))))
    return found


def note_for(mark: str, among: list[tuple[str, Span]], after: int) -> Span | None:
    """Which note is meant where a text refers to ``mark`` at the character ``after``: the next one with that mark, as
    each table may have notes of its own; the last before it, where none follows."""
    own = [span for name, span in among if name == mark]
    return next((span for span in own if span.start >= after), own[-1] if own else None)

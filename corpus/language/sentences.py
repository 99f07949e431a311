"""Text cut into sentences, with their places."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """The characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


_END = re.compile(r"""[.!?]["'”’)\]]*(?=\s+["'“‘(\[]?[A-Z0-9£$€\-•])|\n+""")
_MARKER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|[•*-]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|incl|no|nos|art|sec|para|pt|inc|ltd|co|mr|mrs|ms|dr|st|u\.s)|^\(?(?:\d{1,3}|[a-zA-Z]))\.$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Span]:
    """Sentences, list items and table rows, in order; white space between them belongs to none."""
    spans, start = [], 0
    for end in _END.finditer(text):
        before = text[start : end.start() + 1].strip()
        if text[end.start()] == "." and _ABBREVIATION.search(before):
            continue
        if _MARKER.fullmatch(before):  # alone on its line
            continue
        spans.append(_trimmed(text, start, end.end()))
        start = end.end()
    spans.append(_trimmed(text, start, len(text)))
    return [span for span in spans if span.end > span.start]


def is_item(sentence: str) -> bool:
    """Whether a sentence is an item of a list, or a row of a table, which stands on a line of its own."""
    marker = _MARKER.match(sentence)
    return " | " in sentence or bool(marker and sentence[marker.end() : marker.end() + 1].isspace())


def is_finished(sentence: str) -> bool:
    """Whether a sentence ends as sentences do, rather than where the writer was cut off."""
    return bool(re.search(r"[.!?:][\"'”’)\]]*$", sentence.strip()))


def _trimmed(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return Span(start, max(start, start + len(inner.strip())))

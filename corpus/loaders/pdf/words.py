"""Words broken at the end of a line, made whole again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import LINE_HYPHENS

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W_]+(?:-[^\W_]+)*)[-\x02\ufffe]$")


class Words:
    """The words of a document, with which a hyphen at a line's end is told from one that breaks a word."""

    def __init__(self, regions: Iterable[Sequence[Line]]) -> None:
        self._known: set[str] = set()
        for region in regions:
            broken = False
            for line in region:
                found = _WORD.findall(line.text.lower())
                ends_broken = line.text.endswith(("-", *LINE_HYPHENS))
                # Halves of broken words are no words.
                self._known.update(found[broken : len(found) - ends_broken])
                broken = ends_broken

    def join(self, texts: Iterable[str]) -> str:
        """One text of several lines."""
        joined = ""
        for text in texts:
            joined = self._join(joined, text) if joined else text
        return joined[:-1] + "-" if joined.endswith(LINE_HYPHENS) else joined

    def _join(self, above: str, text: str) -> str:
        broken = _BROKEN.search(above)
        if not broken:
            return f"{above} {text}"
        following = _WORD.match(text)
        kept = f"{above[:-1]}-{text}"
        if not following:
            return kept if above.endswith(LINE_HYPHENS) else above + text
        first, second = broken.group(1).lower(), following.group().lower()
        by_printer = above.endswith(LINE_HYPHENS)
        if self._is_known(first + second) and (by_printer or text[0].islower()):
            return above[:-1] + text
        if not by_printer or (text[0].isupper() and not broken.group(1).isupper()):
            return kept
        compound = f"{first}-{second}" in self._known or (self._is_word(first) and self._is_word(second))
        return kept if compound else above[:-1] + text

    def _is_known(self, word: str) -> bool:
        return word in self._known or (word.rpartition("-")[2] in self._known and "-" in word)

    def _is_word(self, word: str) -> bool:
        return (len(word) > 2 and (word in self._known or word.rpartition("-")[2] in self._known)) or word.isdigit()

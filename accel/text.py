"""From tokens to text, without ever showing half a character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Decodes(Protocol):
    """The one thing needed of a tokenizer here."""

    def decode(self, token_ids: list[int], skip_special_tokens: bool) -> Any: ...


class TextStream:
    """Turns a growing answer into pieces of text whose concatenation is the answer decoded at once.

    A byte-level token may end in the middle of a UTF-8 character; its text is held back until the character is whole.
    """

    def __init__(self, tokenizer: Decodes) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self.text = ""

    def feed(self, tokens: Sequence[int]) -> str:
        """The text that ``tokens`` add, possibly empty."""
        self._tokens.extend(tokens)
        whole: str = self._tokenizer.decode(self._tokens, skip_special_tokens=True)
        return self._show(whole.rstrip(REPLACEMENT))

    def finish(self) -> str:
        """What was held back: a character that stays incomplete shows as U+FFFD."""
        return self._show(self._tokenizer.decode(self._tokens, skip_special_tokens=True))

    def _show(self, whole: str) -> str:
        new = whole[len(self.text) :]
        self.text += new
        return new

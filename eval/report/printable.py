"""Texts that a page can hold."""

from __future__ import annotations

import re

# Neither HTML nor XML can hold these, not even as references.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text with a replacement character for each that a page can't hold."""
    return _IMPOSSIBLE.sub("\ufffd", text)

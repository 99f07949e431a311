"""Streamed text is the whole text, in pieces of whole characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from accel.text import REPLACEMENT, TextStream


class Bytes:
    """A tokenizer whose tokens are bytes, as the smallest ones of byte-level tokenizers are."""

    def decode(self, token_ids: list[int], skip_special_tokens: bool) -> str:
        return bytes(token_ids).decode("utf-8", errors="replace")


@given(st.text(), st.integers(1, 3))
def test_pieces_are_whole_characters_and_make_the_whole_text(text: str, at_once: int) -> None:
    stream = TextStream(Bytes())
    data = list(text.encode())
    pieces = [stream.feed(data[at : at + at_once]) for at in range(0, len(data), at_once)]
    if REPLACEMENT not in text:
        assert REPLACEMENT not in "".join(pieces)
    assert "".join(pieces) + stream.finish() == stream.text == text


def test_an_incomplete_last_character_shows_at_the_end() -> None:
    stream = TextStream(Bytes())
    assert stream.feed([*b"ab", 0xE2]) == "ab"
    assert stream.finish() == REPLACEMENT

"""Passages go into the trie in the spellings in which they are copied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from accel import Source, TokenTrie, read_prompt
from accel.passages import spellings

WRAPPED = (
    "• A replacement card costs EUR 7,\nand a new PIN\nis free.\n| card | fee |\n| --- | --- |\n| debit | EUR 2 |\n"
)


def letters(text: str) -> list[int]:
    """A tokenizer whose tokens are characters."""
    return [ord(letter) for letter in text]


def trie_of(prompt: str, passages: list[str], weights: list[float] | None = None) -> TokenTrie:
    trie = TokenTrie()
    read_prompt(trie, letters, letters(prompt), passages, weights or [])
    return trie


def test_line_wraps_bullets_and_table_pipes_do_not_stop_a_match() -> None:
    assert spellings(WRAPPED)[-1] == "A replacement card costs EUR 7, and a new PIN is free. card fee debit EUR 2"
    trie = trie_of("Question: fees?", [WRAPPED])
    assert trie.count(letters("EUR 7, and a new PIN is free.")) > 0
    assert trie.count(letters("EUR 7,\nand a new PIN\nis free.")) > 0
    assert trie.count(letters(" A replacement card")) > 0


def test_a_passage_of_the_prompt_is_not_put_in_twice_but_marked() -> None:
    passage = "A replacement card costs EUR 7."
    trie = trie_of(f"[1] {passage} Question: what does it cost?", [passage])
    assert trie.count(letters("replacement card")) == 1
    [place] = trie.places(ord("7"))
    assert trie.sources[place] == Source.PASSAGES | Source.PROMPT
    assert trie.sources[-1] == Source.PROMPT


def test_a_passage_counts_by_its_weight() -> None:
    trie = trie_of("Question: x", ["alpha beta", "gamma delta"], [1.0, 0.25])
    assert trie.count(letters("lpha bet")) == 4 * trie.count(letters("amma delt"))


# Letters stand for tokens here, and no vocabulary has as many tokens as Unicode has characters.
@given(st.text(st.characters(max_codepoint=0xFFFF), max_size=60))
def test_every_text_has_spellings_and_is_the_first_of_them(text: str) -> None:
    assert spellings(text)[0] == text
    assert trie_of("x", [text]).tokens[-1] == ord("x")

"""Passages as token sequences that an answer may copy, in the spellings in which it may copy them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from accel.errors import NotTexts
from accel.trie import Source, TokenTrie

Encode = Callable[[str], Sequence[int]]

BULLET = re.compile(r"^[ \t]*(?:[•◦▪■●‣·*–-]|\(?[0-9a-z]{1,3}[.)])[ \t]+", re.MULTILINE)
RULE = re.compile(r"^[ \t|:+=-]*$\n?", re.MULTILINE)
# Half as often as the passage itself: what a spelling shares with it is counted a second time.
SPELLING = 0.5
# Tokens kept behind the last one in which a spelling differs, so that its run is long enough to be followed.
OVERLAP = 4


def spellings(text: str) -> list[str]:
    """``text``, and the ways in which a model writes it down: without line wraps, bullets and table pipes, and as it
    would go on after a word. A PDF's line breaks stand between tokens that are copied without them."""
    plain = BULLET.sub("", RULE.sub("", text))
    plain = re.sub(r"[ \t]*\|[ \t]*", " ", plain)
    plain = re.sub(r"\s+", " ", plain).strip()
    return list(dict.fromkeys([text, plain]))


def texts(passages: Sequence[str]) -> list[str]:
    """``passages`` as a list. Raises `NotTexts` for anything but a sequence of strings, and says what was found."""
    if isinstance(passages, str | bytes) or not isinstance(passages, Sequence):
        raise NotTexts(f"passages are a list of texts, not {_kind(passages)}: put a single text into a list.")
    for at, passage in enumerate(passages):
        if not isinstance(passage, str):
            # LangChain's documents, and many others, keep their text there.
            has_text = isinstance(getattr(passage, "page_content", None), str)
            instead = "its page_content" if has_text else "its text, and leave it out where it has none"
            raise NotTexts(f"passages are texts, but passages[{at}] is {_kind(passage)}: give {instead}.")
    return list(passages)


def _kind(what: object) -> str:
    return "None" if what is None else f"of type {type(what).__name__}"


def read_prompt(
    trie: TokenTrie, encode: Encode, prompt: Sequence[int], passages: Sequence[str], weights: Sequence[float] = ()
) -> None:
    """Put ``passages`` into ``trie`` in all their spellings, each with its weight (say, its retrieval score over the
    best one's; 1 if left out), and then ``prompt``.

    A passage whose tokens stand in the prompt as they are is not put in a second time: its place there is marked.
    Raises `NotTexts` where ``passages`` are something else than strings, ValueError where weights are missing.
    """
    if weights and len(weights) != len(passages):
        raise ValueError(f"every passage needs a weight: {len(passages)} passages have {len(weights)}")
    text = _packed(prompt)
    marks: list[tuple[int, int, float]] = []
    for at, passage in enumerate(texts(passages)):
        weight = weights[at] if weights else 1.0
        known: list[list[int]] = []
        for spelling in spellings(passage):
            for begun in (spelling, f" {spelling.lstrip()}"):
                tokens = list(encode(begun))
                new = _without_common_end(tokens, known[0]) if known else tokens
                # The first and the last tokens may be others in the prompt, where something stands beside them.
                inner = _packed(new[1:-1])
                if inner and (found := text.find(inner)) >= 0:
                    marks.append((found, found + len(inner), weight))
                elif inner:
                    trie.insert(new, Source.PASSAGES, weight * SPELLING if known else weight)
                known.append(tokens)
    begin = len(trie.tokens)
    trie.read(prompt)
    for first, last, weight in marks:
        trie.mark(begin + first, begin + last, Source.PASSAGES, weight)


def _without_common_end(tokens: list[int], known: Sequence[int]) -> list[int]:
    """``tokens`` up to shortly after the last one in which they differ from ``known``, seen from the end."""
    same = 0
    while same < min(len(tokens), len(known)) and tokens[-1 - same] == known[-1 - same]:
        same += 1
    return tokens[: len(tokens) - max(0, same - OVERLAP)]


def _packed(tokens: Sequence[int]) -> str:
    # One character a token: searching a string for another is what Python does fastest.
    return "".join(map(chr, (token + 1 if token < 0xD7FF else token + 0x801 for token in tokens)))

"""What the model is told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from accel.messages import Message
from corpus.passage_store import PassageRecord

SYSTEM = (
    "You answer questions about financial policies. Use only the passages. Quote the passage that answers the question."
)

# A small model left to itself rewords, and gets it wrong; one that is in the middle of a quotation goes on quoting.
OPENING = "The passages say: “"

# What a line of a passage may begin with to pass for another passage, or for a turn of the conversation.
_PRETENDS = re.compile(
    r"^([ \t]*)(?=\[\d+\]|(?:question|answer|system|user|assistant|human|ai)\s*:)", re.IGNORECASE | re.MULTILINE
)


def passage_text(passage: PassageRecord) -> str:
    """A passage as the model reads it: a table's rows with their header, but no headings, which it would quote. What
    would look like the end of the passage is marked as part of it."""
    return _PRETENDS.sub(r"\1> ", "\n".join(part for part in (passage.context, passage.text) if part))


def messages(question: str, passages: Sequence[PassageRecord]) -> list[Message]:
    """The conversation that asks for an answer from ``passages``, best first."""
    numbered = [f"[{number}] {passage_text(passage)}" for number, passage in enumerate(passages, start=1)]
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": "\n\n".join([*numbered, f"Question: {question}"])},
    ]

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


_RAN_ON = re.compile(r"\s*\n\[\d|\s*\bThe passages? \w+: “")
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


def quotation(text: str) -> str:
    """What the model wrote up to where it closed the quotation that `OPENING` began, began one anew, or ran on into the
    number of the next passage; all of it where it did none of these."""
    depth = 0
    ran_on = _RAN_ON.search(text)
    for at, character in enumerate(text[: ran_on.start()] if ran_on else text):
        if character == "“":
            depth += 1
        elif character == "”":
            depth -= 1
        # A straight mark closes the quotation after a sentence's end; elsewhere it stands in the passage itself.
        straight = character == '"' and re.search(r"[.!?;:]$", text[:at])
        if depth < 0 or straight:
            return text[:at]
    return text[: ran_on.start()] if ran_on else text


def is_closed(text: str) -> bool:
    """Whether the quotation is closed."""
    return quotation(text) != text

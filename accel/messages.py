"""The conversation that a model answers, and the passages it is shown in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accel.errors import NotSupported
from accel.passages import texts

Message = Mapping[str, str]

INSTRUCTION = "Use only these passages. Quote the one that answers the question."


def conversation(prompt: str | Sequence[Message]) -> list[Message]:
    """A user's message as a conversation; a conversation as it is."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)


def with_passages(messages: Sequence[Message], passages: Sequence[str]) -> list[Message]:
    """``messages`` with the numbered ``passages`` before the text of the user's last message, which is the question.

    A passage that stands in a message already isn't shown a second time. Raises `NotTexts` where ``passages`` are
    something else than strings, and `NotSupported` where no message is the user's.
    """
    known = [message["content"] for message in messages]
    new = [passage for passage in texts(passages) if not any(passage in content for content in known)]
    if not new:
        return list(messages)
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=None)
    if last is None:
        raise NotSupported("Passages are shown with a user's message, and there is none: add the question as one.")
    numbered = [f"[{number}] {passage}" for number, passage in enumerate(new, start=1)]
    shown = "\n\n".join([INSTRUCTION, *numbered, f"Question: {messages[last]['content']}"])
    return [*messages[:last], {**messages[last], "content": shown}, *messages[last + 1 :]]

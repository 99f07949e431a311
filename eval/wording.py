"""Another wording of a question, by the language model."""

from __future__ import annotations

from collections.abc import Callable

from accel.generator import Generator

SYSTEM = "You rewrite questions in the words of a customer who has not read the document. Write one question only."
# Without an example small models answer the question.
EXAMPLE = (
    "Document: Replacement cards cost EUR 8.\n\nQuestion: What does “Card fees” say about replacement cards?",
    "How much do I pay for a new card, according to “Card fees”?",
)


class Wording:
    """Words questions anew. ``progress`` is told how many are done."""

    def __init__(self, generator: Generator, progress: Callable[[int], None]) -> None:
        self._generator = generator
        self._progress = progress
        self._done = 0

    def __call__(self, question: str, passage: str) -> str:
        """The question in other words, or "" where what the model wrote is no question."""
        messages = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": EXAMPLE[0]},
            {"role": "assistant", "content": EXAMPLE[1]},
            {"role": "user", "content": f"Document: {passage}\n\nQuestion: {question}"},
        ]
        text = ""
        for chunk in self._generator.stream(messages, max_new_tokens=40, enough=lambda written: "?" in written):
            text += chunk.text
        self._done += 1
        self._progress(self._done)
        first = text.strip().partition("?")[0].strip()
        return f"{first}?" if first and "\n" not in first and "?" in text else ""

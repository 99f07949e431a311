"""The prompts that are answered: questions about passages in the model's chat template, or token ids as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from bench.accel.errors import CannotMeasure

SYSTEM = (
    "You answer questions about financial policies. Use only the passages. Quote the passage that answers the question."
)


@dataclass(frozen=True)
class Prompt:
    """``tokens`` are what the model reads, and ``passages`` the texts in it that the answer may copy. ``answer`` are
    the tokens of an answer recorded before; none where none was."""

    id: str
    tokens: tuple[int, ...]
    passages: tuple[str, ...] = ()
    answer: tuple[int, ...] = ()


def read_prompts(path: Path, tokenizer: PreTrainedTokenizerBase) -> list[Prompt]:
    """The prompts of a JSON Lines file: on each line an object with ``id`` and either ``question`` and ``passages`` (a
    list of texts, which may be empty) or ``prompt_ids``, and with ``prompt_ids`` perhaps ``answer_ids``.

    Raises `CannotMeasure` for a file that can't be read, is empty, or has a line that is something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CannotMeasure(f"{path} is not text in UTF-8: give a file of prompts in JSON Lines.") from error
    except OSError as error:
        raise CannotMeasure(f"{path} can't be read: {error.strerror or error}.") from error
    # Not splitlines(): a JSON string may hold other line separators as they are.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise CannotMeasure(f"{path} has no prompts in it: put one JSON object on each line.")
    return [_prompt(_object(line, f"{path}, line {number}"), tokenizer) for number, line in lines]


def prompt_tokens(tokenizer: PreTrainedTokenizerBase, question: str, passages: Sequence[str]) -> tuple[int, ...]:
    """The question after its numbered passages in the model's chat template, or plainly where it has none; without
    passages the question alone."""
    numbered = [f"[{number}] {passage}" for number, passage in enumerate(passages, start=1)]
    if passages:
        user = "\n\n".join([*numbered, f"Question: {question}"])
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user}]
    else:
        messages = [{"role": "user", "content": question}]
    if tokenizer.chat_template:
        text = str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    else:
        text = "\n\n".join(message["content"] for message in messages) + "\n\n"
    return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


@dataclass(frozen=True)
class _Line:
    """A line's object; ``where`` names the line in errors."""

    where: str
    fields: dict[str, Any]

    def text(self, name: str) -> str:
        if not isinstance(found := self.fields.get(name), str):
            raise CannotMeasure(f"{self.where}: {name} is missing, or is no text.")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.fields.get(name)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise CannotMeasure(f"{self.where}: {name} is missing, or is no list of texts.")
        return tuple(found)

    def tokens(self, name: str, vocabulary: int) -> tuple[int, ...]:
        found = self.fields[name]
        if not isinstance(found, list) or not all(type(one) is int and 0 <= one < vocabulary for one in found):
            raise CannotMeasure(f"{self.where}: {name} is no list of this model's token ids, 0 to {vocabulary - 1}.")
        return tuple(found)


def _object(line: str, where: str) -> _Line:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise CannotMeasure(f"{where} is not JSON: {error.msg} at column {error.colno}.") from error
    if not isinstance(fields, dict):
        raise CannotMeasure(f"{where} is not a JSON object.")
    return _Line(where, fields)


def _prompt(line: _Line, tokenizer: PreTrainedTokenizerBase) -> Prompt:
    name = line.text("id")
    if "prompt_ids" not in line.fields:
        passages = line.texts("passages")
        return Prompt(name, prompt_tokens(tokenizer, line.text("question"), passages), passages)
    tokens = line.tokens("prompt_ids", len(tokenizer))
    if not tokens:
        raise CannotMeasure(f"{line.where}: prompt_ids is empty.")
    answer = line.tokens("answer_ids", len(tokenizer)) if "answer_ids" in line.fields else ()
    return Prompt(name, tokens, answer=answer)

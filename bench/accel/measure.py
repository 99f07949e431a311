"""Every method on every prompt, in turns, and the figures that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from transformers import PreTrainedModel

from bench.accel.methods import Answer, Method
from bench.accel.prompts import Prompt

WARM_UP = 16
# What the others are held against: stock decoding for their tokens, this one and plain decoding for their speed.
STOCK, PLAIN = "hf", "plain"

# Told what is done, how many are done, and of how many.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Difference:
    """The first token of an answer that is another than the stock model's, counted from 0. ``margin`` is how far the
    stock model's two likeliest tokens lie apart there, in logits: next to nothing where only rounding decided."""

    id: str
    position: int
    margin: float


@dataclass(frozen=True)
class Figures:
    """What a method took; every one of ``decode_tokens_per_s``, ``tokens_per_step``, ``rows_per_step`` and
    ``draft_share`` is of all prompts together, and after the first token.

    ``ttft_s`` (time to first token) and ``end_to_end_s`` are medians over the prompts. ``rows_per_step`` counts tokens
    read by a forward pass. What can't be told is None: speeds where no answer has two tokens, ``draft_share`` of
    prompt lookup, ``different`` without `STOCK` among the methods.
    """

    decode_tokens_per_s: float | None
    ttft_s: float
    end_to_end_s: float
    tokens_per_step: float | None
    rows_per_step: float | None
    draft_share: float | None
    different: int | None
    first_differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Ratio:
    """How many times as fast as another method: medians over the prompts, None where no answer has two tokens."""

    decode: float | None
    end_to_end: float


def measure(
    methods: Mapping[str, Method],
    prompts: Sequence[Prompt],
    max_new_tokens: int,
    progress: Progress = lambda label, done, total: None,
) -> dict[str, list[Answer]]:
    """The answers of each method to ``prompts``, in their order.

    Each prompt is answered by all methods before the next is, and each time another method begins: a machine that gets
    slower or busier in between does so for all of them. One short answer of each, which isn't measured, goes before.
    """
    progress("prompt", 0, len(prompts))
    for method in methods.values():
        method.answer(prompts[0], min(max_new_tokens, WARM_UP))
    answers: dict[str, list[Answer]] = {name: [] for name in methods}
    names = list(methods)
    for at, prompt in enumerate(prompts):
        begin = at % len(names)
        for name in names[begin:] + names[:begin]:
            answers[name].append(methods[name].answer(prompt, max_new_tokens))
        progress("prompt", at + 1, len(prompts))
    return answers


def figures(answers: Sequence[Answer], differences: Sequence[Difference] | None) -> Figures:
    """The figures of one method's answers."""
    decoded = sum(answer.decoded for answer in answers)
    steps = sum(answer.steps for answer in answers)
    seconds = sum(answer.decode_s for answer in answers)
    drafted = [answer.draft_s for answer in answers if answer.draft_s is not None]
    return Figures(
        decode_tokens_per_s=decoded / seconds if steps else None,
        ttft_s=median(answer.ttft_s for answer in answers),
        end_to_end_s=median(answer.end_to_end_s for answer in answers),
        tokens_per_step=decoded / steps if steps else None,
        rows_per_step=sum(answer.rows for answer in answers) / steps if steps else None,
        draft_share=sum(drafted) / seconds if steps and len(drafted) == len(answers) else None,
        different=None if differences is None else len(differences),
        first_differences=tuple(differences or ()),
    )


def ratio(answers: Sequence[Answer], others: Sequence[Answer]) -> Ratio:
    """How many times as fast ``answers`` were written as ``others`` to the same prompts."""
    pairs = list(zip(answers, others, strict=True))
    decode = [
        (one.decoded / one.decode_s) / (other.decoded / other.decode_s)
        for one, other in pairs
        if one.decoded and other.decoded
    ]
    end_to_end = median(other.end_to_end_s / one.end_to_end_s for one, other in pairs)
    return Ratio(median(decode) if decode else None, end_to_end)


def differences(
    model: PreTrainedModel, prompts: Sequence[Prompt], answers: Sequence[Answer], stock: Sequence[Answer]
) -> list[Difference]:
    """Where answers first differ from the ``stock`` ones, one for each prompt where they do."""
    found = []
    for prompt, one, other in zip(prompts, answers, stock, strict=True):
        if one.tokens != other.tokens:
            at = _first_difference(one.tokens, other.tokens)
            found.append(Difference(prompt.id, at, _margin(model, [*prompt.tokens, *other.tokens[:at]])))
    return found


def _first_difference(tokens: Sequence[int], others: Sequence[int]) -> int:
    pairs = enumerate(zip(tokens, others, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(tokens), len(others)))


def _margin(model: PreTrainedModel, tokens: Sequence[int]) -> float:
    """How far the two largest logits after ``tokens`` lie apart, by one forward pass over all of them."""
    ids = torch.tensor([list(tokens)], device=model.device)
    # Of one new token, because `generate` knows how to ask each model for the last position's logits only.
    output: Any = model.generate(  # type: ignore[operator] # transformers types `generate` for a mixin
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=1,
        output_logits=True,
        return_dict_in_generate=True,
    )
    best, second = output.logits[0][0].float().topk(2).values.tolist()
    return best - second

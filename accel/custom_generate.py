"""Lookahead decoding inside transformers' own `generate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessorList,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteriaList,
)
from transformers.generation.utils import GenerateDecoderOnlyOutput

from accel.budget import Budget, MeanRows
from accel.decoding import Request, Step, decode
from accel.draft import Drafter, Undrafted
from accel.drafter import TrieDrafter
from accel.errors import NotSupported, PromptTooLong
from accel.passages import Encode, read_prompt, texts
from accel.plain import runtime_of
from accel.runtime import TransformersRuntime
from accel.sampling import Greedy, Processed, Sampler
from accel.trie import TokenTrie
from accel.turns import in_turns

# Processors that remember what they were called with, or run the model: they can't be asked node by node.
STATEFUL = (
    "SynthIDTextWatermarkLogitsProcessor",
    "UnbatchedClassifierFreeGuidanceLogitsProcessor", "WatermarkLogitsProcessor",
)  # fmt: skip


def lookahead(
    model: PreTrainedModel,
    input_ids: torch.Tensor,
    logits_processor: LogitsProcessorList | None = None,
    stopping_criteria: StoppingCriteriaList | None = None,
    generation_config: GenerationConfig | None = None,
    *,
    passages: Sequence[str] = (),
    passage_tokenizer: PreTrainedTokenizerBase | None = None,
    rows: float = 8,
    budget: Budget | None = None,
    seed: int | None = None,
    on_step: Callable[[Step], None] | None = None,
    **model_kwargs: Any,
) -> torch.Tensor | GenerateDecoderOnlyOutput:
    """Decode as transformers would, several tokens a step: ``model.generate(…, custom_generate=accel.lookahead)``.

    All that `generate` makes of its arguments is respected: processors, stopping criteria, end tokens, a left-padded
    batch. Greedy decoding gives its tokens; sampling draws from the same distribution, by numbers that ``seed`` fixes
    (one drawn from torch's generator if left out). ``passages`` are texts that the answers are likely to copy, and
    ``passage_tokenizer`` the model's own, which turns them into tokens. They are only drafted from: what the model is
    to read must stand in ``input_ids``, which nothing is added to. ``rows`` is the mean number of rows that a step
    verifies (1: plain decoding), or ``budget`` something else that decides it. ``on_step`` is called with every `Step`.

    Raises `NotSupported` for beams, for scores, for processors with a memory, and for passages without their tokenizer;
    `NotTexts` for passages that are no strings; `PromptTooLong` where a model with LongRoPE would change its
    frequencies on the way. A `streamer` and a `tokenizer` are not handed on by transformers: use ``on_step``, and a
    `StopStringCriteria`.
    """
    config = generation_config or model.generation_config
    assert config is not None
    _refuse(config, logits_processor)
    encode = _encode(passages, passage_tokenizer)
    runtime = runtime_of(model)
    prompts = _unpadded(input_ids, model_kwargs.get("attention_mask"))
    if config.do_sample and seed is None:
        seed = int(torch.randint(2**62, ()))
    budget = budget or MeanRows(rows, most=64 if rows > 1 else 1)
    ends = config.eos_token_id
    never = ends if isinstance(ends, list) else [ends] if ends is not None else []
    most = (config.max_length or input_ids.shape[1] + 20) - input_ids.shape[1]
    limit = runtime.context_length
    if isinstance(runtime, TransformersRuntime) and runtime.rescales and limit and input_ids.shape[1] + most > limit:
        raise PromptTooLong(
            f"Past {limit} tokens this model reads its whole text otherwise, which no cache of it survives: ask for a "
            f"prompt and an answer of at most {limit} tokens together, not {input_ids.shape[1] + most}."
        )
    requests = []
    for at, prompt in enumerate(prompts):
        sampler: Sampler = Greedy()
        if logits_processor or config.do_sample:
            padding = tuple(input_ids[at, : input_ids.shape[1] - len(prompt)].tolist())
            drawn = seed if config.do_sample else None
            sampler = Processed(logits_processor or LogitsProcessorList(), drawn, at, len(prompts), padding)
        drafter: Drafter = Undrafted()
        if runtime.branches and budget.most > 1:
            trie = TokenTrie()
            read_prompt(trie, encode, prompt, passages)
            drafter = TrieDrafter(trie, budget, prompt_length=len(prompt), never=never)
        requests.append(Request(prompt, most, _ends(stopping_criteria, input_ids[at]), drafter, sampler))
    answers: list[list[int]] = [[] for _ in prompts]
    for step in in_turns(decode(runtime, requests), runtime.turn):
        answers[step.request] += step.tokens
        if on_step:
            on_step(step)
    longest = max(map(len, answers), default=0)
    pad = config.pad_token_id if config.pad_token_id is not None else (never or [0])[0]
    written = torch.tensor([answer + [pad] * (longest - len(answer)) for answer in answers], dtype=input_ids.dtype)
    sequences: Any = torch.cat([input_ids, written.to(input_ids.device)], dim=1)
    if config.return_dict_in_generate:
        return GenerateDecoderOnlyOutput(sequences=sequences)
    answered: torch.Tensor = sequences
    return answered


def _refuse(config: GenerationConfig, processors: LogitsProcessorList | None) -> None:
    if (config.num_beams or 1) > 1:
        raise NotSupported("Lookahead decoding follows one branch: leave num_beams at 1.")
    if config.output_scores or config.output_logits or config.output_attentions or config.output_hidden_states:
        raise NotSupported("Lookahead decoding keeps no scores, attentions or hidden states: don't ask for them.")
    for processor in processors or ():
        if type(processor).__name__ in STATEFUL:
            raise NotSupported(f"{type(processor).__name__} can't be asked token by token: leave its setting out.")


def _encode(passages: Sequence[str], tokenizer: PreTrainedTokenizerBase | None) -> Encode:
    if texts(passages) and tokenizer is None:
        raise NotSupported("Passages are texts: give the model's tokenizer with them, as passage_tokenizer=tokenizer.")
    return lambda text: tokenizer(text, add_special_tokens=False)["input_ids"] if tokenizer else ()


def _unpadded(input_ids: torch.Tensor, mask: torch.Tensor | None) -> list[list[int]]:
    if mask is None:
        return [list(ids) for ids in input_ids.tolist()]
    if bool((mask[:, 1:] < mask[:, :-1]).any()) or not bool(mask[:, -1].all()):
        raise NotSupported("A batch is padded on the left: set the tokenizer's padding_side to 'left'.")
    lengths = mask.sum(dim=1).tolist()
    return [ids[len(ids) - length :] for ids, length in zip(input_ids.tolist(), lengths, strict=True)]


def _ends(criteria: StoppingCriteriaList | None, ids: torch.Tensor) -> Callable[[Sequence[int]], bool]:
    if not criteria:
        return lambda answer: False
    none: Any = None

    def ended(answer: Sequence[int]) -> bool:
        whole: Any = torch.cat([ids, torch.tensor(list(answer), dtype=ids.dtype, device=ids.device)])[None]
        return bool(criteria(whole, none)[0])

    return ended

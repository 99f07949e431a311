"""Lookahead decoding inside transformers' own generate."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import LlamaConfig

import accel
from tests.accel.numerals import numerals
from tests.accel.test_runtime import GROUPED, of_family, tiny

MODEL: Any = of_family("Llama")
IDS = torch.tensor([[0] * pad + [(7 * i + i * i + pad) % 90 + 3 for i in range(30 - pad)] for pad in (7, 0, 19)])
ASKED: dict[str, Any] = {"attention_mask": (IDS != 0).long(), "max_new_tokens": 40, "pad_token_id": 0}


@pytest.mark.parametrize(
    "asked",
    [
        {"eos_token_id": [96, 11]},
        {"repetition_penalty": 1.3, "eos_token_id": 96},
        {"min_new_tokens": 20, "bad_words_ids": [[5], [7, 8]], "no_repeat_ngram_size": 3, "eos_token_id": [96, 11, 40]},
        {"prefix_allowed_tokens_fn": lambda row, ids: list(range(10 + row, 60)), "eos_token_id": 96},
    ],
)
def test_a_left_padded_batch_gets_what_generate_gives(asked: dict[str, Any]) -> None:
    steps: list[accel.Step] = []
    expected = MODEL.generate(IDS, do_sample=False, **ASKED, **asked)
    ahead = MODEL.generate(
        IDS, custom_generate=accel.lookahead, on_step=steps.append, do_sample=False, **ASKED, **asked
    )
    assert torch.equal(ahead, expected[:, : ahead.shape[1]])
    assert any(len(step.tokens) > 1 for step in steps)


def test_sampling_with_a_seed_gives_the_same_text_with_and_without_drafts() -> None:
    asked = {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "eos_token_id": 96, **ASKED}
    ahead = MODEL.generate(IDS, custom_generate=accel.lookahead, seed=3, **asked)
    assert torch.equal(ahead, MODEL.generate(IDS, custom_generate=accel.lookahead, seed=3, rows=1, **asked))
    assert not torch.equal(ahead, MODEL.generate(IDS, custom_generate=accel.lookahead, seed=4, **asked))
    torch.manual_seed(0)
    first = MODEL.generate(IDS, custom_generate=accel.lookahead, **asked)
    torch.manual_seed(0)
    assert torch.equal(first, MODEL.generate(IDS, custom_generate=accel.lookahead, **asked))


def test_passages_are_drafted_from_although_the_prompt_lacks_them() -> None:
    prompt = IDS[1:2]
    asked: dict[str, Any] = {"do_sample": False, "max_new_tokens": 30, "pad_token_id": 0, "eos_token_id": 96}
    expected = MODEL.generate(prompt, attention_mask=torch.ones_like(prompt), **asked)
    steps: list[accel.Step] = []
    MODEL.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        custom_generate=accel.lookahead,
        passages=[" ".join(map(str, expected[0].tolist()))],
        passage_tokenizer=numerals(),
        on_step=steps.append,
        **asked,
    )
    assert accel.Source.PASSAGES in steps[1].source
    assert len(steps) < 10


@pytest.mark.parametrize("asked", [{"num_beams": 2}, {"output_scores": True, "return_dict_in_generate": True}])
def test_what_it_cannot_do_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(accel.NotSupported):
        MODEL.generate(IDS, custom_generate=accel.lookahead, **ASKED, **asked)


def test_right_padding_is_refused() -> None:
    mask = torch.ones_like(IDS)
    mask[0, -3:] = 0
    with pytest.raises(accel.NotSupported, match="left"):
        MODEL.generate(IDS, attention_mask=mask, custom_generate=accel.lookahead, max_new_tokens=3, pad_token_id=0)


LONG_ROPE = {"long_factor": [4.0] * 4, "short_factor": [1.0] * 4}


@pytest.mark.parametrize("rope", [{"rope_type": "longrope", **LONG_ROPE}, {"rope_type": "dynamic"}])
def test_a_text_past_which_the_model_turns_its_keys_is_refused(rope: dict[str, Any]) -> None:
    trained = {"rope_theta": 10_000.0, "factor": 4.0, "original_max_position_embeddings": 40}
    config = LlamaConfig(**GROUPED | {"max_position_embeddings": 40}, rope_parameters={**trained, **rope})
    if rope["rope_type"] == "longrope":
        config.max_position_embeddings = 160
    model: Any = tiny(config, "sdpa")
    ids = IDS[1:2]
    asked: dict[str, Any] = {"attention_mask": torch.ones_like(ids), "do_sample": False, "pad_token_id": 0}
    short = model.generate(ids, max_new_tokens=10, **asked)
    assert torch.equal(model.generate(ids, max_new_tokens=10, custom_generate=accel.lookahead, **asked), short)
    with pytest.raises(accel.PromptTooLong, match="at most 40 tokens together, not 41"):
        model.generate(ids, max_new_tokens=11, custom_generate=accel.lookahead, **asked)

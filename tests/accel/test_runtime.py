"""Stock transformers models, small and random: trees score as their branches, and lookahead is `generate`."""

from __future__ import annotations

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    Gemma3TextConfig,
    GPT2Config,
    LlamaConfig,
    MambaConfig,
    MistralConfig,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen3Config,
)

from accel import Drafter, DraftTree, TransformersRuntime, decode
from accel.rereading import RereadingRuntime

SMALL = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 256,
}
FAMILIES = {
    "llama": LlamaConfig(**SMALL),
    "mistral, window shorter than the prompt": MistralConfig(**SMALL, sliding_window=12),
    "gemma 3, window in every second layer": Gemma3TextConfig(
        **SMALL, sliding_window=12, layer_types=["sliding_attention", "full_attention"] * 2
    ),
    "qwen 3": Qwen3Config(**SMALL),
    "gpt-2": GPT2Config(vocab_size=97, n_embd=32, n_layer=3, n_head=4, n_positions=256),
}
PROMPT = [(13 * i + i * i) % 97 for i in range(40)]


def small(config: PreTrainedConfig, attention: str = "sdpa") -> PreTrainedModel:
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, attn_implementation=attention)
    # Larger weights than training starts with, so that the scores differ by more than rounding does.
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data.mul_(4)
    return model.eval()


def generated(model: PreTrainedModel, most: int) -> list[int]:
    """What transformers itself says after the prompt."""
    prompt = torch.tensor([PROMPT])
    # The mask is given because `generate` would otherwise take a token 0 of the prompt for padding.
    mask = torch.ones_like(prompt)
    ends = {"eos_token_id": 96, "pad_token_id": 0}
    written = model.generate(prompt, attention_mask=mask, max_new_tokens=most, do_sample=False, **ends)
    return written[0, len(PROMPT) :].tolist()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_tree_scores_as_its_branches_one_by_one(family: str, attention: str) -> None:
    model = small(FAMILIES[family], attention)
    runtime = TransformersRuntime(model)
    assert runtime.branches
    tree = DraftTree((5, 8, 9, 8, 11, 3), (-1, 0, 0, 1, 2, 4))
    context, _ = runtime.prefill(PROMPT)
    scores = runtime.verify(context, tree)
    for row in range(tree.rows):
        path, at = [], row
        while at >= 0:
            path.insert(0, tree.tokens[at])
            at = tree.parents[at]
        with torch.inference_mode():
            alone = model(torch.tensor([PROMPT + path])).logits[0, -1]
        torch.testing.assert_close(scores[row], alone, atol=1e-4, rtol=1e-4)
    runtime.commit(context, (0, 2, 4))
    with torch.inference_mode():
        expected = model(torch.tensor([[*PROMPT, 5, 9, 11, 20]])).logits[0, -1]
    torch.testing.assert_close(runtime.verify(context, DraftTree.root(20))[0], expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_lookahead_gives_the_tokens_of_generate(family: str) -> None:
    model = small(FAMILIES[family])
    expected = generated(model, 60)
    # Seeded with a text that is right in part, so that branches of all lengths are accepted and refused.
    seeds = [expected[:25], expected[30:50] + expected[:10], expected[::2]]
    steps = list(
        decode(TransformersRuntime(model), PROMPT, drafter=Drafter(12), max_new_tokens=60, end={96}, seeds=seeds)
    )
    assert [token for step in steps for token in step.tokens] == expected
    assert len(steps) < 45


@pytest.mark.parametrize(
    "config",
    [
        MambaConfig(vocab_size=97, hidden_size=32, num_hidden_layers=2, state_size=8),
        BloomConfig(vocab_size=97, hidden_size=32, n_layer=2, n_head=4),
    ],
    ids=["recurrent", "alibi"],
)
def test_a_model_that_cannot_branch_says_so_and_is_decoded_plainly(
    config: PreTrainedConfig, caplog: pytest.LogCaptureFixture
) -> None:
    model = small(config, "eager")
    assert not TransformersRuntime(model).branches
    assert "decoding plainly" in caplog.text
    steps = list(decode(RereadingRuntime(model), PROMPT, drafter=Drafter(1), max_new_tokens=20, end={96}))
    assert [token for step in steps for token in step.tokens] == generated(model, 20)


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one token"):
        TransformersRuntime(small(FAMILIES["llama"])).prefill([])

"""Grouped attention scores as transformers' own."""

from __future__ import annotations

import torch

from accel import DraftTree, TransformersRuntime, group_attention
from tests.accel.test_runtime import FAMILIES, PROMPTS, of_family, tiny


def test_a_model_with_grouped_attention_scores_the_same() -> None:
    stock, grouped = of_family("Llama"), tiny(FAMILIES["Llama"], "sdpa")
    assert group_attention(grouped)
    tree = DraftTree((5, 8, 9, 8), (-1, 0, 0, 1))
    scores = []
    for model in (stock, grouped):
        runtime = TransformersRuntime(model)
        context, first = runtime.prefill(PROMPTS[:2])
        scores.append((first, runtime.verify(context, [tree, tree])))
    torch.testing.assert_close(scores[0], scores[1], atol=1e-4, rtol=1e-4)


def test_a_model_without_shared_keys_is_left_alone() -> None:
    assert not group_attention(of_family("GPT-2"))
    assert not group_attention(of_family("Llama", "eager"))

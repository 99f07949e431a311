"""Decoding without a cache of ours, for models that can't verify a branching tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from accel.draft import DraftTree


@dataclass
class Text:
    """One request's settled tokens, and the one that was verified last."""

    tokens: list[int]
    pending: int | None = None


class RereadingRuntime:
    """Reads the whole text anew for every token: slow, but right for recurrent and ALiBi models, whose own caches can
    be neither branched nor cropped. It verifies trees of one row only, which is plain decoding.
    """

    branches = False

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model
        self.context_length: int | None = getattr(model.config.get_text_config(), "max_position_embeddings", None)

    def prefill(self, tokens: Sequence[int]) -> tuple[Text, torch.Tensor]:
        return Text(list(tokens)), self._scores(tokens)

    def verify(self, context: Text, tree: DraftTree) -> torch.Tensor:
        if tree.rows != 1:
            raise ValueError("this model can't branch: draft nothing for it")
        context.pending = tree.tokens[0]
        return self._scores([*context.tokens, tree.tokens[0]])[None]

    def commit(self, context: Text, path: Sequence[int]) -> None:
        if context.pending is not None:
            context.tokens.append(context.pending)
        context.pending = None

    @torch.inference_mode()
    def _scores(self, tokens: Sequence[int]) -> torch.Tensor:
        ids = torch.tensor([list(tokens)], device=self.model.device)
        logits: torch.Tensor = self.model(input_ids=ids, use_cache=False).logits
        return logits[0, -1]

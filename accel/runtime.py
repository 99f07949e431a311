"""What decoding needs of a model, and how any stock transformers causal LM provides it."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch
from transformers import DynamicCache, PreTrainedModel

from accel.draft import DraftTree

log = logging.getLogger(__name__)


C = TypeVar("C")


class Runtime(Protocol[C]):
    """A model that reads a prompt once, then verifies draft trees and keeps what was accepted.

    ``C`` is whatever the runtime remembers of one request: the settled tokens' keys and values.
    """

    def prefill(self, tokens: Sequence[int]) -> tuple[C, torch.Tensor]:
        """Read a prompt. Returns its context and the scores, shape (vocabulary,), of the token after it."""
        ...

    def verify(self, context: C, tree: DraftTree) -> torch.Tensor:
        """Scores, shape (rows, vocabulary), of the token after each row, given the context and the row's ancestors.

        The context then holds the whole tree; `commit` must follow before the next `verify`.
        """
        ...

    def commit(self, context: C, path: Sequence[int]) -> None:
        """Keep of the last verified tree the rows ``path`` (row 0 first, each the parent of the next) and no others."""
        ...


@dataclass
class Context:
    """One request's cache, and how many settled tokens it holds (``length``) before the tree of the current step."""

    cache: DynamicCache
    length: int
    pending: int = 0


class TransformersRuntime:
    """Runs a stock transformers causal LM: a 4-D ancestor mask, explicit positions, the accepted path's KV.

    Not thread-safe: one call at a time for each model. Contexts are independent of each other.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        model.eval()  # type: ignore[no-untyped-call]
        self.model = model
        self._config = model.config.get_text_config()
        self._takes_logits_to_keep = "logits_to_keep" in inspect.signature(model.forward).parameters
        self.branches = self._can_branch()
        if not self.branches:
            log.warning(
                "%s scores a branching tree differently from its branches one by one; decoding plainly.",
                type(model).__name__,
            )

    @property
    def context_length(self) -> int | None:
        """Tokens the model can attend to, prompt and answer together; None where its configuration doesn't say."""
        return getattr(self._config, "max_position_embeddings", None)

    @torch.inference_mode()
    def prefill(self, tokens: Sequence[int]) -> tuple[Context, torch.Tensor]:
        if not tokens:
            raise ValueError("a prompt needs at least one token")
        # Without a configuration every layer keeps all keys; sliding layers would otherwise refuse to be cropped.
        context = Context(DynamicCache(), length=0)
        keep: dict[str, Any] = {"logits_to_keep": 1} if self._takes_logits_to_keep else {}
        logits = self.model(
            input_ids=torch.tensor([list(tokens)], device=self.model.device),
            position_ids=torch.arange(len(tokens), device=self.model.device)[None],
            past_key_values=context.cache,
            use_cache=True,
            **keep,
        ).logits
        context.length = len(tokens)
        return context, logits[0, -1]

    @torch.inference_mode()
    def verify(self, context: Context, tree: DraftTree) -> torch.Tensor:
        device = self.model.device
        positions = context.length + torch.from_numpy(tree.depths).to(device)
        logits: torch.Tensor = self.model(
            input_ids=torch.tensor([tree.tokens], device=device),
            position_ids=positions[None],
            attention_mask=self._masks(context.length, tree, positions),
            past_key_values=context.cache,
            use_cache=True,
        ).logits
        context.pending = tree.rows
        return logits[0]

    @torch.inference_mode()
    def commit(self, context: Context, path: Sequence[int]) -> None:
        kept, dropped = len(path), context.pending - len(path)
        in_place = list(path) == list(range(kept))
        source = torch.tensor([context.length + row for row in path], device=self.model.device)
        layers: list[Any] = context.cache.layers  # only layers that hold keys and values pass the test of `_can_branch`
        for layer in layers:
            if not in_place:
                for states in (layer.keys, layer.values):
                    states[..., context.length : context.length + kept, :] = states[..., source, :]
            if dropped:
                layer.keys, layer.values = layer.keys[..., :-dropped, :], layer.values[..., :-dropped, :]
        context.length += kept
        context.pending = 0

    def _masks(self, length: int, tree: DraftTree, positions: torch.Tensor) -> torch.Tensor | dict[str, torch.Tensor]:
        """Additive masks, shape (1, 1, rows, length + rows), one for each type of layer where the model has several."""
        ancestors = torch.from_numpy(tree.ancestors).to(self.model.device)
        full = torch.cat([ancestors.new_ones(tree.rows, length), ancestors], dim=1)
        window = getattr(self._config, "sliding_window", None)
        kinds = getattr(self._config, "layer_types", None)
        if not kinds:
            return self._additive(full if window is None else full & self._within(window, length, positions))
        masks = {}
        for kind in set(kinds):
            sees = full & self._within(window, length, positions) if "sliding" in kind and window else full
            masks[kind] = self._additive(sees)
        return masks

    def _within(self, window: int, length: int, positions: torch.Tensor) -> torch.Tensor:
        """Shape (rows, length + rows): whether a column lies less than ``window`` positions before the row."""
        columns = torch.cat([torch.arange(length, device=positions.device), positions])
        return positions[:, None] - columns[None, :] < window

    def _additive(self, sees: torch.Tensor) -> torch.Tensor:
        # Additive because eager attention adds the mask to its scores; scaled-dot-product attention takes both kinds.
        mask = torch.zeros(sees.shape, dtype=self.model.dtype, device=sees.device)
        return mask.masked_fill(~sees, torch.finfo(self.model.dtype).min)[None, None]

    def _can_branch(self) -> bool:
        """Whether a branching tree scores as its branches do one by one: recurrent layers, say, can't branch."""
        kinds = set(getattr(self._config, "layer_types", None) or ())
        if not kinds <= {"full_attention", "sliding_attention"}:
            log.warning("%s has layers of kinds whose masks aren't known here: %s", type(self.model).__name__, kinds)
            return False
        vocabulary = self._config.vocab_size
        prompt = [(7 * i + 3) % vocabulary for i in range(6)]
        tree = DraftTree(tuple((11 * i + 5) % vocabulary for i in range(5)), (-1, 0, 0, 1, 2))
        try:
            context, _ = self.prefill(prompt)
            in_tree = self.verify(context, tree)
            self.commit(context, (0, 2, 4))
            after_tree = self.verify(context, DraftTree.root(prompt[0]))
            context, _ = self.prefill(prompt)
            chain = DraftTree(tuple(tree.tokens[row] for row in (0, 2, 4)), (-1, 0, 1))
            alone = self.verify(context, chain)
            self.commit(context, (0, 1, 2))
            after_chain = self.verify(context, DraftTree.root(prompt[0]))
            _, plain = self.prefill([*prompt, *chain.tokens, prompt[0]])
        except (AttributeError, IndexError, RuntimeError, TypeError, ValueError) as reason:
            log.warning("%s refuses a draft tree: %s", type(self.model).__name__, reason)
            return False
        # A wrong mask or position moves scores by far more than rounding does, in any precision.
        tolerance = 1e-3 if self.model.dtype == torch.float32 else 0.15
        pairs = [(in_tree[[0, 2, 4]], alone), (after_tree, after_chain), (after_tree[0], plain)]
        return all(torch.allclose(a.float(), b.float(), atol=tolerance, rtol=tolerance) for a, b in pairs)

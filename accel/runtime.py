"""What decoding needs of a model, and how any stock transformers causal LM provides it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch
from transformers import PreTrainedConfig, PreTrainedModel

from accel.draft import DraftTree
from accel.kv import BufferedCache
from accel.turns import turn_of

C = TypeVar("C")

# Rotary embeddings whose frequencies depend on the longest text in the batch (LongRoPE, dynamic NTK scaling).
RESCALED = {"longrope", "dynamic"}


class Runtime(Protocol[C]):
    """A model that reads prompts once, then verifies draft trees and keeps what was accepted, for one request or
    several.

    ``C`` is whatever the runtime remembers of its requests: the settled tokens' keys and values.
    """

    def prefill(self, prompts: Sequence[Sequence[int]]) -> tuple[C, torch.Tensor]:
        """Read prompts. Returns their context and the scores, shape (requests, vocabulary), of the tokens after
        them."""
        ...

    def verify(self, context: C, trees: Sequence[DraftTree]) -> torch.Tensor:
        """Scores of the token after each row, given its request's settled tokens and the row's ancestors.

        One tree for each request. Shape (requests, rows of the largest tree, vocabulary); what lies past a smaller
        tree's rows means nothing. The context then holds the trees; `commit` must follow before the next `verify`.
        """
        ...

    def commit(self, context: C, paths: Sequence[Sequence[int]]) -> None:
        """Keep of each tree the rows of its path (row 0 first, each the parent of the next) and no others."""
        ...

    def select(self, context: C, requests: Sequence[int]) -> None:
        """Go on with these requests only, in this order."""
        ...


@dataclass
class Context:
    """The cache of one or several requests.

    ``positions`` has shape (requests, settled columns): the position of the token whose keys a column holds, -1 where
    it holds none that counts, because prompts differ in length, and accepted branches do. ``lengths`` are settled
    tokens.
    """

    cache: BufferedCache
    positions: torch.Tensor
    lengths: list[int]
    pending: int = 0

    @property
    def columns(self) -> int:
        return self.positions.shape[1]


def context_length(config: PreTrainedConfig) -> int | None:
    """Tokens that a model of this configuration attends to without turning the keys it has kept."""
    limits = [getattr(config, "max_position_embeddings", None)]
    if "longrope" in _rope_types(config):
        limits.append(getattr(config, "original_max_position_embeddings", None))
        limits += [rope.get("original_max_position_embeddings") for rope in _ropes(config)]
    return min((limit for limit in limits if limit), default=None)


def _ropes(config: PreTrainedConfig) -> list[dict[str, Any]]:
    # One for all layers, or one for each kind of layer.
    ropes = getattr(config, "rope_parameters", None) or {}
    return [ropes] if "rope_type" in ropes else [rope for rope in ropes.values() if isinstance(rope, dict)]


def _rope_types(config: PreTrainedConfig) -> set[str]:
    return {str(rope.get("rope_type")) for rope in _ropes(config)}


class CannotBranch(Exception):
    """Why a model can't verify draft trees; for `load_runtime`, which decodes it plainly."""


class TransformersRuntime:
    """Runs a stock transformers causal LM: a 4-D ancestor mask, explicit positions, the accepted path's KV.

    Raises `CannotBranch` for a model that scores a branching tree otherwise than its branches one by one; a model that
    was ``tested`` before isn't again. Not thread-safe: one call at a time for each model, which ``turn`` is for.
    Contexts are independent of each other.
    """

    branches = True

    def __init__(self, model: PreTrainedModel, *, tested: bool = False) -> None:
        model.eval()  # type: ignore[no-untyped-call]
        self.model = model
        self.turn = turn_of(model)
        self._config = model.config.get_text_config()
        self._takes_logits_to_keep = "logits_to_keep" in inspect.signature(model.forward).parameters
        if not tested:
            self._check_that_it_branches()

    @property
    def context_length(self) -> int | None:
        """Tokens the model can attend to, prompt and answer together; None where its configuration doesn't say."""
        return context_length(self._config)

    @property
    def rescales(self) -> bool:
        """Whether the model turns its keys otherwise past `context_length`: no cache holds beyond that."""
        return bool(_rope_types(self._config) & RESCALED)

    @torch.inference_mode()
    def prefill(self, prompts: Sequence[Sequence[int]]) -> tuple[Context, torch.Tensor]:
        if not prompts or not all(prompts):
            raise ValueError("a prompt needs at least one token")
        device, longest = self.model.device, max(map(len, prompts))
        # Padded on the left: the last column is then the last token of every prompt.
        padding = [longest - len(prompt) for prompt in prompts]
        ids = [[0] * pad + list(prompt) for pad, prompt in zip(padding, prompts, strict=True)]
        positions = torch.arange(longest, device=device)[None] - torch.tensor(padding, device=device)[:, None]
        context = Context(BufferedCache(), positions.clamp(min=-1), [len(prompt) for prompt in prompts])
        more: dict[str, Any] = {"logits_to_keep": 1} if self._takes_logits_to_keep else {}
        if any(padding):
            more["attention_mask"] = (positions >= 0).long()
        logits: torch.Tensor = self.model(
            input_ids=torch.tensor(ids, device=device),
            position_ids=positions.clamp(min=0),
            past_key_values=context.cache,
            use_cache=True,
            **more,
        ).logits
        return context, logits[:, -1]

    @torch.inference_mode()
    def verify(self, context: Context, trees: Sequence[DraftTree]) -> torch.Tensor:
        device, rows = self.model.device, max(tree.rows for tree in trees)
        tokens = torch.zeros(len(trees), rows, dtype=torch.long)
        depths = torch.zeros(len(trees), rows, dtype=torch.long)
        # A row of padding sees itself: a row that sees nothing has no softmax.
        ancestors = torch.eye(rows, dtype=torch.bool).repeat(len(trees), 1, 1)
        for at, tree in enumerate(trees):
            tokens[at, : tree.rows] = torch.tensor(tree.tokens)
            depths[at, : tree.rows] = torch.from_numpy(tree.depths)
            ancestors[at, : tree.rows, : tree.rows] = torch.from_numpy(tree.ancestors)
        positions = (depths + torch.tensor(context.lengths)[:, None]).to(device)
        logits: torch.Tensor = self.model(
            input_ids=tokens.to(device),
            position_ids=positions,
            attention_mask=self._masks(context, ancestors.to(device), positions),
            past_key_values=context.cache,
            use_cache=True,
        ).logits
        context.pending = rows
        return logits

    @torch.inference_mode()
    def commit(self, context: Context, paths: Sequence[Sequence[int]]) -> None:
        kept, settled, device = max(map(len, paths)), context.columns, self.model.device
        if all(list(path) == list(range(len(path))) for path in paths):
            for layer in context.cache.buffers:
                layer.crop_to(settled + kept)
        else:
            moved = torch.tensor([[*path, *[0] * (kept - len(path))] for path in paths], device=device)
            for layer in context.cache.buffers:
                layer.keep(settled, settled + moved)
        new = [
            [length + depth if depth < len(path) else -1 for depth in range(kept)]
            for length, path in zip(context.lengths, paths, strict=True)
        ]
        context.positions = torch.cat([context.positions, torch.tensor(new, device=device)], dim=1)
        context.lengths = [length + len(path) for length, path in zip(context.lengths, paths, strict=True)]
        context.pending = 0
        if context.columns > 2 * max(context.lengths) + 64:
            self.select(context, range(len(paths)))

    @torch.inference_mode()
    def select(self, context: Context, requests: Sequence[int]) -> None:
        chosen = torch.tensor(list(requests), device=self.model.device)
        positions = context.positions[chosen]
        context.lengths = [context.lengths[at] for at in requests]
        # Columns that count move to the right end, in their order; what is left of the longest request's is dropped.
        order = (positions >= 0).long().argsort(dim=1, stable=True)[:, -max(context.lengths) :]
        for layer in context.cache.buffers:
            layer.select(chosen, order)
        context.positions = positions.gather(1, order)

    @torch.inference_mode()
    def pad(self, context: Context, columns: int) -> None:
        """Lengthen a context by columns of zeros, as if so many tokens more had been read: for measuring what they
        cost."""
        for layer in context.cache.buffers:
            layer.pad(columns)
        more = torch.arange(columns)[None] + torch.tensor(context.lengths)[:, None]
        context.positions = torch.cat([context.positions, more.to(self.model.device)], dim=1)
        context.lengths = [length + columns for length in context.lengths]

    def _masks(
        self, context: Context, ancestors: torch.Tensor, positions: torch.Tensor
    ) -> torch.Tensor | dict[str, torch.Tensor]:
        """Additive masks, shape (requests, 1, rows, columns + rows), one for each kind of layer where there are
        several."""
        rows = ancestors.shape[1]
        settled = (context.positions >= 0)[:, None].expand(-1, rows, -1)
        full = torch.cat([settled, ancestors], dim=2)
        window = getattr(self._config, "sliding_window", None)
        kinds = getattr(self._config, "layer_types", None)
        if window is None:
            near = full
        else:
            columns = torch.cat([context.positions, positions], dim=1)
            near = full & (positions[:, :, None] - columns[:, None] < window)
        if not kinds:
            return self._additive(near)
        return {kind: self._additive(near if "sliding" in kind else full) for kind in set(kinds)}

    def _additive(self, sees: torch.Tensor) -> torch.Tensor:
        # Additive because eager attention adds the mask to its scores; scaled-dot-product attention takes both kinds.
        mask = torch.zeros(sees.shape, dtype=self.model.dtype, device=sees.device)
        return mask.masked_fill(~sees, torch.finfo(self.model.dtype).min)[:, None]

    def _check_that_it_branches(self) -> None:
        """Compare a branching tree with its branches one by one, and with plain reading: recurrent layers, say,
        fail."""
        # GPT-Neo's local layers have a window that no mask given from outside widens, and name their kinds otherwise.
        kinds = getattr(self._config, "layer_types", None) or getattr(self._config, "attention_layers", None) or ()
        if unknown := set(kinds) - {"full_attention", "sliding_attention", "global"}:
            raise CannotBranch(f"its layers of kind {', '.join(sorted(unknown))} can't be masked as a tree")
        vocabulary = self._config.vocab_size
        prompt = [(7 * i + 3) % vocabulary for i in range(6)]
        tree = DraftTree(tuple((11 * i + 5) % vocabulary for i in range(5)), (-1, 0, 0, 1, 2))
        root = DraftTree.root(prompt[0])
        try:
            context, _ = self.prefill([prompt])
            in_tree = self.verify(context, [tree])[0]
            self.commit(context, [(0, 2, 4)])
            after_tree = self.verify(context, [root])[0]
            context, _ = self.prefill([prompt])
            chain = DraftTree(tuple(tree.tokens[row] for row in (0, 2, 4)), (-1, 0, 1))
            alone = self.verify(context, [chain])[0]
            self.commit(context, [(0, 1, 2)])
            after_chain = self.verify(context, [root])[0]
            _, plain = self.prefill([[*prompt, *chain.tokens, prompt[0]]])
        except (AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError) as reason:
            raise CannotBranch(f"it refuses a draft tree ({type(reason).__name__}: {reason})") from reason
        # A wrong mask or position moves scores by more than rounding does, in any precision: by a third of their
        # spread and more in a trained model. The largest single difference would grow with model and vocabulary.
        tolerance = 1e-3 if self.model.dtype == torch.float32 else 0.1
        pairs = [(in_tree[[0, 2, 4]], alone), (after_tree, after_chain), (after_tree, plain)]
        if not all(_distance(a, b) < tolerance for a, b in pairs):
            raise CannotBranch("it scores a branching tree otherwise than its branches one by one")


def _distance(scores: torch.Tensor, others: torch.Tensor) -> float:
    """The largest distance between rows, root mean square, in standard deviations of the second's."""
    others = others.float()
    distances = (scores.float() - others).square().mean(dim=-1).sqrt()
    return float((distances / others.std(dim=-1).clamp(min=1e-9)).max())

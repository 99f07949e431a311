"""Plain decoding of models that can't verify a draft tree, with whatever cache they have of their own."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from transformers import PreTrainedModel

from accel.draft import DraftTree
from accel.runtime import CannotBranch, TransformersRuntime, context_length
from accel.turns import turn_of

log = logging.getLogger(__name__)

# What models call the cache that they take and return.
CACHES = ("past_key_values", "cache_params", "state")


@dataclass
class Text:
    """One request's settled tokens and, where the model has one, its cache after all of them."""

    tokens: list[int]
    cache: Any = None


class PlainRuntime:
    """Settles one token a step: right for recurrent and ALiBi models, whose caches can be neither branched nor cropped.

    Where a token fed with the model's own cache scores otherwise than the whole text read anew, the text is read anew
    for every token, which is slow. Requests are run one after the other.
    """

    branches = False

    def __init__(self, model: PreTrainedModel, *, cached: bool | None = None) -> None:
        """``cached`` says whether the model's own cache works; None has it tried."""
        model.eval()  # type: ignore[no-untyped-call]
        self.model = model
        self.turn = turn_of(model)
        self.context_length = context_length(model.config.get_text_config())
        self.cached = self._cache_works() if cached is None else cached

    def prefill(self, prompts: Sequence[Sequence[int]]) -> tuple[list[Text], torch.Tensor]:
        if not prompts or not all(prompts):
            raise ValueError("a prompt needs at least one token")
        texts = [Text(list(prompt)) for prompt in prompts]
        return texts, torch.stack([self._read(text, text.tokens) for text in texts])

    def verify(self, context: list[Text], trees: Sequence[DraftTree]) -> torch.Tensor:
        if any(tree.rows != 1 for tree in trees):
            raise ValueError("this model can't branch: draft nothing for it")
        for text, tree in zip(context, trees, strict=True):
            text.tokens.append(tree.tokens[0])
        return torch.stack([self._read(text, text.tokens[-1:]) for text in context])[:, None]

    def commit(self, context: list[Text], paths: Sequence[Sequence[int]]) -> None:
        """Nothing to drop: a step's one row is always kept."""

    def select(self, context: list[Text], requests: Sequence[int]) -> None:
        context[:] = [context[at] for at in requests]

    @torch.inference_mode()
    def _read(self, text: Text, new: Sequence[int]) -> torch.Tensor:
        """Scores after ``text``, whose last tokens ``new`` the cache doesn't have yet."""
        tokens = new if self.cached else text.tokens
        more: dict[str, Any] = {"use_cache": self.cached}
        if self.cached:
            more |= {text.cache[0]: text.cache[1]} if text.cache else {}
        output = self.model(input_ids=torch.tensor([list(tokens)], device=self.model.device), **more)
        text.cache = next(
            ((name, found) for name in CACHES if (found := getattr(output, name, None)) is not None), None
        )
        scores: torch.Tensor = output.logits[0, -1]
        return scores

    def _cache_works(self) -> bool:
        tokens = [(5 * i + 1) % self.model.config.get_text_config().vocab_size for i in range(9)]
        self.cached = False
        anew = [self._read(Text(tokens[:end]), tokens[:end]) for end in (8, 9)]
        self.cached = True
        try:
            text = Text(tokens[:7])
            self._read(text, text.tokens)
            fed = []
            for token in tokens[7:]:
                text.tokens.append(token)
                fed.append(self._read(text, [token]))
        except (AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError):
            return False
        tolerance = 1e-3 if self.model.dtype == torch.float32 else 0.15
        return text.cache is not None and all(
            torch.allclose(a.float(), b.float(), atol=tolerance, rtol=tolerance) for a, b in zip(anew, fed, strict=True)
        )


Maker = Callable[[PreTrainedModel], TransformersRuntime | PlainRuntime]

# What the test of each model found, as what makes its runtime again. Never the runtime itself: it holds the model, and
# a value that holds its key would keep both for ever.
_makers: weakref.WeakKeyDictionary[PreTrainedModel, Maker] = weakref.WeakKeyDictionary()


def runtime_of(model: PreTrainedModel) -> TransformersRuntime | PlainRuntime:
    """A runtime of ``model``, which is tested at the first call only, and freed like any other object."""
    with turn_of(model):
        if make := _makers.get(model):
            return make(model)
        runtime = load_runtime(model)
        if isinstance(runtime, PlainRuntime):
            _makers[model] = partial(PlainRuntime, cached=runtime.cached)
        else:
            _makers[model] = partial(TransformersRuntime, tested=True)
        return runtime


def load_runtime(model: PreTrainedModel) -> TransformersRuntime | PlainRuntime:
    """The runtime that suits ``model``; one warning says why where that is plain decoding."""
    try:
        return TransformersRuntime(model)
    except CannotBranch as reason:
        # As text: the exception's traceback holds the model, and who keeps the record would keep both.
        log.warning("%s is decoded plainly, one token a step: %s.", type(model).__name__, str(reason))
        return PlainRuntime(model)

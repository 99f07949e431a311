"""Lookahead decoding: several tokens per model step, token for token what plain decoding gives.

Needs torch, transformers and numpy, and nothing else of this project. The method is that of *Lookahead: An Inference
Acceleration Framework for LLMs with Lossless Generation Accuracy* (KDD 2024).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accel.budget import Budget, MeanRows
    from accel.decoding import Request, Step, decode
    from accel.draft import Drafter, DraftTree, Undrafted
    from accel.drafter import TrieDrafter
    from accel.errors import AccelError, PromptTooLong
    from accel.generator import Chunk, Generation, Generator
    from accel.likelihood import Likelihood
    from accel.packing import pack_linears
    from accel.plain import PlainRuntime, load_runtime
    from accel.runtime import CannotBranch, Context, Runtime, TransformersRuntime
    from accel.sampling import Greedy, Processed, Sampler
    from accel.trie import Source, TokenTrie

_HOMES = {
    "accel.budget": ("Budget", "MeanRows"),
    "accel.decoding": ("Request", "Step", "decode"),
    "accel.draft": ("Drafter", "DraftTree", "Undrafted"),
    "accel.drafter": ("TrieDrafter",),
    "accel.errors": ("AccelError", "PromptTooLong"),
    "accel.generator": ("Chunk", "Generation", "Generator"),
    "accel.likelihood": ("Likelihood",),
    "accel.packing": ("pack_linears",),
    "accel.plain": ("PlainRuntime", "load_runtime"),
    "accel.runtime": ("CannotBranch", "Context", "Runtime", "TransformersRuntime"),
    "accel.sampling": ("Greedy", "Processed", "Sampler"),
    "accel.trie": ("Source", "TokenTrie"),
}

__all__ = [
    "AccelError",
    "Budget",
    "CannotBranch",
    "Chunk",
    "Context",
    "DraftTree",
    "Drafter",
    "Generation",
    "Generator",
    "Greedy",
    "Likelihood",
    "MeanRows",
    "PlainRuntime",
    "Processed",
    "PromptTooLong",
    "Request",
    "Runtime",
    "Sampler",
    "Source",
    "Step",
    "TokenTrie",
    "TransformersRuntime",
    "TrieDrafter",
    "Undrafted",
    "decode",
    "load_runtime",
    "pack_linears",
]


def __getattr__(name: str) -> Any:
    # Torch and transformers take seconds to import: only who uses them waits, not who catches an AccelError.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'accel' has no attribute {name!r}")

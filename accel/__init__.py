"""Lookahead decoding: several tokens per model step, token for token what plain decoding gives.

Needs torch, transformers and numpy, and nothing else of this project. The method is that of *Lookahead: An Inference
Acceleration Framework for LLMs with Lossless Generation Accuracy* (KDD 2024).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accel.decoding import Step, decode
    from accel.draft import Drafter, DraftTree
    from accel.errors import AccelError, PromptTooLong
    from accel.generator import Chunk, Generation, Generator
    from accel.packing import pack_linears
    from accel.runtime import Context, Runtime, TransformersRuntime
    from accel.trie import Source, TokenTrie, TrieCursor

_HOMES = {
    "accel.decoding": ("Step", "decode"),
    "accel.draft": ("DraftTree", "Drafter"),
    "accel.errors": ("AccelError", "PromptTooLong"),
    "accel.generator": ("Chunk", "Generation", "Generator"),
    "accel.packing": ("pack_linears",),
    "accel.runtime": ("Context", "Runtime", "TransformersRuntime"),
    "accel.trie": ("Source", "TokenTrie", "TrieCursor"),
}

__all__ = [
    "AccelError",
    "Chunk",
    "Context",
    "DraftTree",
    "Drafter",
    "Generation",
    "Generator",
    "PromptTooLong",
    "Runtime",
    "Source",
    "Step",
    "TokenTrie",
    "TransformersRuntime",
    "TrieCursor",
    "decode",
    "pack_linears",
]


def __getattr__(name: str) -> Any:
    # Torch and transformers take seconds to import: only who uses them waits, not who catches an AccelError.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'accel' has no attribute {name!r}")

"""Lookahead decoding: several tokens per model step, token for token what plain decoding gives.

Needs torch, transformers and numpy, and nothing else of this project. The method is that of *Lookahead: An Inference
Acceleration Framework for LLMs with Lossless Generation Accuracy* (KDD 2024).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accel.answers import AnswerTrie
    from accel.attention import group_attention
    from accel.budget import Budget, FastestRate, MeanRows
    from accel.costs import StepCosts, step_costs
    from accel.custom_generate import lookahead
    from accel.decoding import Request, Step, decode
    from accel.draft import Drafter, DraftTree, Undrafted
    from accel.drafter import TrieDrafter
    from accel.errors import AccelError, NoModel, NotSupported, NotTexts, PromptTooLong
    from accel.generator import Chunk, Generation, Generator, generate
    from accel.likelihood import Likelihood
    from accel.messages import with_passages
    from accel.packing import pack_linears
    from accel.passages import read_prompt
    from accel.plain import PlainRuntime, load_runtime, runtime_of
    from accel.runtime import CannotBranch, Context, Runtime, TransformersRuntime
    from accel.sampling import Greedy, Processed, Sampler, sampling
    from accel.trace import Trace
    from accel.trie import Source, TokenTrie

_HOMES = {
    "accel.answers": ("AnswerTrie",),
    "accel.attention": ("group_attention",),
    "accel.budget": ("Budget", "FastestRate", "MeanRows"),
    "accel.costs": ("StepCosts", "step_costs"),
    "accel.custom_generate": ("lookahead",),
    "accel.decoding": ("Request", "Step", "decode"),
    "accel.draft": ("Drafter", "DraftTree", "Undrafted"),
    "accel.drafter": ("TrieDrafter",),
    "accel.errors": ("AccelError", "NoModel", "NotSupported", "NotTexts", "PromptTooLong"),
    "accel.passages": ("read_prompt",),
    "accel.generator": ("Chunk", "Generation", "Generator", "generate"),
    "accel.likelihood": ("Likelihood",),
    "accel.messages": ("with_passages",),
    "accel.packing": ("pack_linears",),
    "accel.plain": ("PlainRuntime", "load_runtime", "runtime_of"),
    "accel.runtime": ("CannotBranch", "Context", "Runtime", "TransformersRuntime"),
    "accel.sampling": ("Greedy", "Processed", "Sampler", "sampling"),
    "accel.trace": ("Trace",),
    "accel.trie": ("Source", "TokenTrie"),
}

__all__ = [
    "AccelError",
    "AnswerTrie",
    "Budget",
    "CannotBranch",
    "Chunk",
    "Context",
    "DraftTree",
    "Drafter",
    "FastestRate",
    "Generation",
    "Generator",
    "Greedy",
    "Likelihood",
    "MeanRows",
    "NoModel",
    "NotSupported",
    "NotTexts",
    "PlainRuntime",
    "Processed",
    "PromptTooLong",
    "Request",
    "Runtime",
    "Sampler",
    "Source",
    "Step",
    "StepCosts",
    "TokenTrie",
    "Trace",
    "TransformersRuntime",
    "TrieDrafter",
    "Undrafted",
    "decode",
    "generate",
    "group_attention",
    "load_runtime",
    "lookahead",
    "pack_linears",
    "read_prompt",
    "runtime_of",
    "sampling",
    "step_costs",
    "with_passages",
]


def __getattr__(name: str) -> Any:
    # Torch and transformers take seconds to import: only who uses them waits, not who catches an AccelError.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'accel' has no attribute {name!r}")

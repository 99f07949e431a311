"""Fit the likelihood of drafted tokens to a model's own answers.

    python -m bench.accel.tune PROMPTS.jsonl [--model FOLDER] -o likelihood.json

Reads what `bench.accel` reads. Don't measure on the prompts that were fitted to.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from accel.budget import MeanRows
from accel.decoding import Request, decode
from accel.draft import DraftTree
from accel.drafter import FOLLOWED, TrieDrafter
from accel.likelihood import PACKAGED, Seen
from accel.packing import pack_linears
from accel.plain import runtime_of
from accel.trie import TokenTrie
from bench.accel.errors import CannotMeasure
from bench.accel.fitting import fit, save
from bench.accel.models import ends_of, load_model, load_tokenizer, model_folder
from bench.accel.prompts import read_prompts


class Observer(TrieDrafter):
    """Drafts as ever, and notes of every settled token what spoke for it and for its rivals."""

    seen: list[Seen]
    said: list[bool]

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        for token, row in zip(tokens, path, strict=True):
            matches = sorted(self._trie.matches.items(), key=lambda match: (match[1], match[0]), reverse=True)
            for candidate in self.candidates(self._trie.tokens[-1], matches[:FOLLOWED]):
                self.seen.append(candidate.seen)
                self.said.append(candidate.token == token)
            # As if each token had been a step of its own.
            super().settle([token], scores[row : row + 1], DraftTree.root(tree.tokens[row]), [0])
            self._guess = None
        # What was refused comes in between two steps, as it does in decoding.
        self._remember(scores.float(), tree, path)


def main() -> int:
    """Exit status 2, with one sentence, for what can't be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--max-new-tokens", type=int, default=160)
    parser.add_argument("-o", "--output", type=Path, default=PACKAGED)
    options = parser.parse_args()
    try:
        folder = model_folder(options.model)
        tokenizer = load_tokenizer(folder)
        prompts = read_prompts(options.prompts, tokenizer)
        model = load_model(folder, tokenizer, "float32", "cpu")
    except CannotMeasure as error:
        print(error, file=sys.stderr)
        return 2
    pack_linears(model)
    runtime = runtime_of(model)
    ends = ends_of(model)
    seen: list[Seen] = []
    said: list[bool] = []
    for number, prompt in enumerate(prompts, start=1):
        trie = TokenTrie()
        trie.read(prompt.tokens)
        drafter = Observer(trie, MeanRows(8), prompt_length=len(prompt.tokens), never=ends)
        drafter.seen, drafter.said = seen, said
        request = Request(prompt.tokens, options.max_new_tokens, lambda answer: answer[-1] in ends, drafter)
        settled = sum(len(step.tokens) for step in decode(runtime, [request]))
        print(f"{number} of {len(prompts)}: {settled} tokens, {len(seen)} candidates in all", file=sys.stderr)
    save(fit(seen, said, penalty=3.0), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Which drafted tokens are what the model would have said itself."""

from __future__ import annotations

from typing import NamedTuple

import torch

from accel.draft import DraftTree


class Verdict(NamedTuple):
    """``path``: rows to keep, from row 0 down the accepted branch. ``tokens``: the tokens settled by this step, one for
    each row of ``path``: the accepted drafts and, last, the model's own choice after them."""

    path: tuple[int, ...]
    tokens: tuple[int, ...]


def accept_greedy(tree: DraftTree, logits: torch.Tensor) -> Verdict:
    """Walk from row 0 along the model's own choices for as long as they were drafted.

    ``logits`` has shape (rows, vocabulary): row i has the model's scores for the token after row i. Every token of the
    verdict is the largest score after its true prefix, which is what plain greedy decoding takes (KDD 2024, section 4,
    verification and accept).
    """
    choices = logits.argmax(dim=-1).tolist()
    path, tokens = [0], [choices[0]]
    while (row := tree.children[path[-1]].get(tokens[-1])) is not None:
        path.append(row)
        tokens.append(choices[row])
    return Verdict(tuple(path), tuple(tokens))

"""The same on a GPU: trees score as their branches, and lookahead is `generate`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.accel.test_runtime import EAGER_ONLY, FAMILIES, check_lookahead, check_together, check_trees, of_family

if not torch.cuda.is_available():
    pytest.skip("no CUDA device on this machine", allow_module_level=True)


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    """Products of float32 in float32: what is compared here to five places mustn't be rounded to TF32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    yield
    torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("family", FAMILIES)
def test_trees_score_as_their_branches_one_by_one(family: str) -> None:
    for attention in {"eager"} if family in EAGER_ONLY else {"eager", "sdpa"}:
        check_trees(of_family(family, attention, "cuda"))


@pytest.mark.parametrize("family", FAMILIES)
def test_lookahead_gives_the_tokens_of_generate(family: str) -> None:
    check_lookahead(family, "cuda")


@pytest.mark.parametrize("family", FAMILIES)
def test_prompts_of_different_lengths_are_answered_together_as_alone(family: str) -> None:
    check_together(family, "cuda")

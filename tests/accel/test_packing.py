"""Packed layers compute what ordinary ones do."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from accel import pack_linears
from accel.packing import can_pack


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [1, 3, 8, 40])
def test_a_packed_layer_gives_what_the_ordinary_one_gives(dtype: torch.dtype, bias: bool, rows: int) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(48, 80, bias=bias), nn.Linear(80, 16, bias=bias)).to(dtype)
    inputs = torch.randn(2, rows, 48).to(dtype)
    with torch.inference_mode():
        expected = model(inputs)
        assert pack_linears(model) == (2 if can_pack(dtype) else 0)
        packed = model(inputs)
    assert any(isinstance(module, nn.Linear) for module in model.modules()) != can_pack(dtype)
    tolerance = 1e-5 if dtype == torch.float32 else 2e-2
    assert packed.dtype == dtype
    assert torch.allclose(packed, expected, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_can_be_packed_is_what_onednn_packs(dtype: torch.dtype) -> None:
    weight = torch.zeros(80, 48, dtype=dtype)
    if can_pack(dtype):
        torch.ops.mkldnn._reorder_linear_weight(weight, 8)
    else:
        with pytest.raises((RuntimeError, AttributeError)):
            torch.ops.mkldnn._reorder_linear_weight(weight, 8)


def test_layers_that_compute_something_else_are_left_alone() -> None:
    class Doubled(nn.Linear):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(rows)

    model = nn.Sequential(Doubled(4, 4), nn.Linear(4, 4).double())
    assert pack_linears(model) == 0

"""Linear layers in the weight layout of the CPU's own matrix routines."""

from __future__ import annotations

import torch
from torch import nn

# Verification multiplies a few rows with every weight, which is where the ordinary layout is slowest: on two AVX-512
# cores 8 float32 rows through all weights of a model of 135 million parameters took 65 ms, and 26 ms packed.
ROWS = 8


class PackedLinear(nn.Module):
    """A linear layer for inference on the CPU; its weight is stored once, in oneDNN's blocked layout."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.bias = linear.bias
        self._packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), ROWS)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape (..., in_features) to (..., out_features)."""
        return torch.ops.mkldnn._linear_pointwise(rows, self._packed, self.bias, "none", [], "")


def pack_linears(model: nn.Module) -> int:
    """Replace the linear layers of a model on the CPU by packed ones; returns how many were.

    Nothing is replaced where oneDNN is not there or doesn't take the weights' type. The model can't be trained, moved
    or saved afterwards. Results differ from those of ordinary layers by rounding only.
    """
    packed = 0
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            # A subclass of Linear may compute something else.
            if type(child) is nn.Linear and child.weight.device.type == "cpu" and can_pack(child.weight.dtype):
                setattr(parent, name, PackedLinear(child))
                packed += 1
    return packed


def can_pack(dtype: torch.dtype) -> bool:
    """Whether this CPU's oneDNN packs weights of ``dtype``: float32 on all, bfloat16 with AVX-512 or newer only."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    if dtype == torch.bfloat16:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return dtype == torch.float32

"""Mean-pooled transformers, fed batches of like length."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tokenizers import Tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt
    from sentence_transformers import SentenceTransformer
    from torch import nn

# Tokens of a batch, padding included: enough to fill the matrix units, few enough that what is computed stays in cache.
BUDGET = 4096
# The instruction sets without bfloat16 that oneDNN can be held to; what torch says of the CPU doesn't tell of that.
WITHOUT_BFLOAT16 = {"SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI"}


class MeanEncoder:
    """The unit mean of a transformer's last states: what most sentence-transformers models compute.

    Unlike `SentenceTransformer.encode` it may be called from several threads at once, sorts by tokens, not characters,
    and takes mean and length in float32 whatever the model's type.
    """

    def __init__(self, transformer: nn.Module, tokenizer: Tokenizer, dimension: int, device: torch.device) -> None:
        """``tokenizer`` truncates and doesn't pad; nobody else may change it, which is what makes it safe to share."""
        self._transformer = transformer
        self._tokenizer = tokenizer
        self._dimension = dimension
        self._device = device

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension), in the order of the texts."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(ids), self._dimension), dtype=np.float32)
        for batch in batches([len(each) for each in ids]):
            vectors[batch] = self._forward([ids[i] for i in batch])
        return vectors

    def _forward(self, ids: list[list[int]]) -> npt.NDArray[np.float32]:
        longest = max(map(len, ids))
        padded = torch.tensor([each + [0] * (longest - len(each)) for each in ids], device=self._device)
        lengths = torch.tensor([[len(each)] for each in ids], device=self._device)
        mask = torch.arange(longest, device=self._device) < lengths
        states = self._transformer(input_ids=padded, attention_mask=mask.long()).last_hidden_state
        means = (states.float() * mask[..., None]).sum(dim=1) / lengths
        return torch.nn.functional.normalize(means, dim=1).cpu().numpy()


def mean_encoder(model: SentenceTransformer) -> MeanEncoder | None:
    """The encoder that computes what ``model`` does, on its weights; None where that is not certain: for other poolings
    and layers, models that aren't BERT, texts with a prompt before them, shortened vectors, slow tokenizers."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    layers: list[Any] = list(model.children())  # torch's stubs know no attributes of layers
    if [type(layer) for layer in layers] not in ([Transformer, Pooling], [Transformer, Pooling, Normalize]):
        return None
    transformer = layers[0].auto_model
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if (
        layers[1].pooling_mode != "mean"
        or transformer.config.model_type != "bert"
        or model.default_prompt_name
        or model.truncate_dim
        or not isinstance(backend, Tokenizer)
    ):
        return None
    tokenizer = Tokenizer.from_str(backend.to_str())  # a copy, since the model's own is changed by each use
    tokenizer.no_padding()
    tokenizer.enable_truncation(model.max_seq_length or transformer.config.max_position_embeddings)
    return MeanEncoder(transformer, tokenizer, transformer.config.hidden_size, model.device)


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether ``device`` is a CPU with instructions for bfloat16. Without them it is slower than float32.

    A CPU that torch or oneDNN is told to take for an older one (`ATEN_CPU_CAPABILITY`, `ONEDNN_MAX_CPU_ISA`) has none.
    """
    if device.type != "cpu" or torch.backends.cpu.get_cpu_capability() != "AVX512":
        return False
    if os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper() in WITHOUT_BFLOAT16:
        return False
    can = torch.cpu.get_capabilities()
    return bool(can.get("amx_bf16") or can.get("avx512_bf16"))


def batches(lengths: Sequence[int], budget: int = BUDGET) -> Iterator[list[int]]:
    """Places in ``lengths``, each once, shortest first, in batches of at most ``budget`` tokens when all of a batch are
    padded to its longest; a longer text is a batch of its own."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch

"""The settled tokens' keys and values, in buffers that are appended to without copying what they hold."""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer


class BufferedLayer(DynamicLayer):  # type: ignore[no-untyped-call] # transformers registers layers untyped
    """One layer's keys and values; ``keys`` and ``values`` are views of the columns in use.

    Transformers' own layer makes a new tensor for every token, which for a long prompt costs a tenth of a step. No
    window is applied here, so that any column can be dropped again: the mask does that.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self.columns = 0
        self._room: list[torch.Tensor] = []

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self.dtype, self.device = key_states.dtype, key_states.device
        self._room = [
            states.new_empty((*states.shape[:2], 0, states.shape[3])) for states in (key_states, value_states)
        ]
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append the states of some columns, shape (batch, heads, columns, width); returns all keys and values."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        used, self.columns = self.columns, self.columns + key_states.shape[2]
        if self.columns > self._room[0].shape[2]:
            self._grow()
        self._room[0][:, :, used : self.columns] = key_states
        self._room[1][:, :, used : self.columns] = value_states
        self._show()
        return self._room[0][:, :, : self.columns], self._room[1][:, :, : self.columns]

    def get_seq_length(self) -> int:
        return self.columns

    def keep(self, settled: int, moved: torch.Tensor) -> None:
        """After the first ``settled`` columns keep those that ``moved`` names, shape (batch, kept), in that order."""
        kept = moved.shape[1]
        for room in self._room:
            index = moved[:, None, :, None].expand(-1, room.shape[1], -1, room.shape[3])
            room[:, :, settled : settled + kept] = room.gather(2, index)
        self.crop_to(settled + kept)

    def crop_to(self, columns: int) -> None:
        """Forget all columns but the first ``columns``."""
        self.columns = columns
        self._show()

    def select(self, requests: torch.Tensor, columns: torch.Tensor) -> None:
        """Keep of each request in ``requests``, shape (kept,), the columns ``columns``, shape (kept, columns)."""
        for at, room in enumerate(self._room):
            index = columns[:, None, :, None].expand(-1, room.shape[1], -1, room.shape[3])
            self._room[at] = room.index_select(0, requests).gather(2, index)
        self.crop_to(columns.shape[1])

    def pad(self, columns: int) -> None:
        """Append columns of zeros."""
        more = [room.new_zeros((*room.shape[:2], columns, room.shape[3])) for room in self._room]
        self.update(more[0], more[1])

    def _grow(self) -> None:
        wanted = self.columns + max(128, self.columns // 4)
        for at, room in enumerate(self._room):
            larger = room.new_empty((*room.shape[:2], wanted, room.shape[3]))
            larger[:, :, : room.shape[2]] = room
            self._room[at] = larger

    def _show(self) -> None:
        self.keys, self.values = (room[:, :, : self.columns] for room in self._room)


class BufferedCache(Cache):
    """An empty cache for any model whose layers all keep keys and values."""

    def __init__(self) -> None:
        # Without the model's configuration, by which layers with a window would forget columns that may be needed
        # again.
        super().__init__(layer_class_to_replicate=BufferedLayer)

    @property
    def buffers(self) -> list[BufferedLayer]:
        """The layers that the model has used."""
        return [layer for layer in self.layers if isinstance(layer, BufferedLayer)]

"""Buffered keys and values are those that transformers' own layer would hold."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.cache_utils import DynamicLayer

from accel.kv import BufferedCache, BufferedLayer

HEADS, WIDTH = 2, 3


def states(batch: int, columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(batch, HEADS, columns, WIDTH), torch.randn(batch, HEADS, columns, WIDTH)


def held(layer: DynamicLayer) -> tuple[torch.Tensor, torch.Tensor]:
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys, layer.values


def take(columns: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
    """``of``'s columns that ``columns``, shape (batch, taken), names for each request, one by one."""
    return torch.stack([request[:, named] for request, named in zip(of, columns, strict=True)])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_appending_keeping_and_selecting_leaves_what_copies_would_hold(data: st.DataObject) -> None:
    batch = data.draw(st.integers(1, 3), "batch")
    layer, copy = BufferedLayer(), DynamicLayer()  # type: ignore[no-untyped-call] # as all of transformers' caches

    def some(least: int, size: int) -> torch.Tensor:
        row = st.lists(st.integers(least, layer.columns - 1), min_size=size, max_size=size)
        return torch.tensor(data.draw(st.lists(row, min_size=batch, max_size=batch), "columns"), dtype=torch.long)

    layer.update(*states(batch, 0))
    copy.update(*states(batch, 0))
    for action in data.draw(st.lists(st.sampled_from(["append", "keep", "crop", "select"]), max_size=10), "actions"):
        if action == "append" or not layer.columns:
            # Now and then more than there is room for.
            new = states(batch, data.draw(st.integers(1, 9) | st.just(200), "appended"))
            for mine, theirs in zip(layer.update(*new), copy.update(*new), strict=True):
                assert torch.equal(mine, theirs)
        elif action == "keep":
            settled = data.draw(st.integers(0, layer.columns - 1), "settled")
            moved = some(settled, data.draw(st.integers(0, layer.columns - settled), "kept"))
            layer.keep(settled, moved)
            copy.keys, copy.values = (torch.cat([of[:, :, :settled], take(moved, of)], dim=2) for of in held(copy))
        elif action == "crop":
            left = data.draw(st.integers(0, layer.columns), "left")
            copy.crop(left - layer.columns)
            layer.crop_to(left)
        else:
            requests = data.draw(st.lists(st.integers(0, batch - 1), min_size=1, max_size=3, unique=True), "requests")
            batch = len(requests)
            columns = some(0, data.draw(st.integers(1, layer.columns), "selected"))
            layer.select(torch.tensor(requests), columns)
            copy.keys, copy.values = (take(columns, of[requests]) for of in held(copy))
        assert layer.get_seq_length() == layer.columns == held(copy)[0].shape[2]
        for mine, theirs in zip(held(layer), held(copy), strict=True):
            assert torch.equal(mine, theirs)


def test_appending_a_column_moves_none_of_those_before() -> None:
    layer = BufferedLayer()
    layer.update(*states(1, 300))
    places = set()
    for _ in range(50):
        layer.update(*states(1, 1))
        places.add(tuple(of.data_ptr() for of in held(layer)))
    assert len(places) <= 2


def test_a_cache_has_a_buffer_for_each_layer_that_was_used() -> None:
    cache = BufferedCache()
    assert cache.buffers == []
    for layer in range(3):
        cache.update(*states(2, 4), layer)
    assert len(cache.buffers) == len(cache.layers) == 3
    assert cache.get_seq_length() == 4

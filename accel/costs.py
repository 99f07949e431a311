"""What a step costs on this machine, by the number of its rows and the length of its context."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

from accel.draft import DraftTree
from accel.files import replacing
from accel.runtime import Context, TransformersRuntime

ROWS = (1, 4, 8, 16, 32)
# Context lengths of the two measurements, in tokens, between and beyond which costs are taken to lie on a line.
SHORT, LONG = 16, 1024
ROUNDS = 2


@dataclass(frozen=True)
class StepCosts:
    """Seconds of a step: ``short[i]`` with ``rows[i]`` rows after `SHORT` tokens; every token more costs
    ``by_token[i]``. Between measured rows, and beyond the last, costs lie on a line."""

    rows: tuple[int, ...]
    short: tuple[float, ...]
    by_token: tuple[float, ...]

    def seconds(self, rows: int, context_length: int) -> float:
        """Of a step with ``rows`` rows after ``context_length`` tokens."""
        at = [
            short + by_token * max(0, context_length - SHORT)
            for short, by_token in zip(self.short, self.by_token, strict=True)
        ]
        if len(at) == 1:
            return at[0]
        above = next((i for i, measured in enumerate(self.rows) if measured >= rows), len(self.rows) - 1)
        above = max(above, 1)
        share = (rows - self.rows[above - 1]) / (self.rows[above] - self.rows[above - 1])
        return at[above - 1] + share * (at[above] - at[above - 1])


def step_costs(runtime: TransformersRuntime, cache: Path | None = None) -> StepCosts:
    """Measured in less than a second on two cores with a model of 135 million parameters, or read from ``cache``, a
    folder, where the same model, precision, device, thread count and torch were measured before."""
    file = cache / f"costs-{_key(runtime)}.json" if cache else None
    if file and (known := _read(file)):
        return known
    costs = measure(runtime)
    if file:
        with suppress(OSError), replacing(file) as unfinished:  # without it, the next start measures again
            unfinished.write_text(json.dumps({"rows": costs.rows, "short": costs.short, "by_token": costs.by_token}))
    return costs


def measure(runtime: TransformersRuntime, rows: Sequence[int] = ROWS) -> StepCosts:
    """Time steps of all ``rows`` after a short context, interleaved, the smallest of each, and of the fewest and the
    most after a long one."""
    limit = runtime.context_length or LONG + SHORT
    context, _ = runtime.prefill([[1] * min(SHORT, limit // 4)])
    _seconds(runtime, context, rows[0])
    rounds = [[_seconds(runtime, context, count) for count in rows] for _ in range(ROUNDS)]
    short = [min(seconds) for seconds in zip(*rounds, strict=True)]
    more = max(1, min(LONG, limit - 2 * max(rows)) - context.lengths[0])
    runtime.pad(context, more)
    first, last = (max(0.0, _seconds(runtime, context, rows[at]) - short[at]) / more for at in (0, -1))
    span = max(1, rows[-1] - rows[0])
    by_token = [first + (last - first) * (count - rows[0]) / span for count in rows]
    # More rows never cost less; where they seem to, the measurement was disturbed.
    for at in range(1, len(short)):
        short[at] = max(short[at], short[at - 1])
    return StepCosts(tuple(rows), tuple(short), tuple(by_token))


def _seconds(runtime: TransformersRuntime, context: Context, rows: int) -> float:
    tree = DraftTree((1,) * rows, (-1, *range(rows - 1)))
    _wait(runtime)
    began = time.perf_counter()
    runtime.verify(context, [tree]).argmax(dim=-1).tolist()
    runtime.commit(context, [(0,)])
    _wait(runtime)
    return time.perf_counter() - began


def _wait(runtime: TransformersRuntime) -> None:
    if runtime.model.device.type == "cuda":
        torch.cuda.synchronize(runtime.model.device)


def _key(runtime: TransformersRuntime) -> str:
    model = runtime.model
    what = [
        model.config.to_json_string(),
        str(model.dtype),
        str(torch.cuda.get_device_name(model.device)) if model.device.type == "cuda" else str(model.device),
        sorted({type(module).__name__ for module in model.modules()}),
        torch.get_num_threads(),
        torch.__version__,
    ]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def _read(file: Path) -> StepCosts | None:
    try:
        saved = json.loads(file.read_text())
        rows, short, by_token = (tuple(map(float, saved[name])) for name in ("rows", "short", "by_token"))
        return (
            StepCosts(tuple(map(int, rows)), short, by_token) if len(rows) == len(short) == len(by_token) > 1 else None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None

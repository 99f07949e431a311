"""What was measured, as a table to read and as JSON to keep."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from bench.accel.measure import Figures, Ratio

PACKAGES = ("torch", "transformers", "numpy", "llama-cpp-python")


@dataclass(frozen=True)
class Report:
    """``ratios[name][other]`` is how many times as fast as ``other`` the method ``name`` was."""

    machine: dict[str, str | int]
    command: str
    prompts: int
    methods: Mapping[str, Figures]
    ratios: Mapping[str, Mapping[str, Ratio]]
    versions: dict[str, str] = field(default_factory=lambda: versions())

    def json(self) -> dict[str, Any]:
        """Everything, as what `json.dumps` takes."""
        return asdict(self)

    def text(self) -> str:
        """Two tables, and a line for every first difference."""
        rows = [
            [
                name,
                _number(of.decode_tokens_per_s, 1),
                _number(of.ttft_s, 3),
                _number(of.end_to_end_s, 3),
                _number(of.tokens_per_step, 2),
                _number(of.rows_per_step, 2),
                "–" if of.draft_share is None else f"{of.draft_share:.1%}",
                _number(of.different, 0),
            ]
            for name, of in self.methods.items()
        ]
        heads = (
            "method",
            "tokens/s",
            "first token s",
            "end to end s",
            "tokens/step",
            "rows/step",
            "drafting",
            "different",
        )
        parts = [
            f"Prompts: {self.prompts}; tokens/s, tokens/step, rows/step and drafting are of what follows the first "
            "token, seconds are medians.",
            table(heads, rows),
        ]
        if any(self.ratios.values()):
            parts += ["Times as fast, medians over the prompts:", self._ratios()]
        parts += [
            f"{name} differs in {one.id} from token {one.position} on: the two likeliest lie {one.margin:.2g} apart."
            for name, of in self.methods.items()
            for one in of.first_differences
        ]
        return "\n".join(parts)

    def _ratios(self) -> str:
        others = list(dict.fromkeys(other for of in self.ratios.values() for other in of))
        heads = ["method", *(f"{part} / {other}" for other in others for part in ("decoding", "end to end"))]
        rows = []
        for name, of in self.ratios.items():
            found = [of.get(other) for other in others]
            cells = [(one.decode, one.end_to_end) if one else (None, None) for one in found]
            rows.append([name, *(_number(value, 2) for pair in cells for value in pair)])
        return table(heads, rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first one aligned on the left and the others on the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for first, *others in (heads, *rows):
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]))
    return "\n".join(lines)


def machine(device: str) -> dict[str, str | int]:
    """What the figures depend on: processor, its cores, the threads torch uses, and the GPU where one is used."""
    found: dict[str, str | int] = {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "threads": torch.get_num_threads(),
    }
    return found | ({"gpu": torch.cuda.get_device_name()} if device == "cuda" else {})


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that decode, as far as they are installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def command(arguments: Sequence[str]) -> str:
    """The command that measured this. Absolute paths are cut to their last parts: results are published, and where
    things lie on this machine says nothing about them."""
    shown = [Path(one).name if Path(one).is_absolute() else one for one in arguments]
    return shlex.join(["python", "-m", "bench.accel", *shown])


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"

"""What of a file isn't in its pages, counted, and the warning that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# What is counted, and how one and several of it are called.
NAMES = {
    "hidden": ("piece of hidden text", "pieces of hidden text"),
    "hidden row": ("hidden row", "hidden rows"),
    "hidden column": ("hidden column", "hidden columns"),
    "hidden sheet": ("hidden sheet", "hidden sheets"),
    "struck": ("piece of struck-through text", "pieces of struck-through text"),
    "struck cell": ("cell with struck-through text", "cells with struck-through text"),
    "unseen": ("number that its format hides", "numbers that their format hides"),
    "covered": ("cell under merged ones", "cells under merged ones"),
    "comment": ("comment", "comments"),
    "chart": ("chart", "charts"),
    "embedded": ("embedded object", "embedded objects"),
    "locked": ("embedded object with a password", "embedded objects with a password"),
}


def left_out_warning(left_out: Mapping[str, int]) -> tuple[str, ...]:
    """A clause on what was left out, by its names; none where that is nothing."""
    counts = Counter({name: left_out[name] for name in NAMES if left_out.get(name)})
    if not counts:
        return ()
    *most, last = (f"{count:,} {NAMES[name][count > 1]}" for name, count in counts.items())
    verb = "was" if counts.total() == 1 else "were"
    return (f"{', '.join(most)}{' and ' if most else ''}{last} {verb} left out",)

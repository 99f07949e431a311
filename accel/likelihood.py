"""How likely the model is to say a drafted token, judged by where and how often it was seen."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

PACKAGED = Path(__file__).with_name("likelihood.json")
# Matches longer than this are hardly more telling.
LONGEST = 16
RIVALS = 63
# Distances are told apart in steps of 8 tokens, up to 2,000.
NEAR, NEVER = 8, 250


class Seen(NamedTuple):
    """What speaks for one token after a run.

    ``match`` is the longest suffix of the run that the token followed anywhere, in tokens, and ``longest`` the longest
    that anything followed; 0 where the trie has nothing. ``share`` is the token's share of all continuations, each
    counted 3 ** (length of its match, at most 5) times, in the way of models that blend the counts of all match
    lengths; ``rivals`` is how many different tokens continued, and ``times`` how often this one did. ``distance`` is
    how many tokens ago that was last (None: never), ``own`` whether in this answer. ``recalled`` is the probability
    that the model itself gave the token the last time it stood at the run's last token, and ``beside`` the one it gave
    it in place of that last token, just now; 0 where unknown.
    """

    match: int
    longest: int
    share: float
    rivals: int
    times: float
    distance: int | None
    own: bool
    recalled: float = 0.0
    beside: float = 0.0


FEATURES = (
    "constant", "longest", "match", "shorter", "share", "rivals", "times", "distance", "own", "recalled",
    "recalled root", "recalled log", "beside root",
)  # fmt: skip
# A regression of its own for tokens that the trie hasn't seen here, that followed one token of the run, or more.
CLASSES = ("unseen", "after one", "after more")


def features(seen: Seen) -> list[float]:
    """Numbers for `FEATURES`, most of them logarithms."""
    match, longest = min(seen.match, LONGEST), min(seen.longest, LONGEST)
    return [
        1.0,
        math.log1p(longest),
        math.log1p(match),
        math.log1p(longest - match),
        math.log((seen.share + 0.01) / (1.01 - seen.share)),
        math.log1p(min(seen.rivals, RIVALS)),
        math.log1p(seen.times),
        math.log1p(NEVER if seen.distance is None else min(seen.distance // NEAR, NEVER - 1)),
        float(seen.own),
        float(seen.recalled > 0),
        math.sqrt(seen.recalled),
        math.log(seen.recalled + 0.001) if seen.recalled else 0.0,
        math.sqrt(seen.beside),
    ]


class Terms(NamedTuple):
    """Of one class, what is the same for all tokens after one run: the sums of the terms that depend on whole numbers,
    by the token's match (up to `LONGEST`) and by its distance (in steps of `NEAR`, up to `NEVER`), and the weights of
    the features ``share`` to ``beside root``."""

    by_match: Sequence[float]
    by_distance: Sequence[float]
    share: float
    times: float
    own: float
    recalled: float
    recalled_root: float
    recalled_log: float
    beside_root: float


@dataclass(frozen=True)
class Likelihood:
    """Logistic regressions over `features`: the probability that the model says a token, given that the run is right.

    ``weights`` has shape (classes, features). Fitted to answers that a model wrote by plain decoding
    (``python -m bench.accel.tune``).
    """

    weights: tuple[tuple[float, ...], ...]

    def log_odds(self, seen: Seen) -> float:
        """The log-odds that the token is said. What was learnt during a request is added to it."""
        weights = self.weights[min(seen.match, len(CLASSES) - 1)]
        return sum(weight * feature for weight, feature in zip(weights, features(seen), strict=True))

    def terms(self, longest: int, rivals: int) -> tuple[Terms, ...]:
        """`log_odds` in parts, one for each class: a drafter weighs dozens of tokens after one run."""
        at = (longest if longest < LONGEST else LONGEST, rivals if rivals < RIVALS else RIVALS)
        if (terms := self._terms.get(at)) is None:
            terms = self._terms[at] = tuple(
                Terms([of_match + by_rivals[at[1]] for of_match in lengths[at[0]]], by_distance, *weights)
                for lengths, by_rivals, by_distance, weights in self._tables
            )
        return terms

    @cached_property
    def _terms(self) -> dict[tuple[int, int], tuple[Terms, ...]]:
        return {}

    @cached_property
    def _tables(self) -> list[tuple[list[list[float]], list[float], list[float], tuple[float, ...]]]:
        """The terms of the sums that depend on small whole numbers: a draft weighs dozens of tokens."""
        tables: list[tuple[list[list[float]], list[float], list[float], tuple[float, ...]]] = []
        for kind, weights in enumerate(self.weights):
            w = dict(zip(FEATURES, weights, strict=True))
            # A token that was not seen has no share, count or distance: these are constants then.
            constant = 0.0
            if kind == 0:
                unseen = features(Seen(0, 0, 0.0, 0, 0, None, False))
                constant = sum(weights[at] * unseen[at] for at in (FEATURES.index("share"), FEATURES.index("distance")))
            lengths = [
                [
                    constant
                    + w["constant"]
                    + w["longest"] * math.log1p(longest)
                    + w["match"] * math.log1p(match)
                    + w["shorter"] * math.log1p(longest - match)
                    for match in range(longest + 1)
                ]
                for longest in range(LONGEST + 1)
            ]
            rest = (w["share"], w["times"], w["own"], w["recalled"], w["recalled root"], w["recalled log"])
            tables.append(
                (
                    lengths,
                    [w["rivals"] * math.log1p(rivals) for rivals in range(RIVALS + 1)],
                    [w["distance"] * math.log1p(near) for near in range(NEVER + 1)],
                    (*rest, w["beside root"]),
                )
            )
        return tables

    @classmethod
    def packaged(cls) -> Likelihood:
        """The one that lies beside this file."""
        return _packaged()


@cache
def _packaged() -> Likelihood:
    named = json.loads(PACKAGED.read_text())
    return Likelihood(tuple(tuple(named[kind][name] for name in FEATURES) for kind in CLASSES))

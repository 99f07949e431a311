"""Two runs over the same questions: what rose, what fell, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.errors import BadRun
from eval.metrics.statistics import holm, paired_test
from eval.record import Failure, Record
from eval.runs import Run
from eval.scoring import name_of

# What `gate` watches: for each layer the figures that fall when it breaks.
GATED = (
    "retrieval.document.recall@5",
    "retrieval.section.ndcg@10",
    "retrieval.section.recall@5",
    "retrieval.page1.recall@5",
    "retrieval.passage.recall@10",
    "answer.answered",
    "answer.right",
    "answer.token_recall",
    "citation.recall",
    "quote.verbatim",
    "number.unsupported",
    "abstain.rate.unanswerable",
)
SMALLER_IS_BETTER = ("failure.", "latency.", "number.unsupported", "abstain.rate.answerable", "abstain.aurc")


@dataclass(frozen=True)
class Change:
    """A metric's mean before and after, over the ``n`` questions that both runs have it for. ``p`` is the chance of so
    clear a worsening (in ``p_worse``) or bettering (in ``p_better``) where nothing has changed."""

    metric: str
    before: float
    after: float
    n: int
    p_worse: float
    p_better: float

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Moved:
    """A question that fails for another reason than before, or no longer, or only now."""

    key: str
    question: str
    before: Failure | None
    after: Failure | None


@dataclass(frozen=True)
class Comparison:
    """All metrics' changes by name, and the questions whose outcome is another. ``only_one`` counts questions that just
    one of the runs asked; they are left out."""

    changes: Mapping[str, Change]
    moved: Sequence[Moved]
    only_one: int


def compare(before: Run, after: Run) -> Comparison:
    """Compare question by question. Raises `BadRun` where the runs have no question in common."""
    old, new = ({record.key: record for record in run.records} for run in (before, after))
    keys = [key for key in old if key in new]
    if not keys:
        raise BadRun(f"{before.name} and {after.name} have no question in common: compare runs of the same gold set.")
    pairs = [(old[key], new[key]) for key in keys]
    names = sorted({name for pair in pairs for record in pair for name in record.scores})
    changes = [change for name in names if (change := _change(name, pairs)) is not None]
    moved = [Moved(a.key, a.gold.question, a.failure, b.failure) for a, b in pairs if a.failure is not b.failure]
    return Comparison({change.metric: change for change in changes}, moved, len(old) + len(new) - 2 * len(keys))


def smaller_is_better(metric: str) -> bool:
    """Whether a metric is a cost."""
    return metric.startswith(SMALLER_IS_BETTER)


def _change(name: str, pairs: Sequence[tuple[Record, Record]]) -> Change | None:
    both = [(a.scores[name], b.scores[name]) for a, b in pairs if name in a.scores and name in b.scores]
    if not both:
        return None
    sign = -1.0 if smaller_is_better(name) else 1.0
    old, new = [sign * a for a, _ in both], [sign * b for _, b in both]
    return Change(
        name,
        sum(a for a, _ in both) / len(both),
        sum(b for _, b in both) / len(both),
        len(both),
        paired_test(old, new),
        paired_test(new, old),
    )


@dataclass(frozen=True)
class Grown:
    """A cause of failure, and how many more questions fail for it than before; ``p`` as in `Change`."""

    failure: Failure
    more: int
    p: float


@dataclass(frozen=True)
class Verdict:
    """What a gate found: the watched metrics that fell significantly, each with its adjusted p, and the causes of
    failure that grew, the most grown first."""

    fallen: Sequence[tuple[Change, float]]
    grown: Sequence[Grown]

    @property
    def passed(self) -> bool:
        return not self.fallen


def judge(comparison: Comparison, significance: float = 0.05) -> Verdict:
    """Whether the watched metrics held. Their p-values are adjusted for being many (Holm 1979), so that a run that is
    no worse passes with a probability of at least 1 - ``significance``."""
    watched = {name: comparison.changes[name] for name in GATED if name in comparison.changes}
    adjusted = holm({name: change.p_worse for name, change in watched.items()})
    fallen = [(watched[name], p) for name, p in adjusted.items() if p < significance]
    grown = []
    for failure in Failure:
        change = comparison.changes.get(f"failure.{name_of(failure)}")
        if change and change.difference > 0:
            grown.append(Grown(failure, round(change.difference * change.n), change.p_worse))
    return Verdict(sorted(fallen, key=lambda each: each[1]), sorted(grown, key=lambda each: (-each.more, each.p)))

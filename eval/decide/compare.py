"""Two runs over the same questions: what rose, what fell, and whether that can be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from eval.errors import BadRun
from eval.runs.folder import Run
from eval.runs.record import Failure, Record
from eval.scoring.metrics.statistics import holm, paired_test
from eval.scoring.registry import WATCHED, WATCHED_IN_TAGS, lower_is_better, metric_of

FEWEST_OF_A_TAG = 10


@dataclass(frozen=True)
class Change:
    """A metric's mean, or median, before and after, over the ``n`` questions that both runs have it for, of one ``tag``
    or of all. ``p_worse`` is the chance of so clear a worsening where nothing has changed, ``p_better`` of such a
    bettering."""

    metric: str
    before: float
    after: float
    n: int
    p_worse: float
    p_better: float
    tag: str | None = None

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
    """The questions that both runs asked, all metrics' changes by name, those that are watched in tags for each tag,
    and the questions whose outcome is another. ``only_one`` counts questions that just one of the runs asked; they are
    left out."""

    pairs: Sequence[tuple[Record, Record]]
    changes: Mapping[str, Change]
    in_tags: Sequence[Change]
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
    in_tags = []
    for tag in sorted({tag for record, _ in pairs for tag in record.gold.tags}):
        tagged = [pair for pair in pairs if tag in pair[0].gold.tags]
        found = [_change(name, tagged, tag) for name in WATCHED_IN_TAGS]
        in_tags += [change for change in found if change is not None and change.n >= FEWEST_OF_A_TAG]
    moved = [Moved(a.key, a.gold.question, a.failure, b.failure) for a, b in pairs if a.failure is not b.failure]
    return Comparison(
        pairs, {change.metric: change for change in changes}, in_tags, moved, len(old) + len(new) - 2 * len(keys)
    )


def _change(name: str, pairs: Sequence[tuple[Record, Record]], tag: str | None = None) -> Change | None:
    both = [(a.scores[name], b.scores[name]) for a, b in pairs if name in a.scores and name in b.scores]
    if not both:
        return None
    sign = -1.0 if lower_is_better(name) else 1.0
    old, new = [sign * a for a, _ in both], [sign * b for _, b in both]
    of_all = median if metric_of(name).median else mean
    return Change(
        name,
        of_all([a for a, _ in both]),
        of_all([b for _, b in both]),
        len(both),
        paired_test(old, new),
        paired_test(new, old),
        tag,
    )


@dataclass(frozen=True)
class Grown:
    """A cause of failure, and how many more questions fail for it than before."""

    failure: Failure
    more: int


@dataclass(frozen=True)
class Verdict:
    """What the regression check found: the watched metrics that are significantly worse, each with its adjusted p; and
    among the questions where they are worse, the causes of failure that grew, the most grown first."""

    fallen: Sequence[tuple[Change, float]]
    grown: Sequence[Grown]

    @property
    def passed(self) -> bool:
        return not self.fallen


def judge(comparison: Comparison, significance: float = 0.05) -> Verdict:
    """Whether the watched metrics held. Their p-values are adjusted for being many (Holm 1979), so that a run that is
    no worse passes with a probability of at least 1 - ``significance``."""
    overall = [comparison.changes[name] for name in WATCHED if name in comparison.changes]
    watched = {f"{change.metric} {change.tag}": change for change in (*overall, *comparison.in_tags)}
    adjusted = holm({name: change.p_worse for name, change in watched.items()})
    fallen = [(watched[name], p) for name, p in adjusted.items() if p < significance]
    hit = [pair for pair in comparison.pairs if any(_fell(change.metric, *pair) for change, _ in fallen)]
    more = Counter(new.failure for _, new in hit)
    more.subtract(old.failure for old, _ in hit)
    grown = [Grown(failure, n) for failure, n in more.most_common() if failure is not None and n > 0]
    return Verdict(sorted(fallen, key=lambda each: each[1]), grown)


def _fell(metric: str, before: Record, after: Record) -> bool:
    """Whether a question scores worse than before. Of costs, worse is more."""
    if metric not in before.scores or metric not in after.scores:
        return False
    difference = after.scores[metric] - before.scores[metric]
    return difference > 0 if lower_is_better(metric) else difference < 0

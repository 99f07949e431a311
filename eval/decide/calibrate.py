"""Fitting the answerability model to gold questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.answering.answerability import Answerability, Features, features
from app.service import Citewell
from eval.errors import BadGold
from eval.runs.evaluate import Asked, Evaluation
from eval.scoring.metrics.abstention import auroc, calibration

FOLDS = 5
FEWEST = 10  # of each kind of question


@dataclass(frozen=True)
class Example:
    """A question as the answerability model sees it: whether its evidence was ``found``, and whether the documents hold
    it at all."""

    gold_set: str
    features: Features
    found: bool
    answerable: bool


@dataclass(frozen=True)
class Group:
    """The answerable questions of a gold set, or its others: how many, and the share whose answer would be tried."""

    gold_set: str
    answerable: bool
    questions: int
    tried: float


@dataclass(frozen=True)
class Calibrated:
    """A fitted model and how well it does on questions that it wasn't fitted to (five-fold cross-validation).

    ``answered`` and ``abstained`` are the shares of answerable questions above, and of unanswerable ones below, the
    threshold; ``groups`` says the same set by set.
    """

    model: Answerability
    examples: int
    auroc: float
    error: float
    answered: float
    abstained: float
    groups: list[Group]


def examples(service: Citewell, collection: str, asked: Sequence[Asked]) -> Iterator[Example]:
    """The answerability model's view of each question; nothing is generated."""
    evaluation = Evaluation(service, collection, retrieval_only=True)
    for item in asked:
        gold = item.gold
        hits = service.search(service.question(gold.question, collection=collection, as_of=gold.as_of))
        judge = evaluation.judge(gold)
        found = gold.answerable_in_corpus and any(judge.found(hit.passage, hit.passage.text) for hit in hits)
        yield Example(item.gold_set, features(gold.question, hits), found, gold.answerable_in_corpus)


def fit(
    given: Sequence[Example], *, answered: float, embedder: str, fitted_on: str, leave_out: Sequence[str] = ()
) -> Calibrated:
    """Fit a logistic model that tells whether the evidence was found, and set its threshold so that the share
    ``answered`` of the answerable questions lies above it. It reads all features but those to ``leave_out``.

    Raises `BadGold` for a feature that there isn't, and where there are too few questions of either kind.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if unknown := set(leave_out) - set(Features._fields):
        raise BadGold(f"There is no feature {', '.join(sorted(unknown))}: there are {', '.join(Features._fields)}.")
    used = [at for at, name in enumerate(Features._fields) if name not in leave_out]
    values = np.array([each.features for each in given], dtype=float).reshape(-1, len(Features._fields))[:, used]
    found = np.array([each.found for each in given], dtype=bool)
    answerable = np.array([each.answerable for each in given], dtype=bool)
    if min(found.sum(), (~found).sum(), answerable.sum(), (~answerable).sum()) < FEWEST:
        raise BadGold(
            f"The answerability model is fitted to at least {FEWEST} answerable questions whose evidence is found, and "
            f"to {FEWEST} that the documents don't answer. There are {found.sum()} and {(~answerable).sum()}: add some."
        )
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, values, found, cv=folds, method="predict_proba")[:, 1]
    model.fit(values, found)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    threshold = float(np.quantile(unseen[answerable], 1 - answered))
    return Calibrated(
        Answerability(
            weights={Features._fields[at]: round(float(w), 4) for at, w in zip(used, weights, strict=True)},
            bias=round(float(logistic.intercept_[0] - weights @ scaler.mean_), 4),
            threshold=round(threshold, 4),
            embedder=embedder,
            fitted_on=fitted_on,
        ),
        len(given),
        auroc(unseen.tolist(), answerable.tolist()),
        calibration(unseen.tolist(), found.tolist()).error,
        float((unseen[answerable] >= threshold).mean()),
        float((unseen[~answerable] < threshold).mean()),
        _groups(given, (unseen >= threshold).tolist()),
    )


def _groups(given: Sequence[Example], tried: Sequence[bool]) -> list[Group]:
    outcomes: dict[tuple[str, bool], list[bool]] = {}
    for example, is_tried in zip(given, tried, strict=True):
        outcomes.setdefault((example.gold_set, example.answerable), []).append(is_tried)
    return [Group(*key, len(of), sum(of) / len(of)) for key, of in sorted(outcomes.items())]

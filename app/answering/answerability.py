"""The answerability model: how likely the passages found hold the answer, decided before a word is written."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.errors import BadAnswerability
from corpus.language.stems import stems
from retrieval.retriever import Hit

log = logging.getLogger(__name__)

PACKAGED = Path(__file__).with_name("answerability.json")
DEPTH = 4  # hits looked at, however many the answer is written from


class Features(NamedTuple):
    """What is looked at, of the best hits. Similarities are cosines; coverage is a share of the question's words
    other than stop words, compared by their stems; the score is the retriever's."""

    similarity: float  # of the nearest passage
    mean_similarity: float
    lead: float  # of the nearest passage before the farthest
    coverage: float  # by the passage that has most of them
    union_coverage: float  # by all passages together
    score: float  # of the best passage


def features(question: str, hits: Sequence[Hit]) -> Features:
    """The features of a question and the hits for it, best first; all 0 where there is none."""
    best = hits[:DEPTH]
    words = set(stems(question))
    if not best or not words:
        return Features(*[0.0] * len(Features._fields))
    similarities = [hit.similarity or 0.0 for hit in best]
    texts = [set(stems(_all_text(hit))) for hit in best]
    return Features(
        similarity=max(similarities),
        mean_similarity=sum(similarities) / len(best),
        lead=max(similarities) - min(similarities),
        coverage=max(len(words & text) for text in texts) / len(words),
        union_coverage=len(words & set().union(*texts)) / len(words),
        score=max(hit.score for hit in best),
    )


@dataclass(frozen=True)
class Evidence:
    """The hits for a question, as they were found, and how likely they hold its answer, from 0 to 1."""

    hits: tuple[Hit, ...]
    confidence: float


class Answerability(BaseModel):
    """A logistic model over `Features`, fitted by ``citewell eval calibrate``.

    ``embedder`` is the identity of the embedding model whose cosines it was fitted to. Below ``threshold`` no answer is
    tried. ``fitted_on`` says in words on what, for whoever wonders.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float]
    bias: float
    threshold: float
    embedder: str
    fitted_on: str

    @field_validator("weights")
    @classmethod
    def _of_features(cls, weights: dict[str, float]) -> dict[str, float]:
        if unknown := weights.keys() - set(Features._fields):
            raise ValueError(f"there is no feature {', '.join(sorted(unknown))}")
        return weights

    def judge(self, question: str, hits: Sequence[Hit]) -> Evidence:
        """The hits with what is held of them. It takes hits as they were found: widened ones are `Section`s."""
        return Evidence(tuple(hits), self.confidence(question, hits))

    def confidence(self, question: str, hits: Sequence[Hit]) -> float:
        """The probability, in [0, 1], that the hits hold the answer; 0 where there is no hit."""
        if not hits:
            return 0.0
        values = features(question, hits)._asdict()
        score = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def load_answerability(own: Path, embedder: str) -> Answerability:
    """The model calibrated for this instance, whose file is ``own``, or else the packaged one.

    One of this instance that was fitted to another embedding model is passed over, and the packaged one is used
    whatever it was fitted to: the log says so. Raises `BadAnswerability` for a file that holds none.
    """
    if doubtful := doubt(own, embedder):
        log.warning(doubtful)
    return _chosen(own, embedder)


def doubt(own: Path, embedder: str) -> str | None:
    """Why what `load_answerability` gives may not fit the embedding model, and what to do; None where it does."""
    calibrated = _read(own)
    if calibrated and calibrated.embedder == embedder:
        return None
    advice = f"The packaged one is used, fitted to {_chosen(own, embedder).embedder}: run citewell eval calibrate"
    if calibrated:
        return f"The answerability model {own} was fitted to {calibrated.embedder}, not to {embedder}. {advice}."
    if _chosen(own, embedder).embedder != embedder:
        return f"No answerability model was fitted to the embedding model {embedder}. {advice}."
    return None


def _chosen(own: Path, embedder: str) -> Answerability:
    calibrated = _read(own)
    found = calibrated if calibrated and calibrated.embedder == embedder else _read(PACKAGED)
    if found is None:
        raise BadAnswerability(f"{PACKAGED} is missing: install Citewell again.")
    return found


def _read(path: Path) -> Answerability | None:
    """The model in a file; None where there is no file."""
    try:
        return Answerability.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise BadAnswerability(
            f"{path} can't be read as an answerability model ({why}): delete it, or run citewell eval calibrate."
        ) from error


def _all_text(hit: Hit) -> str:
    return f"{hit.passage.heading} {hit.passage.context} {hit.passage.text}"

"""How a retriever ranks: what counts how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The score of a passage is ``similarity_weight`` * its cosine with the question + ``lexical_weight`` * its BM25
    over the best one's + ``reference_weight`` * the number of things that the question names and its heading path has.

    Each of the two searches gives ``candidates`` passages; a weight of 0 leaves its search out. Hits of one section
    become one of at most ``widest`` characters; None leaves every passage a hit of its own.
    """

    similarity_weight: float = 1.0
    lexical_weight: float = 0.25
    reference_weight: float = 0.1
    candidates: int = 100
    widest: int | None = 1600

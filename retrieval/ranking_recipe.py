"""How a retriever ranks: what counts how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The score of a passage is ``similarity_weight`` * its cosine with the question + ``lexical_weight`` * its BM25
    over the best one's + ``reference_weight`` * the number of things that the question names and its heading path has;
    for the ``considered`` best by these, there come ``pair_weight`` * the pairs of neighbouring words that they share
    with the question.

    Each of the two searches gives ``candidates`` passages; a weight of 0 leaves its search out. Hits of one section
    become one of at most ``widest`` characters; None leaves every passage a hit of its own. With ``whole_sections`` a
    hit is widened to that length by what stands around it in its section, too. A section's hits on the pages beside
    that of a better one lose ``beside``. A reranker, where there is one, reads the ``reranked`` best passages.
    """

    similarity_weight: float = 1.0
    lexical_weight: float = 0.25
    pair_weight: float = 0.02
    reference_weight: float = 0.1
    candidates: int = 400
    considered: int = 60
    widest: int | None = 1600
    whole_sections: bool = False
    beside: float = 0.05
    reranked: int = 40

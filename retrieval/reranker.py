"""A cross-encoder: it reads question and passage together, which takes longer and tells more than two vectors do."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from retrieval.errors import NoReranker


class Reranker:
    """``path`` is a folder of a sentence-transformers `CrossEncoder`, or the id of one on a hub.

    Raises `NoReranker` where there is no such model, or where it doesn't give one number for a pair of texts.
    """

    def __init__(self, path: str, device: str | None = None) -> None:
        # Imported here because it takes seconds.
        from sentence_transformers import CrossEncoder

        # The model's own tokenizer refuses to be used by two threads at once.
        self._free = threading.Lock()
        try:
            self._model = CrossEncoder(path, device=device)
        except Exception as error:
            # Folders without a model, damaged weights and missing devices each fail in their own library's way.
            raise NoReranker(
                f"No cross-encoder can be loaded from {path!r} on {device} ({type(error).__name__}): set "
                "retrieval.reranker to the folder of one, or leave it out."
            ) from error
        if self._model.num_labels != 1:
            raise NoReranker(
                f"{path!r} gives {self._model.num_labels} numbers for a question and a passage, not one for how well "
                "they match: set retrieval.reranker to a cross-encoder made for ranking, or leave it out."
            )

    def relevances(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question: larger is better, on whatever scale the model has."""
        with self._free:
            pairs = [(question, text) for text in texts]
            return [float(each) for each in self._model.predict(pairs, show_progress_bar=False)] if pairs else []

"""Which of the questions that the rules find are proposed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import chain, islice, zip_longest

from sqlalchemy.orm import Session

from eval.gold.check import wording
from eval.gold.model import GoldQuestion
from eval.gold.propose.rules import apply_rules, evenly
from eval.gold.propose.sections import read_documents


def propose(session: Session, collection: str, limit: int, today: date | None = None) -> list[GoldQuestion]:
    """At most ``limit`` questions on the versions in force ``today``, spread evenly over the documents and within each.

    A question's tag says which rule made it (`Kind`).
    """
    asked: set[str] = set()
    found = [
        [question for question in apply_rules(sections) if _is_new(question.question, asked)]
        for sections in read_documents(session, collection, today)
    ]
    # Each document in turn gets one question more, as long as it has another.
    turns = chain.from_iterable(zip_longest(*([at] * len(own) for at, own in enumerate(found))))
    counts = Counter(islice((at for at in turns if at is not None), max(limit, 0)))
    chosen = [question for at, own in enumerate(found) for question in evenly(own, counts[at])]
    return [
        question.model_copy(update={"id": f"proposed-{number:04}"}) for number, question in enumerate(chosen, start=1)
    ]


def _is_new(question: str, asked: set[str]) -> bool:
    """Whether a question isn't among those asked; from now on it is."""
    key = wording(question)
    is_new = key not in asked
    asked.add(key)
    return is_new

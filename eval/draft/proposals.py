"""Which of the questions that the rules find are proposed, and in which words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import chain, islice, zip_longest

from sqlalchemy.orm import Session

from eval.check import wording
from eval.draft.rules import Proposal, apply_rules, evenly
from eval.draft.sections import read_documents

Reword = Callable[[str, str], str]

MAX_CHARS = 300  # of a reworded question


def propose(
    session: Session, collection: str, limit: int, reword: Reword | None = None, today: date | None = None
) -> list[Proposal]:
    """At most ``limit`` questions on the versions in force ``today``, spread evenly over the documents and within each.

    ``reword(question, passage)`` may word a question better, or return "". What it returns is taken only where it is
    a question that keeps the numbers and names of the rule's, and that isn't proposed already.
    """
    asked: set[str] = set()
    found = [
        [proposal for proposal in apply_rules(sections) if _is_new(proposal.question.question, asked)]
        for sections in read_documents(session, collection, today)
    ]
    # Each document in turn gets one question more, as long as it has another.
    turns = chain.from_iterable(zip_longest(*([at] * len(own) for at, own in enumerate(found))))
    counts = Counter(islice((at for at in turns if at is not None), max(limit, 0)))
    chosen = [proposal for at, own in enumerate(found) for proposal in evenly(own, counts[at])]
    asked = {wording(proposal.original) for proposal in chosen}
    worded = [_reworded(proposal, reword, asked) if reword else proposal for proposal in chosen]
    return [
        replace(proposal, question=proposal.question.model_copy(update={"id": f"draft-{number:04}"}))
        for number, proposal in enumerate(worded, start=1)
    ]


def _is_new(question: str, asked: set[str]) -> bool:
    """Whether a question isn't among those asked; from now on it is."""
    key = wording(question)
    is_new = key not in asked
    asked.add(key)
    return is_new


def _reworded(proposal: Proposal, reword: Reword, asked: set[str]) -> Proposal:
    text = " ".join(reword(proposal.original, proposal.passage).split())
    is_question = text.endswith("?") and text.count("?") == 1 and len(text) <= MAX_CHARS
    if not is_question or not _keeps(proposal.original, text) or not _is_new(text, asked):
        return proposal
    return replace(proposal, question=proposal.question.model_copy(update={"question": text}))


def _keeps(question: str, reworded: str) -> bool:
    """Whether all numbers of a question are in its rewording, and all words that it writes with a capital inside."""
    numbers = r"\d+(?:[.,]\d+)*"
    names = re.findall(r"(?<=\s)\W*([^\W\d_a-z][\w’'-]*)", question)
    return set(re.findall(numbers, question)) <= set(re.findall(numbers, reworded)) and all(
        name.casefold() in reworded.casefold() for name in names
    )

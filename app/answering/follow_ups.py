"""Follow-up questions made to stand alone, so that they can be searched for, answered and kept like any other.

What is searched for is what is shown: a rule that guesses wrongly is seen, and the question asked in full instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from accel.generator import Generator
from accel.messages import Message
from corpus.language.words import STOP_WORDS, words
from retrieval.numbered import asked_place

# What a question begins with that goes on from the one before.
_JOINS = re.compile(r"(?:(?:and|but|or|so|also|then|ok(?:ay)?)\b[\s,]*)+", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"(?:what|how)\s+(?:about|if)\b[\s,]*", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|how|who|when|where|which|why|whom|whose|is|are|was|were|do|does|did|can|could|may|must|shall|should|will"
    r"|would|has|have)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(
    ("for", "in", "with", "without", "on", "at", "of", "from", "to", "under", "by", "after", "before", "during")
)
_REFERS = frozenset(["it", "its", "they", "them", "their", "theirs", "this", "these", "those", "he", "she", "him"])
_THAT = re.compile(r"\b(?:is|are|was|does|do|did|can|about|of|for|with|like)\s+that\b|\bthat\W*$", re.IGNORECASE)
_IT_IS_THAT = re.compile(r"\bit\s+(?:true|possible|correct|right|so|the\s+case)?\b.*\bthat\b", re.IGNORECASE)
# "What does a card for children cost?"
_VERB_AT_END = re.compile(
    r"\b(?:do|does|did|can|must|will|would|should)\b.*\b(cost|take|last|work|mean|apply|pay|charge|expire|need|require|cover"
    r"|include|happen|start|end)\W*$",
    re.IGNORECASE,
)
# A question of so many telling words can stand alone even if one of the others refers back.
_FEW = 4

SYSTEM = (
    "Rewrite the last question so that it can be understood without the ones before it. Keep its meaning and every "
    "number. Write one question only."
)


def standalone(question: str, history: Sequence[str]) -> str:
    """The question as it can be understood without those asked before it, ``history``, oldest first.

    "And for joint accounts?" takes the place of what the last question asked about with the same preposition ("How long
    is the notice for savings accounts?"), and other questions that go on or refer back are put behind the last one. A
    question that does neither is left as it is, and "And clause 2.3?" asks for that clause only.
    """
    question = question.strip()
    if not history:
        return question
    last = history[-1].strip()
    rest = _JOINS.sub("", question, count=1) if _JOINS.match(question) else question
    about = _WHAT_ABOUT.sub("", rest, count=1) if _WHAT_ABOUT.match(rest) else rest
    if asked := asked_place(about):
        alone = about if asked.of else about.replace(asked.named, f"{asked.named}{_of_what(history)}", 1)
        return question if alone == question else _capital(alone)
    first, _, place = about.partition(" ")
    preposition = first.lower()
    follows = preposition in _PLACES and len(_telling(about)) <= _FEW and not _ASKS.match(place.lstrip())
    if follows and (beginning := _before(last, preposition)):
        verb = _VERB_AT_END.search(last)
        words = [beginning, preposition, place.strip("?!. "), *([verb[1]] if verb else [])]
        return f"{' '.join(words)}?"
    is_whole = about == rest and (_ASKS.match(rest) or rest == question) and len(_telling(rest)) > 1
    if is_whole and not _refers(rest):
        return question if rest == question else _capital(rest)
    return f"{last} {_capital(rest)}".strip()


def reworded(generator: Generator, question: str, history: Sequence[str]) -> str:
    """The same by the language model, or by the rules where what it writes is no question, or loses a telling word or a
    number of this one."""
    by_rules = standalone(question, history)
    if by_rules == question.strip():
        return by_rules  # it stands alone already
    asked = "\n".join(f"Question: {each}" for each in [*history[-3:], question])
    messages: list[Message] = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": asked}]
    text = ""
    for chunk in generator.stream(messages, max_new_tokens=60, enough=lambda written: "?" in written):
        text += chunk.text
    written = text.strip().partition("?")[0].removeprefix("Question:").strip()
    keeps = set(_telling(question)) <= set(_telling(written))
    return f"{written}?" if "?" in text and "\n" not in written and keeps else by_rules


def _of_what(history: Sequence[str]) -> str:
    """The document that the last questions for places named, as " of …"; "" where they named none."""
    for question in reversed(history):
        asked = asked_place(_WHAT_ABOUT.sub("", _JOINS.sub("", question.strip(), count=1), count=1))
        if asked is None or asked.of:
            return f" {asked.of}" if asked else ""
    return ""


def _before(question: str, preposition: str) -> str:
    """What stands before the last such preposition; "" where there is none."""
    places = list(re.finditer(rf"\s{re.escape(preposition)}\s", question, re.IGNORECASE))
    return question[: places[-1].start()] if places else ""


def _refers(question: str) -> bool:
    refers = _REFERS & set(words(question)) or _THAT.search(question)
    # "Is it true that …" refers to what follows.
    return bool(refers) and not _IT_IS_THAT.search(question) and len(_telling(question)) <= _FEW


def _telling(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS and word not in _REFERS]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Questions for a place by its number, "What does clause 2.2 say?", and how documents write such numbers."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.language.dates import MONTHS
from corpus.language.stems import stems

# What one kind of place is called in documents. Of some, a number alone may stand before the text; an annex or article
# without its word is something else.
_WORDS = {
    "clause": r"(?:sub-?)?clause",
    "section": r"(?:sub-?)?section|sec\.|§",
    "paragraph": r"(?:sub-?)?paragraph|para\.?|abs\.",
    "point": r"point",
    "item": r"item",
    "rule": r"rule",
    "condition": r"condition",
    "article": r"article|art\.",
    "annex": r"annex",
    "appendix": r"appendix",
    "schedule": r"schedule",
    "exhibit": r"exhibit",
    "chapter": r"chapter",
    "part": r"part",
}
NEED_THEIR_WORD = frozenset(["article", "annex", "appendix", "schedule", "exhibit", "chapter", "part"])
WORDS = "|".join(_WORDS.values())
GAP = r"(?:\s+|(?<=[§.])|(?=[\d(]))"  # between the word and the number
LABEL = r"\d{1,4}[a-z]?(?:\.\d{1,3}[a-z]?)*|[ivxlc]+|[a-z]"
_ASKED = re.compile(
    rf"(?<!\w)(?P<word>{WORDS}){GAP}(?:(?P<label>{LABEL})(?!\w|\.\d|-\w)|(?P<first>\([0-9a-z]{{1,5}}\)))"
    r"(?P<deeper>(?:\s?\([0-9a-z]{1,5}\))*)",
    re.IGNORECASE,
)
_INSIDE, _DEEPER = re.compile(r"\s+(?:of|in|under|to)\s+(?:the\s+)?", re.IGNORECASE), re.compile(r",?\s+|,")

# Where "¶" stands for the place: what asks for what it says and for nothing else, but for a time. "of" is its document.
_SAYS = (
    r"(?:say|state|provide|read|require|cover|contain|stipulate|specify|prescribe|regulate|mean|deal\s+with|set\s+out"
    r"|lay\s+down)"
)
_FORMS = (
    re.compile(rf"(?:what|how)\s+(?:do|does|did)\s+(?:the\s+)?¶(?P<of>.*?)\s+{_SAYS}\b(?P<rest>.*)", re.IGNORECASE),
    re.compile(
        r"what(?:['’]s|\s+is|\s+stands)\s+(?:(?:said|stated|written|provided|regulated|covered|contained|set\s+out|laid\s+down)"
        r"\s+)?(?:in|under|by)\s+(?:the\s+)?¶(?P<of>.*)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:what(?:['’]s|\s+is)|show|quote|read|cite|recite|give|tell)(?:\s+(?:me|us|out))*\s+)?"
        r"(?:the\s+)?(?:(?:exact|full)\s+)?(?:(?:text|wording|contents?)\s+of\s+)?(?:the\s+)?¶(?P<of>.*)",
        re.IGNORECASE,
    ),
)
_MORE = re.compile(r"¶\s*(?:[,&/+–-]|and|or|to|through)\s*[\d(]", re.IGNORECASE)  # several numbers are asked for
_POLITE = re.compile(r"^(?:(?:please|(?:can|could|would)\s+you)\s+)+|[\s,]+please$", re.IGNORECASE)
# What says nothing of which document is meant.
_ANY_DOCUMENT = frozenset(stems("document text paper"))
# What asks for another day than today.
_OTHER_TIME = re.compile(
    rf"\b(?:did|was|were|(?:19|20)\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|(?:in|since|until|of)\s+(?:{'|'.join(MONTHS)})"
    r"|last|latest|prior|previous(?:ly)?|former(?:ly)?|old(?:er|est)?|earlier|original(?:ly)?|before|since|until|till|ago|past"
    r"|back\s+then|yesterday|tomorrow|next|future|new(?:er|est)?|at\s+the\s+time|historic\w*|superseded|replaced)\b",
    re.IGNORECASE,
)


class Step(NamedTuple):
    """One number on the way to a place, and the ``kind`` of what it numbers; "" where no word says it: of "section
    4(2)" the second step is a bare 2."""

    kind: str
    label: str

    def is_label(self, label: str) -> bool:
        """Whether this is the label; a letter alone is that letter and no capital."""
        return label == self.label or (len(label) > 1 and label.lower() == self.label.lower())


class Asked(NamedTuple):
    """The place that a question asks for: as it ``named`` it, the ``steps`` to it, outermost first, and ``of`` what.
    ``rest`` is what was said beside that."""

    named: str
    steps: tuple[Step, ...]
    of: str
    rest: str

    @property
    def of_what(self) -> frozenset[str]:
        """What must name a document, by stems."""
        return frozenset(stems(self.of)) - _ANY_DOCUMENT

    def is_of_another_time(self, is_known: bool) -> bool:
        """Whether the question names a time; where a document is known by that name, it may hold one."""
        return _OTHER_TIME.search(self.rest if is_known else f"{self.rest} {self.of}") is not None


def asked_place(question: str) -> Asked | None:
    """The place that a question asks for by its number; None where it asks for none, or for something else about it."""
    question = _POLITE.sub("", " ".join(question.split()).strip(" ?!."))
    found = _ASKED.search(question)
    if found is None:
        return None
    steps, start, end = _steps(found), found.start(), found.end()
    while found:
        found = None
        for join in (_INSIDE, _DEEPER):
            joined = join.match(question, end)
            if joined and (found := _ASKED.match(question, joined.end())):
                steps = [*_steps(found), *steps] if join is _INSIDE else [*steps, *_steps(found)]
                end = found.end()
                break
    asked = f"{question[:start]}¶{question[end:]}"
    form = next((form for each in _FORMS if (form := each.fullmatch(asked))), None)
    if form is None or _ASKED.search(asked) or _MORE.search(asked):
        return None
    if (beside := form.groupdict().get("rest")) and not _OTHER_TIME.search(beside):
        return None
    rest = question[:start] + question[end:].removeprefix(form["of"])
    return Asked(question[start:end], tuple(steps), form["of"].strip(), rest)


def _steps(found: re.Match[str]) -> list[Step]:
    kind = kind_of(found["word"])
    first, *deeper = re.findall(r"[\w.]+", f"{found['label'] or ''}{found['first'] or ''}{found['deeper']}")
    return [Step(kind, first), *(Step("", label) for label in deeper)]


def kind_of(word: str) -> str:
    """What kind of place a word names."""
    return next(kind for kind, words in _WORDS.items() if re.fullmatch(words, word, re.IGNORECASE))

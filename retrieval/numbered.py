"""Questions for a place by its number, "What does clause 2.2 say?", and how documents write such numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_NEED_THEIR_WORD = frozenset(["article", "annex", "appendix", "schedule", "exhibit", "chapter", "part"])
# What follows a number that counts something.
_UNIT = (
    r"%|[€$£]|(?:EUR|USD|GBP|CHF)\b|(?i:per\s?cent\w*|percentage|bps?|million|billion|thousand|times|years?|months?|weeks?"
    r"|days?|hours?|km|kg)\b"
)
_GAP = r"(?:\s+|(?<=[§.])|(?=[\d(]))"  # between the word and the number
_LABEL = r"\d{1,4}[a-z]?(?:\.\d{1,3}[a-z]?)*|[ivxlc]+|[a-z]"
_ASKED = re.compile(
    rf"(?<!\w)(?P<word>{'|'.join(_WORDS.values())}){_GAP}(?:(?P<label>{_LABEL})(?!\w|\.\d|-\w)|(?P<first>\([0-9a-z]{{1,5}}\)))"
    r"(?P<deeper>(?:\s?\([0-9a-z]{1,5}\))*)",
    re.IGNORECASE,
)
_INSIDE, _DEEPER = re.compile(r"\s+(?:of|in|under|to)\s+(?:the\s+)?", re.IGNORECASE), re.compile(r",?\s+|,")

# Where "¶" stands for the place: what asks for what it says and for nothing else. The rest names its document, or what
# it says something about.
_SAYS = (
    r"(?:say|state|provide|read|require|cover|contain|stipulate|specify|prescribe|regulate|mean|deal\s+with|set\s+out"
    r"|lay\s+down)"
)
_FORMS = (
    re.compile(rf"(?:what|how)\s+(?:do|does|did)\s+(?:the\s+)?¶(?P<of>.*?)\s+{_SAYS}\b(?P<about>.*)", re.IGNORECASE),
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
_MORE = re.compile(r"¶\s*(?:,|and|or|to|through|[–-])\s*[\d(]", re.IGNORECASE)  # several numbers are asked for
_POLITE = re.compile(r"^(?:(?:please|(?:can|could|would)\s+you)\s+)+|[\s,]+please$", re.IGNORECASE)
# What any document may be called.
_ANY_DOCUMENT = frozenset(stems("document agreement contract text policy file paper say about exactly"))


@dataclass(frozen=True)
class Step:
    """One number on the way to a place, and the ``kind`` of what it numbers; "" where no word says it: of "section
    4(2)" the second step is a bare 2."""

    kind: str
    label: str

    @property
    def needs_its_word(self) -> bool:
        return self.kind in _NEED_THEIR_WORD

    def has_word(self, line: str) -> bool:
        """Whether a line is headed by this number after its word: "Article 5a", "§ 4 Fees". In a running sentence,
        "Clause 1.2 applies", it is only referred to."""
        words = _WORDS.get(self.kind)
        return bool(words and re.match(rf"(?:{words}){_GAP}{self._label}(?=$|\s|[.:,)–—-](?!\w))", line, re.IGNORECASE))

    def is_set_apart(self, line: str) -> bool:
        """The same of a line that is no heading, where a mark must follow."""
        after = rf"(?:{_WORDS.get(self.kind)}){_GAP}{self._label}\s*(?:$|[.:–—-](?:\s|$)|\()"
        return self.kind != "" and re.match(after, line, re.IGNORECASE) is not None

    def is_of_its_kind(self, line: str) -> bool:
        """Whether a line is set apart so, with this number or another."""
        after = rf"(?:{_WORDS.get(self.kind)}){_GAP}(?:{_LABEL})\s*(?:$|[.:–—-](?:\s|$)|\()"
        return self.kind != "" and re.match(after, line, re.IGNORECASE) is not None

    def is_counted_by(self, line: str, is_heading: bool) -> bool:
        """Whether a line shows that this number counts headings: it is a heading with the number before or after it, or
        a part of what has it ("4.1")."""
        if re.match(rf"{re.escape(self.label)}\.\d", line):
            return True
        if not is_heading or not (self.label.isdecimal() or len(self.label) == 1):
            return False
        near = [str(int(self.label) + by) if self.label.isdecimal() else chr(ord(self.label) + by) for by in (-1, 1)]
        return any(re.match(rf"(?:§\s*)?{re.escape(each)}[.)]?(?:\s|$)", line) for each in near)

    def heads(self, line: str, is_counted: bool) -> bool:
        """Whether a line begins with the bare number. It must be marked as one, "3. The bank", "(c)", "2.2 Cash",
        unless it is a heading and others are counted so: "3 banks" and "2.2 %" bear no number."""
        if self.needs_its_word:
            return False
        marked = rf"(?:\({self._label}\)|{self._label}[.)])(?=\s|$)"
        if is_counted or "." in self.label:
            marked = rf"(?:{marked}|{self._label}(?=\s|$))"
        return re.match(rf"(?:[-•*–]\s+)?{marked}(?!\s*(?:{_UNIT}))", line) is not None

    @property
    def _label(self) -> str:
        """A pattern of the label; a letter alone is that letter and no capital."""
        escaped = re.escape(self.label)
        return rf"(?-i:{escaped})" if len(self.label) == 1 else rf"(?i:{escaped})"

    @property
    def pattern(self) -> str:
        """What finds texts in which a line may be headed by this number, for databases, too."""
        words = rf"({_WORDS[self.kind]})\s*" if self.kind else ""
        bare = "" if self.needs_its_word else "|"
        return rf"(?i)(^|\n)(- )?({words}{bare})\(?{re.escape(self.label)}(?![0-9a-z]|\.[0-9])"


@dataclass(frozen=True)
class Asked:
    """The place that a question asks for: as it ``named`` it, the ``steps`` to it, outermost first, and what else was
    said, by stems: ``of`` what, which may be a document, and all ``other`` words."""

    named: str
    steps: tuple[Step, ...]
    of: frozenset[str]
    other: frozenset[str]


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
    of = frozenset(stems(form["of"])) - _ANY_DOCUMENT
    about = frozenset(stems(form.groupdict().get("about") or "")) - _ANY_DOCUMENT
    return Asked(question[start:end], tuple(steps), of, of | about)


def _steps(found: re.Match[str]) -> list[Step]:
    kind = next(kind for kind, words in _WORDS.items() if re.fullmatch(words, found["word"], re.IGNORECASE))
    first, *deeper = re.findall(r"[\w.]+", f"{found['label'] or ''}{found['first'] or ''}{found['deeper']}")
    return [Step(kind, first), *(Step("", label) for label in deeper)]

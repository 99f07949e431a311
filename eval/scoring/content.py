"""What is wrong with the content of an answer from the right place: its figures, names, yes or no, words and length.

What is asked for is the gold's short answer, or else its answer: all of it up to 60 words, and of a longer one its
first sentences (where published sets give short answers to long ones, these are their beginning, word for word). Only
what an answer cites from a right place counts, and where it names a value of its own (`Answer.value`), that value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answering.answer import Answer, Citation
from eval.gold.model import GoldQuestion
from eval.runs.record import Failure
from eval.scoring.metrics.numbers import Quantity, meets, quantities, same
from eval.scoring.metrics.text import normalise
from eval.scoring.metrics.units import named_in
from eval.scoring.statements import Statement, is_denied, is_row_or_item, statements

ENOUGH_WORDS = (
    60  # an answer needn't repeat more of a long gold answer than this, and may be as long beside a short one
)
MOST_TIMES = 3  # as long as the gold answer; beyond both, an answer is buried
_CLOSE = 0.8  # of a gold sentence's words, and half of its own, make a statement one that says the same or its contrary
_A_SENTENCE = 3  # telling words
_BEFORE = 3  # words before the first common one among which a denial still is of it

_YES_NO = re.compile(r"\W*(yes|no)\b(?!\s+(?:more|later|less|longer|one|other|fewer)\b)", re.IGNORECASE)
_DENIALS = frozenset(["no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "cannot"])
_DENIED = re.compile(r"(?:do|does|did|is|are|was|were|ca|wo|can|could|would|should|must|need|have|has|had)nt")
_TO = re.compile(r"[^.;:,]{0,30}\bto\s+")
_RISES = re.compile(r"\b(?:ris(?:es?|ing|en)|rose|increas(?:es?|ed|ing)|goes up|went up|grows?|grew)\b", re.I)
_FALLS = re.compile(
    r"\b(?:falls?|fell|fall(?:en|ing)|decreas(?:es?|ed|ing)|goes down|went down|drops?|dropped)\b", re.I
)
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a an the and or but of in on at to for from by with as if that this these those it its is are was were be been has
    have had do does did will would can could may might must should we you they i he she our your their us them who
    which what when where how than then there so such not no any all each
    """,
    )
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
# Where a capital letter begins a sentence, an item, a cell or a quotation it needn't be a name's.
_BEGINS = re.compile(r"(?:^|[.!?:;|\n•“\"(‘–—-])[\s\"“‘(]*$")
_NO_NAMES = frozenset(["i", "eur", "usd", "gbp", "us"])
_ACRONYM = re.compile(r"\(\s*[A-Z][A-Za-z]{1,7}s?\s*\)")


@dataclass(frozen=True)
class Content:
    """An answer's statements that count, of a gold question's."""

    gold: GoldQuestion
    answer: Answer
    counting: Sequence[Statement]

    @classmethod
    def of(cls, gold: GoldQuestion, answer: Answer, right: Sequence[Citation] | None) -> Content:
        """``right`` are the citations of a right place; None where no place is known."""
        if answer.value is not None:
            what = answer.value.what
            return cls(gold, answer, [Statement(answer.value.text, (what,), (what,))])
        counting = []
        for each in statements(answer.answer):
            cited = [c for c in right or answer.citations if each.start < c.answer_end and c.answer_start < each.end]
            if cited or right is None:
                counting.append(replace(each, heads=(*each.heads, *(citation.heading for citation in cited))))
        return cls(gold, answer, counting)

    @property
    def labelled(self) -> list[Statement]:
        """The statements that stand beside the gold's labels; all where it has none."""
        return [each for each in self.counting if each.carries(self.gold.labels)]

    def figures_given(self) -> float | None:
        """The share of the figures asked for that are given beside their labels; None where none is asked for."""
        asked = figures_asked(self.gold)
        return 1 - len(self._missing()) / len(asked) if asked else None

    def wrong(self) -> Failure | None:
        """The first thing that is wrong, in the order of `Failure`."""
        missing = self._missing()
        if missing:
            units = {each.unit for each in missing} | {each.unit for each in quantities(asked_for(self.gold))}
            others = any(own.unit in units for each in self.counting for own in each.figures)
            return Failure.WRONG_NUMBER if others else Failure.INCOMPLETE
        if self._says_the_contrary():
            return Failure.CONTRARY
        if not (self._has_words() and self._has_names() and self._has_labelled_words() and self._says_yes_or_no()):
            return Failure.INCOMPLETE
        return Failure.BURIED if is_buried(self.answer.answer, self.gold.answer or asked_for(self.gold)) else None

    def _missing(self) -> list[Quantity]:
        """The figures asked for that no statement gives. A header gives only what all of its figures are asked for:
        a table under several years doesn't say which one it was."""
        asked = figures_asked(self.gold)
        giving = [
            each
            for each in self.labelled
            if not each.is_header or all(any(meets(own, one) for one in asked) for own in each.figures)
        ]
        return [one for one in asked if not any(self._gives(each, one, asked) for each in giving)]

    def _gives(self, statement: Statement, one: Quantity, asked: Sequence[Quantity]) -> bool:
        """Whether a statement gives a figure asked for; of one that the gold denies, too, the denial is right."""
        if self._is_denied_by_gold(one):
            return any(meets(own, one) for own in statement.figures)
        return any(meets(own, one) and statement.states(own, self.gold.labels, asked) for own in statement.figures)

    def _is_denied_by_gold(self, one: Quantity) -> bool:
        texts = (asked_for(self.gold), self.gold.answer)
        return any(same(own, one) and is_denied(text, own) for text in texts for own in quantities(text))

    def _says_the_contrary(self) -> bool:
        """Whether it says yes for no, or denies what the gold says, or the reverse."""
        gold_says = _yes_or_no(self.gold)
        if gold_says is not None and (said := self._yes_or_no()) is not None:
            return said != gold_says
        # A short answer may be a part of a sentence, whose denial stands in the rest of it.
        whole = self.gold.answer if count_words(self.gold.answer) <= ENOUGH_WORDS else asked_for(self.gold)
        if _is_reversed(whole, self.counting):
            return True
        asked = [each.beside[0] for each in statements(whole) if not each.is_cell]
        return any(_denies(sentence, self.counting) for sentence in asked if len(_telling(sentence)) >= _A_SENTENCE)

    def _yes_or_no(self) -> bool | None:
        found = (_YES_NO.match(each.said) for each in self.labelled)
        return next((match[1].lower() == "yes" for match in found if match), None)

    def _says_yes_or_no(self) -> bool:
        """Whether what is asked for is more than yes or no, or that is said."""
        asked = _YES_NO.sub("", asked_for(self.gold))
        return _yes_or_no(self.gold) is None or bool(_telling(asked)) or self._yes_or_no() is not None

    def _has_words(self) -> bool:
        """Whether the answer has half of the gold answer's telling words, of at most 60."""
        asked = _telling(self.gold.short_answer or self.gold.answer)
        given = set(normalise("\n".join((*(each.said for each in self.counting), *self._headings))))
        return sum(word in given for word in asked) >= min(len(asked), ENOUGH_WORDS) / 2

    def _has_labelled_words(self) -> bool:
        """Where an answer without a figure has labels: whether half of its words stand beside them."""
        if not self.gold.labels or figures_asked(self.gold):
            return True
        asked = set(normalise(asked_for(self.gold)))
        return any(2 * len(asked & set(normalise(each.said))) >= len(asked) for each in self.labelled)

    def _has_names(self) -> bool:
        given = set(map(_bare, _WORD.findall("\n".join((*(s.said for s in self.counting), *self._headings)))))
        return all(name in given for name in names_asked(self.gold))

    @property
    def _headings(self) -> list[str]:
        return [text for each in self.counting for text in each.beside]


def asked_for(gold: GoldQuestion) -> str:
    """The part of the gold answer whose figures, names and yes or no are asked for."""
    text = gold.short_answer or gold.answer
    if gold.short_answer or count_words(text) <= ENOUGH_WORDS:
        return text
    taken = ""
    for each in statements(text):
        longer = text[: each.end]
        if taken and count_words(longer) > ENOUGH_WORDS:
            break
        taken = longer
    return " ".join(taken.split()[:ENOUGH_WORDS]) if count_words(taken) > ENOUGH_WORDS else taken


def figures_asked(gold: GoldQuestion) -> list[Quantity]:
    """The quantities of what is asked for; a bare number has the unit and scale that a label names for it in brackets,
    and one with a scale of its own the unit."""
    named = [named for label in gold.labels for aside in re.findall(r"\(.*\)", label) if (named := named_in(aside))]
    unit, factor = (named[0].unit, named[0].factor) if named else ("", Decimal(1))
    text = asked_for(gold)
    found: list[Quantity] = []
    for each in quantities(text):
        is_scaled = any(map(str.isalpha, text[each.start : each.end]))
        own = each if each.unit else each._replace(value=each.value * (1 if is_scaled else factor), unit=unit)
        if not any((own.value, own.unit) == (other.value, other.unit) for other in found):
            found.append(own)
    return found


def names_asked(gold: GoldQuestion) -> list[str]:
    """The names in what is asked for: words with a capital letter inside a sentence, codes, and all in capitals."""
    text = _ACRONYM.sub(" ", asked_for(gold))
    for each in reversed(quantities(text)):  # a date's month is no name
        text = f"{text[: each.start]} {text[each.end :]}"
    found = []
    for word in _WORD.finditer(text):
        letters = sum(letter.isupper() for letter in word[0])
        coded = letters > 1 or (letters and any(map(str.isdigit, word[0])))
        if (coded or (letters and not _BEGINS.search(text[: word.start()]))) and _bare(word[0]) not in _NO_NAMES:
            found.append(_bare(word[0]))
    return list(dict.fromkeys(found))


def is_buried(answer: str, gold: str) -> bool:
    """Whether an answer is more than three times as long as the gold one and over 60 words. Lists and tables count,
    unless the gold answer is one."""
    lines = answer.split("\n")
    if sum(map(is_row_or_item, gold.split("\n"))) > 1:
        lines = [line for line in lines if not is_row_or_item(line)]
    words = count_words("\n".join(lines))
    return words > ENOUGH_WORDS and words > MOST_TIMES * count_words(gold)


def count_words(text: str) -> int:
    """The words of a text: what stands between white space and has a letter or digit."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _yes_or_no(gold: GoldQuestion) -> bool | None:
    found = _YES_NO.match(gold.short_answer or "") or _YES_NO.match(gold.answer)
    return found[1].lower() == "yes" if found else None


def _denies(sentence: str, given: Sequence[Statement]) -> bool:
    """Whether the statement that is closest to a sentence denies it, or what it denies."""
    sentence = _YES_NO.sub("", sentence)
    telling = set(_telling(sentence))
    said = [each.beside[0] for each in given if not each.is_cell]
    shared = [
        (common, each) for each in said if 2 * (common := len(telling & (words := set(_telling(each))))) >= len(words)
    ]
    most = max((share for share, _ in shared), default=0)
    if not telling or most < _CLOSE * len(telling):
        return False
    # Of several that are as close, one that agrees will do.
    return all(_is_contrary(each, sentence, telling) for share, each in shared if share == most)


def _is_contrary(text: str, gold: str, telling: set[str]) -> bool:
    """Whether of two texts about the same one denies what the other doesn't, or lets rise what falls there."""
    ways = _way(text), _way(gold)
    return _denial(text, telling) != _denial(gold, telling) or sorted(ways) == [-1, 1]


def _way(text: str) -> int:
    """1 where something rises, -1 where it falls, 0 where neither is said, or both."""
    return bool(_RISES.search(text)) - bool(_FALLS.search(text))


def _is_reversed(gold: str, given: Sequence[Statement]) -> bool:
    """Whether a change that the gold says is only said the other way round: from 9 to 5 for from 5 to 9."""
    said = [course for each in given if not each.is_cell for course in _courses(each.said)]
    return any((end, start) in said and (start, end) not in said for start, end in _courses(gold))


def _courses(text: str) -> list[tuple[Decimal, Decimal]]:
    """The values from which, and to which, something changes. A range is none: nobody says it from the top."""
    found = quantities(text)
    return [
        (one.value, other.value)
        for one, other in zip(found, found[1:], strict=False)
        if one.value != other.value and one.unit in ("", other.unit) and _TO.fullmatch(text, one.end, other.start)
    ]


def _denial(text: str, of: set[str]) -> bool:
    """Whether a text denies something in the stretch that has the words ``of``."""
    words = normalise(_YES_NO.sub("", text))
    places = [at for at, word in enumerate(words) if word in of]
    stretch = words[max(0, places[0] - _BEFORE) : places[-1] + 1] if places else []
    return any(word in _DENIALS or _DENIED.fullmatch(word) for word in stretch)


def _telling(text: str) -> list[str]:
    """The words that say something; all where there are no others."""
    words = list(dict.fromkeys(normalise(text)))
    return [word for word in words if word not in _FUNCTION_WORDS] or words


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).lower()

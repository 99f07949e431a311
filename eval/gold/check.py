"""Whether a gold set agrees with the documents that it is about."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import store
from corpus.clock import Clock
from corpus.content import clean
from corpus.schema import Collection, Document, Page, Passage, Version
from eval.gold.model import Evidence, GoldQuestion, GoldSet
from eval.scoring.content import figures_asked
from eval.scoring.metrics.numbers import same
from eval.scoring.places import Place, Places
from eval.scoring.statements import statements

MIN_SHARE = 0.5  # of its word triples that evidence text must have in common with its place


@dataclass(frozen=True)
class Finding:
    """Something about a question that a person should look at."""

    question_id: str
    problem: str


def check(gold: GoldSet, session: Session, collection: str, as_of: date | None = None) -> list[Finding]:
    """What is wrong with a gold set, measured against a collection, in the order of the questions.

    ``as_of`` is the day that questions without one are asked about, today (in UTC) unless another is given. Missing
    answers are found only where other questions of the set have one: some sets are for retrieval alone.
    """
    checker = _Checker(session, collection, as_of or Clock().today())
    has_answers = any(question.answer.strip() for question in gold.questions)
    first: dict[tuple[str, date | None], str] = {}
    findings = []
    for question in gold.questions:
        problems = list(checker.problems(question))
        earlier = first.setdefault((wording(question.question), question.as_of), question.id)
        if earlier != question.id:
            problems.append(f"it asks the same as {earlier}")
        if has_answers and question.answerable_in_corpus and not question.answer.strip():
            problems.append("it is answerable, and has no answer")
        findings += [Finding(question.id, problem) for problem in dict.fromkeys(problems)]
    return findings


def wording(question: str) -> str:
    """A question's words alone, so that two of them can be compared."""
    return " ".join(_words(question))


class _Checker:
    """Looks up evidence in one collection; a document is read once."""

    def __init__(self, session: Session, collection: str, today: date) -> None:
        documents = store.documents(session, collection)
        self._session = session
        self._collection = collection
        self._today = today
        self._places = Places(documents)
        self._versions = {Place(d.name, v.number): v for d in documents for v in d.versions}
        self._texts: dict[Place, _Text] = {}

    def problems(self, question: GoldQuestion) -> Iterator[str]:
        yield from _of_readings(question)
        yield from self._of_labels(question)
        if question.answerable_in_corpus and not question.evidence:
            yield "it is answerable, and has no evidence"
        for evidence in question.evidence:
            places = self._places.find(evidence.doc) if evidence.doc else frozenset()
            if not question.answerable_in_corpus:
                if places:
                    yield f"it is marked as unanswerable, but its evidence {evidence.doc!r} is in the collection"
            elif places:
                yield from self._of_document(evidence, sorted(places), question.as_of)
            elif evidence.doc:
                yield f"{evidence.doc!r} is not in the collection"
            elif not evidence.text:
                yield "its evidence names no document"

    def _of_document(self, evidence: Evidence, places: list[Place], as_of: date | None) -> Iterator[str]:
        in_force = [place for place in places if self._in_force(place, as_of or self._today)]
        if not in_force:
            yield f"{evidence.doc!r} is not in force on {as_of or self._today}"
        meant = self._meant(places, as_of)
        if in_force and len(meant) > 1:
            listed = ", ".join(f"{place.document} version {place.version}" for place in meant)
            yield f"{evidence.doc!r} means several versions ({listed}): name one's file, or give as_of"
        # Where it isn't clear which is meant, one that agrees will do.
        yield from min((list(self._in_text(evidence, self._text(place))) for place in meant), key=len)

    def _of_labels(self, question: GoldQuestion) -> Iterator[str]:
        """Whether a row or sentence of the evidence has the labels, and the figure that is asked for beside them."""
        labels = question.labels
        if not labels:
            return
        if not question.answerable_in_corpus or not question.answer.strip():
            yield "it has labels, and no answer that stands beside them"
            return
        scopes = [
            _scope(evidence, self._text(place))
            for evidence in question.evidence
            if evidence.doc
            for place in self._meant(sorted(self._places.find(evidence.doc)), question.as_of)
        ]
        stated = [each for scope in scopes for each in statements(scope.text) if each.carries(labels)]
        if not scopes:
            return
        if not stated:
            yield f"no row or sentence of its evidence has all of its labels: {', '.join(map(repr, labels))}"
        elif lacking := [
            asked for asked in figures_asked(question) if not any(same(asked, own) for s in stated for own in s.figures)
        ]:
            missing = ", ".join(f"{each.value:f} {each.unit}".strip() for each in lacking)
            yield f"beside its labels there is no {missing}: {', '.join(map(repr, labels))}"

    def _meant(self, places: list[Place], as_of: date | None) -> list[Place]:
        in_force = [place for place in places if self._in_force(place, as_of or self._today)]
        return in_force if as_of and in_force else places

    def _in_force(self, place: Place, day: date) -> bool:
        version = self._versions[place]
        begun = version.effective_from is None or version.effective_from <= day
        return begun and (version.effective_to is None or day < version.effective_to)

    def _in_text(self, evidence: Evidence, text: _Text) -> Iterator[str]:
        doc, page, where = evidence.doc, evidence.page, "in it"
        scope = _scope(evidence, text)
        if evidence.section:
            where = f"under {evidence.section!r}"
            if _heading(evidence.section) not in text.sections:
                yield f"{doc!r} has no heading {evidence.section!r}"
        if page is not None:
            if text.has(page):
                where = f"on page {page} or beside it"
            else:
                pages = f"{len(text.pages)} pages" if text.paged else "no pages"
                yield f"{doc!r} has {pages}, and page {page} is named"
        if evidence.text and (share := scope.share_of(evidence.text)) < MIN_SHARE:
            elsewhere = "" if scope is text.whole else f", and {text.whole.share_of(evidence.text):.0%} in all of it"
            yield f"the evidence text is not in {doc!r}: {share:.0%} of its word triples stand {where}{elsewhere}"

    def _text(self, place: Place) -> _Text:
        if place not in self._texts:
            self._texts[place] = _read(self._session, self._collection, place)
        return self._texts[place]


@dataclass(frozen=True)
class _Scope:
    """A stretch of a document that evidence is looked for in."""

    text: str

    def share_of(self, evidence: str) -> float:
        """1 where the evidence stands here but for white space and hyphens, else the share of its word triples."""
        if _squeezed(evidence) in self._squeezed:
            return 1.0
        triples = _triples(evidence)
        return len(triples & self._triples) / len(triples) if triples else 0.0

    @cached_property
    def _squeezed(self) -> str:
        return _squeezed(self.text)

    @cached_property
    def _triples(self) -> set[tuple[str, ...]]:
        return _triples(self.text)


@dataclass(frozen=True)
class _Text:
    """A version's text by page, and by heading: each stands for all that is below it."""

    paged: bool
    pages: dict[int, str]
    sections: dict[str, _Scope]

    @cached_property
    def whole(self) -> _Scope:
        return _Scope("\n".join(self.pages.values()))

    def has(self, page: int | None) -> bool:
        return self.paged and page in self.pages

    def around(self, page: int) -> _Scope:
        return _Scope("\n".join(self.pages.get(number, "") for number in (page - 1, page, page + 1)))


def _scope(evidence: Evidence, text: _Text) -> _Scope:
    """Where evidence is looked for: its page and those beside it, or else its section, or else the whole document."""
    if evidence.page is not None and text.has(evidence.page):
        return text.around(evidence.page)
    return text.sections.get(_heading(evidence.section or ""), text.whole)


def _of_readings(question: GoldQuestion) -> Iterator[str]:
    """What is wrong with the ways in which an ambiguous question is said to be meant."""
    readings = [wording(reading) for reading in question.readings]
    if len(readings) == 1:
        yield "it has one reading: an ambiguous question has two or more, and one that isn't has none"
    if len(set(readings)) < len(readings) or "" in readings:
        yield "its readings are empty or the same"


def _read(session: Session, collection: str, place: Place) -> _Text:
    of_version = (
        Collection.name == collection,
        Document.name == place.document,
        Version.number == place.version,
    )
    pages = session.execute(
        select(Page.number, Page.text, Version.paged)
        .join(Version, Page.version_id == Version.id)
        .join(Document)
        .join(Collection)
        .where(*of_version)
        .order_by(Page.number)
    ).all()
    passages = session.execute(
        select(Passage.heading_path, Passage.text)
        .join(Page)
        .join(Version)
        .join(Document)
        .join(Collection)
        .where(*of_version)
        .order_by(Page.number, Passage.start)
    )
    texts: dict[str, list[str]] = defaultdict(list)
    for path, text in passages:
        # A gold set may write a heading alone, or with those above it.
        for name in {_heading(name) for at in range(len(path)) for name in (path[at], " > ".join(path[at:]))}:
            texts[name].append(text)
    sections = {name: _Scope("\n".join(parts)) for name, parts in texts.items()}
    return _Text(any(paged for _, _, paged in pages), {number: text for number, text, _ in pages}, sections)


def _heading(name: str) -> str:
    return clean(name).casefold()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", clean(text)).casefold())


def _triples(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return set(zip(words, words[1:], words[2:], strict=False))


_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑]\s*(?=[^\W\d_])")


def _squeezed(text: str) -> str:
    """A text without what its extraction adds or loses: white space, hyphens inside words, lines of tables."""
    return re.sub(r"[\s|¦]+", "", _LINE_HYPHEN.sub("", unicodedata.normalize("NFKC", clean(text))))

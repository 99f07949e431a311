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
from eval.gold import Evidence, GoldQuestion, GoldSet
from eval.places import Place, Places

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
        meant = in_force if as_of and in_force else places
        if in_force and len(meant) > 1:
            listed = ", ".join(f"{place.document} version {place.version}" for place in meant)
            yield f"{evidence.doc!r} means several versions ({listed}): name one's file, or give as_of"
        # Where it isn't clear which is meant, one that agrees will do.
        yield from min((list(self._in_text(evidence, self._text(place))) for place in meant), key=len)

    def _in_force(self, place: Place, day: date) -> bool:
        version = self._versions[place]
        begun = version.effective_from is None or version.effective_from <= day
        return begun and (version.effective_to is None or day < version.effective_to)

    def _in_text(self, evidence: Evidence, text: _Text) -> Iterator[str]:
        doc, page, scope, where = evidence.doc, evidence.page, text.whole, "in it"
        if evidence.section:
            section = text.sections.get(_heading(evidence.section))
            if section:
                scope, where = section, f"under {evidence.section!r}"
            else:
                yield f"{doc!r} has no heading {evidence.section!r}"
        if page is not None:
            if page in text.pages and text.paged:
                scope, where = text.around(page), f"on page {page} or beside it"
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

    def around(self, page: int) -> _Scope:
        return _Scope("\n".join(self.pages.get(number, "") for number in (page - 1, page, page + 1)))


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
    return re.sub(r"[\s|]+", "", _LINE_HYPHEN.sub("", unicodedata.normalize("NFKC", clean(text))))

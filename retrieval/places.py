"""Places looked up by the number that a question names: clause 2.2, Article 5a, section 4(2), point (c) of Annex II."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from corpus import passage_store, store
from corpus.catalogue import eligible
from corpus.language.sentences import is_item
from corpus.language.stems import stems
from corpus.outline import Line, outline
from corpus.passage_store import PassageRecord
from corpus.schema import Document, Page, Version
from corpus.table import Table
from retrieval.numbered import Asked, Step, asked_place
from retrieval.query import Query

# Documents with the same number that are named to whoever must choose.
MOST_NAMED = 5


@dataclass(frozen=True)
class Piece:
    """What of a place stands in one section of a page: the characters ``start`` to ``end`` of that section's text, and
    the ``headings`` that are printed above it within the place."""

    headings: tuple[str, ...]
    passage: PassageRecord
    tables: Sequence[Table]
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """A place that bears the number, in the order of its text."""

    pieces: tuple[Piece, ...]

    @property
    def first(self) -> PassageRecord:
        return self.pieces[0].passage


@dataclass(frozen=True)
class Places:
    """All places that bear the number which a question ``named``; of more than `MOST_NAMED` documents only so many, and
    then ``has_more``. ``documents`` are the titles of those that it named, where it named any."""

    named: str
    places: tuple[Place, ...]
    has_more: bool = False
    documents: tuple[str, ...] = ()


class _Source(NamedTuple):
    """A version that may be looked in."""

    version: int
    name: str
    title: str

    @property
    def words(self) -> set[str]:
        return set(stems(f"{self.name} {self.title}"))


def places(session: Session, query: Query) -> Places | None:
    """The places that a question asks for by their number, none where no document has it; None where the question asks
    for something else, which is to be searched for."""
    asked = asked_place(query.text)
    if asked is None:
        return None
    sources = _sources(session, query)
    named = [source for source in sources if asked.of and asked.of <= source.words]
    other = asked.other - asked.of if named else asked.other
    found: list[tuple[_Source, list[Line]]] = []
    is_known = False
    for source in _with_number(session, named or sources, asked.steps[0]):
        for lines in _places(outline(session, source.version), asked.steps):
            is_known = True
            said = source.words | set(stems(" ".join([*lines[-1].path, *(line.text for line in lines)])))
            if other <= said:
                found.append((source, lines))
        if len({each.version for each, _ in found}) > MOST_NAMED:
            break
    if not found and other and (is_known or _is_said(session, sources, asked)):
        return None
    shown = list(dict.fromkeys(source.version for source, _ in found))[:MOST_NAMED]
    chosen = [Place(tuple(_pieces(session, lines))) for source, lines in found if source.version in shown]
    has_more = len({source.version for source, _ in found}) > len(shown)
    return Places(asked.named, tuple(chosen), has_more, tuple(source.title for source in named))


def _sources(session: Session, query: Query) -> list[_Source]:
    """The versions that may answer. Raises `corpus.errors.UnknownCollection`."""
    collection = store.require_collection(session, query.collection, query.principal)
    conditions = eligible(collection, query.day, query.principal, query.document)
    statement = select(Version.id, Document.name, Version.title).join(Document).where(*conditions)
    return [_Source(*row) for row in session.execute(statement.order_by(Document.name))]


def _with_number(session: Session, sources: Sequence[_Source], step: Step) -> list[_Source]:
    """Those of which a line begins as one with the number may."""
    begins = [Page.text.istartswith(each, autoescape=True) for each in step.beginnings]
    lines = [Page.text.icontains(f"\n{each}", autoescape=True) for each in step.beginnings]
    return _of_which(session, sources, or_(*begins, *lines))


def _is_said(session: Session, sources: Sequence[_Source], asked: Asked) -> bool:
    """Whether the number stands anywhere in a text, so that it may be written in a way that isn't known here."""
    return bool(_of_which(session, sources, Page.text.icontains(asked.steps[0].label, autoescape=True)))


def _of_which(session: Session, sources: Sequence[_Source], holds: ColumnElement[bool]) -> list[_Source]:
    """The sources of which a page holds something."""
    of = Page.version_id.in_([source.version for source in sources])
    known = set(session.scalars(select(Page.version_id).where(of, holds).distinct()))
    return [source for source in sources if source.version in known]


def _places(lines: list[Line], steps: Sequence[Step]) -> list[list[Line]]:
    """The lines of each place that a version has at the end of the steps."""
    found = _numbered(lines, steps[0])
    for step in steps[1:]:
        found = [inner for outer in found for inner in _numbered(outer, step, inside=True)]
    return found


def _numbered(lines: list[Line], step: Step, *, inside: bool = False) -> list[list[Line]]:
    """The lines of each place with a number, of the surest kind that there is: a heading with the word and the number,
    a heading with the number, a line with both, a line with the number. Of a place, the first line is no part
    ``inside`` it."""
    ways: tuple[Callable[[Line], bool], ...] = (
        lambda line: line.is_heading and step.has_word(line.text),
        lambda line: line.is_heading and step.heads(line.text, True),
        lambda line: not line.is_heading and step.is_set_apart(line.text),
        lambda line: not line.is_heading and step.heads(line.text, False) and " | " not in line.text,
    )
    for way in ways:
        starts = [at for at, line in enumerate(lines) if way(line) and not (inside and at == 0)]
        found = [_under(lines, at, step) if lines[at].is_heading else _from(lines, at, step) for at in starts]
        if found := [each for each in found if any(not line.is_heading for line in each)]:
            return _without_contents(found)
    return []


def _without_contents(found: list[list[Line]]) -> list[list[Line]]:
    """Without the lines of a table of contents, which end with the number of a page, where there are others."""
    others = [lines for lines in found if lines[0].is_heading or not re.search(r"[^.!?;:]\s\d+$", lines[0].text)]
    return others or found


def _under(lines: list[Line], at: int, step: Step) -> list[Line]:
    """A heading with what is under it; nothing where the next heading follows at once."""
    first = next((number for number in range(at, len(lines)) if not lines[number].is_heading), len(lines))
    if first == len(lines):
        return []
    path, heading = lines[first].path, lines[at].text
    if heading in path[1:]:
        depth = path.index(heading, 1)
    elif not any(line.is_heading for line in lines[:at]):
        depth = 0  # the title stands for the document's first heading
    else:
        return []
    end = first
    for number in range(first, len(lines)):
        if lines[number].is_heading:
            continue
        under = lines[number].path
        is_below = under[: depth + 1] == path[: depth + 1] if depth or step.needs_its_word else under == path
        if not is_below and not (len(under) > depth and depth and under[depth].startswith(f"{step.label}.")):
            break
        end = number + 1
    return lines[at:end]


def _from(lines: list[Line], at: int, step: Step) -> list[Line]:
    """A line with those that belong to it: up to the next number of its kind in its section, or else to the section's
    end; of a list's last item, to the end of the list."""
    end, own = at + 1, set[int]()
    while end < len(lines) and lines[end].path == lines[at].path:
        if step.is_of_its_kind(lines[end].text) or _ends(step.label, lines[end].text, own):
            return lines[at:end]
        end += 1
    if "." not in step.label:
        end = next((n for n in range(at + 1, end) if lines[n].is_apart and not is_item(lines[n].text)), end)
    return lines[at:end]


_BEGINNING = re.compile(
    r"(?:[-•*–]\s+)?\(?(?P<label>(?P<whole>\d+)[a-z]?(?:\.\d+[a-z]?)*|[a-zA-Z]{1,4})(?P<mark>[.)])?(?=\s|$)"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def _ends(label: str, text: str, own: set[int]) -> bool:
    """Whether a line begins what follows the place with a label: the next number, or one that is none of its own. To
    ``own`` whole numbers are added, those of a list within the place."""
    found = _BEGINNING.match(text)
    if found is None:
        return False
    if "." in found["label"]:
        return not found["label"].startswith(f"{label}.")
    if not found["mark"]:
        return False
    if not label[0].isdigit():
        return found["whole"] is not None or found["label"].lower() in _next_letters(label)
    if found["whole"] is None:
        return False
    number, above = int(found["whole"]), int(re.sub(r"\D.*", "", label))
    own.add(number)
    return found["label"] == f"{label}a" or (number == above + 1 and above not in own)


def _next_letters(label: str) -> set[str]:
    """What may follow a letter or a Roman number."""
    small = label.lower()
    following = {chr(ord(small) + 1)} if len(small) == 1 else set()
    return following | ({_ROMAN[_ROMAN.index(small) + 1]} if small in _ROMAN[:-1] else set())


def _pieces(session: Session, lines: Sequence[Line]) -> Iterator[Piece]:
    """The lines of a place, section by section of each page."""
    headings: list[str] = []
    run: list[Line] = []
    for line in [*lines, None]:
        if run and (line is None or line.is_heading or (line.page, line.path) != (run[0].page, run[0].path)):
            if piece := _piece(session, headings, run):
                yield piece
            headings, run = [], []
        if line is not None and line.is_heading:
            headings.append(line.text)
        elif line is not None:
            run.append(line)


def _piece(session: Session, headings: Sequence[str], run: Sequence[Line]) -> Piece | None:
    """None where the passage is gone meanwhile."""
    passage_id = run[0].passage
    found = passage_store.passages(session, [passage_id] if passage_id else [])
    if not found:
        return None
    [passage] = found
    spans = passage_store.section(session, passage)
    section = passage_store.widened(session, passage, spans[0][0], spans[-1][1]) if spans else passage
    start, end = (at - section.start for at in (run[0].start, run[-1].end))
    tables = passage_store.tables(session, section)
    return Piece(tuple(headings), section, tables, max(start, 0), min(end, len(section.text)))

"""What a place says that was asked for by its number, read out word for word; or why it can't be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.answering.answerability import Evidence
from app.answering.lists import MOST_WORDS_OF_LIST, introduced
from app.answering.quoting import Quotation
from corpus.language.sentences import Span, sentences
from retrieval.places import MOST_NAMED, Piece, Place, Places
from retrieval.retriever import Hit

# Of the text of one of several places, so that whoever must choose sees which is which.
_MOST_WORDS_SHOWN = 8


def evidence(found: Places) -> Evidence:
    """The places as hits, and how likely the one to be read out is the one meant."""
    passages = {piece.passage.id: piece.passage for place in found.places for piece in place.pieces}
    hits = tuple(Hit(passage, 1.0, None, None) for passage in passages.values())
    return Evidence(hits, 1 / len(found.places) if found.places else 0.0)


def shortfall(found: Places) -> str | None:
    """Why nothing can be read out; None where there is one place only."""
    named = found.named[:1].upper() + found.named[1:]
    if not found.places:
        where = _listed(found.documents) or "the documents that apply on this day"
        return f"{named} was not found in {where}."
    if len(found.places) == 1 and not found.has_more:
        return None
    documents = list(dict.fromkeys(place.first.document for place in found.places))
    if len(documents) == 1:
        places = "; ".join(map(_described, found.places[:MOST_NAMED]))
        return (
            f"{named} stands in {len(found.places)} places of {found.places[0].first.title}: {places}. Say which one."
        )
    titles = [next(p.first.title for p in found.places if p.first.document == each) for each in documents]
    known = titles if len(set(titles)) == len(titles) else documents
    many = f"more than {MOST_NAMED}" if found.has_more else len(documents)
    return f"{named} stands in {many} documents: {'; '.join(known)}. Name the document that you mean."


def quotation(place: Place) -> Quotation:
    """A place's text with the headings in it; of a long one the first sentences, and how many there are."""
    said = Quotation()
    room, shown, total = MOST_WORDS_OF_LIST, 0, 0
    for number, piece in enumerate(place.pieces):
        spans = list(_spans(piece))
        kept = list(_that_fit(spans, piece.passage.text, room))
        total, shown = total + len(spans), shown + len(kept)
        room = room - sum(len(span.of(piece.passage.text).split()) for span in kept) if len(kept) == len(spans) else 0
        if not kept:
            continue
        for heading in piece.headings:
            said.say(heading)
        begins = introduced(piece.passage, piece.tables, kept)
        if begins.above and number == 0:
            said.say(begins.above)
        said.add(piece.passage, begins.spans if number == 0 else kept, joined=bool(said.text))
    if shown < total:
        said.say(f"({shown} of {total} sentences of this place)", new="\n")
    return said


def _spans(piece: Piece) -> Iterator[Span]:
    """The sentences of a piece, which begins and ends with lines."""
    return (span for span in sentences(piece.passage.text) if piece.start <= span.start < piece.end)


def _that_fit(spans: Sequence[Span], text: str, room: int) -> Iterator[Span]:
    """The first of some sentences, of so many words together; at least one where there is any room."""
    for number, span in enumerate(spans):
        words = len(span.of(text).split())
        if room <= 0 or (number and words > room):
            return
        room -= words
        yield span


def _described(place: Place) -> str:
    """Where a place stands, with its first words."""
    piece = place.pieces[0]
    words = piece.passage.text[piece.start : piece.end].split()
    more = " …" if len(words) > _MOST_WORDS_SHOWN else ""
    return f"{piece.passage.heading} (“{' '.join(words[:_MOST_WORDS_SHOWN])}{more}”)"


def _listed(titles: Sequence[str]) -> str:
    return "; ".join(titles[:MOST_NAMED]) + ("; …" if len(titles) > MOST_NAMED else "")

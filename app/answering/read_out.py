"""What a place says that was asked for by its number, read out word for word; or why it can't be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from app.answering.answerability import Evidence
from app.answering.lists import GOES_ON, MOST_WORDS_OF_LIST
from app.answering.quoting import Quotation
from corpus.language.sentences import sentences
from retrieval.places import Place, Places
from retrieval.retriever import Hit

# Places or documents that are named to whoever must choose.
_MOST_NAMED = 5


def evidence(found: Places) -> Evidence:
    """The places as hits, and how likely the one to be read out is the one meant."""
    passages = {piece.passage.id: piece.passage for place in found.places for piece in place.pieces}
    hits = tuple(Hit(passage, 1.0, None, None) for passage in passages.values())
    return Evidence(hits, 1 / len(found.places) if found.places else 0.0)


def shortfall(found: Places) -> str | None:
    """Why nothing can be read out; None where there is one place only."""
    named = found.named[:1].upper() + found.named[1:]
    if found.is_of_another_time:
        return f"{named} is read out as of one day. Leave the time out of the question, and ask with that day as as_of."
    if not found.places:
        where = _listed(found.documents) or "the documents that apply on this day"
        return f"{named} was not found in {where}."
    if len(found.places) == 1:
        return None
    titles = {place.first.document: place.first.title for place in found.places}
    if len(titles) == 1:
        places = _listed(list(dict.fromkeys(place.first.heading for place in found.places)))
        return (
            f"{named} stands in {len(found.places)} places of {found.places[0].first.title}: {places}. Say which one."
        )
    names = list(titles.values() if len(set(titles.values())) == len(titles) else titles)
    return f"{named} stands in {len(titles)} documents: {_listed(names)}. Name the document that you mean."


def quotation(place: Place) -> Quotation:
    """A place's text with the headings in it; of a long one the first sentences, and how many there are."""
    said = Quotation()
    if place.above:
        said.add(place.above, sentences(place.above.text)[-1:])
    spans = [(piece, span) for piece in place.pieces for span in sentences(piece.passage.text)]
    words = accumulate(len(span.of(piece.passage.text).split()) for piece, span in spans)
    shown = max(1, sum(total <= MOST_WORDS_OF_LIST for total in words))
    for piece in place.pieces:
        if kept := [span for each, span in spans[:shown] if each is piece]:
            for heading in piece.headings:
                said.say(heading)
            said.add(piece.passage, kept, joined=bool(said.text), again=True)
    if shown < len(spans):
        said.say(f"({shown} of {len(spans)} sentences of this place)", new="\n")
    if place.goes_on:
        said.say(GOES_ON, new="\n")
    return said


def _listed(titles: Sequence[str]) -> str:
    return "; ".join(titles[:_MOST_NAMED]) + ("; …" if len(titles) > _MOST_NAMED else "")

"""Quoting without a model: the parts of the best passages' sections that speak most of what was asked.

An answer of quotes can't deviate from its sources by a character, as nothing is generated. How to choose what is quoted
was measured on the 407 questions of Ask CFPB and 60 of regulators (../shared/data/policies): a learnt ranking over
fourteen features of hits and sentences found the right passage no more often than the retriever's score, nor did the
packaged model's likelihood of the question after the passage, or of the passage after the question. What helps is to
quote several passages where the scores can't tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.answer import Citation
from corpus.language.sentences import Span, sentences
from corpus.language.stems import stems
from corpus.notes import marks, note_for, notes
from corpus.passage_store import PassageRecord
from retrieval.retriever import Hit

# Half of the sections with which the CFPB answers consumers' questions are no longer; less leaves out what was asked.
MOST_WORDS = 160
# Of further passages only the sentence or two that were asked for.
MOST_WORDS_BESIDE = 45
# A passage is quoted beside the best if its score is at least this share of the best's. With one quote only, 68 % of
# the answers to Ask CFPB cite a right place; with up to four so chosen 84 %, and 2.1 quotes on average.
CLOSE = 0.9
MOST_QUOTED = 4


class Quotation:
    """An answer's text as it is put together of quotes, and their citations."""

    def __init__(self) -> None:
        self.text = ""
        self.citations: list[Citation] = []

    def add(self, passage: PassageRecord, spans: Sequence[Span], joined: bool = False, again: bool = False) -> None:
        """Quote these spans of a passage's text, in a paragraph of their own, or ``joined`` to what is above; what was
        quoted already only where it is to be said ``again``."""
        new = "\n" if joined else "\n\n"
        for span in spans:
            quote = span.of(passage.text)
            if not again and any(citation.quote == quote for citation in self.citations):
                continue  # said in two places
            self.say(quote, new)
            self.citations.append(Citation.of(passage, *span, len(self.text) - len(quote), len(self.text)))
            new = "\n"
        self._add_notes(passage, spans)

    def _add_notes(self, passage: PassageRecord, spans: Sequence[Span]) -> None:
        """Quote the notes that what was quoted refers to, which may say the opposite of it; those that stand outside of
        the passage are said without a citation."""
        beside, inside = notes(passage.context), notes(passage.text)
        referred = {mark: span.end for span in reversed(spans) for mark in marks(span.of(passage.text))}
        for mark, end in referred.items():
            note, other = note_for(mark, inside, end), note_for(mark, beside, 0)
            if note and note.start < end and other:
                note = None  # one of what is above, while the passage was given another
            said = note.of(passage.text) if note else other.of(passage.context) if other else ""
            if said in self.text:
                continue
            self.say(said, "\n")
            if note:
                self.citations.append(Citation.of(passage, *note, len(self.text) - len(said), len(self.text)))

    def say(self, line: str, new: str = "\n\n") -> None:
        """Put a line below what there is, without a citation."""
        self.text += f"{new if self.text else ''}{line}"


def worth_quoting(hits: Sequence[Hit]) -> int:
    """How many of the hits, best first, are to be quoted: those that score about as well as the best."""
    close = len(hits[:1])
    for hit in hits[1:MOST_QUOTED]:
        if hit.score < CLOSE * hits[0].score:
            break
        close += 1
    return close


def best_span(question: str, text: str, most_words: int = MOST_WORDS) -> list[Span]:
    """Neighbouring whole sentences of ``text``, of at most ``most_words`` words (or one that is longer), that hold most
    of the question's words; of equals the longest, and of these the first."""
    wanted = set(stems(question))
    spans = sentences(text)
    said = [wanted.intersection(stems(span.of(text))) for span in spans]
    best: tuple[int, int, int] = (-1, 0, 0)
    chosen: list[Span] = []
    for first in range(len(spans)):
        words, seen = 0, set[str]()
        for last in range(first, len(spans)):
            words += len(spans[last].of(text).split())
            if words > most_words and last > first:
                break
            seen |= said[last]
            rank = (len(seen), words, -first)
            if rank > best:
                best, chosen = rank, spans[first : last + 1]
    return chosen

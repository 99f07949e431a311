"""A run: every gold question through the service, one line a question, and the figures of them all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from app.answering.answer import Answer, Citation, Passage
from app.answering.question import Question
from app.errors import EXPLAINED
from app.mode import Mode
from app.service import Citewell
from corpus import store
from corpus.schema import Collection, Document, Page, Version
from eval.errors import BadRun
from eval.gold.model import GoldQuestion, GoldSet, evenly
from eval.runs.folder import Run, RunInfo, append, read_records, write_json, write_lines
from eval.runs.record import Record
from eval.scoring.places import Places
from eval.scoring.relevance import Judge
from eval.scoring.score import scored
from eval.scoring.summary import groups, summarise

DEPTH = 10  # passages ranked, however few the answer is written from


@dataclass(frozen=True)
class Asked:
    """A question of a gold set; ``plainly`` asks it by plain decoding too."""

    gold_set: str
    gold: GoldQuestion
    plainly: bool = False

    @property
    def key(self) -> str:
        return f"{self.gold_set}/{self.gold.id}"


def choose(gold_sets: Sequence[GoldSet], limit: int | None, plain: int = 0) -> list[Asked]:
    """``limit`` questions of each set (all of them by default), of which ``plain`` in all are also decoded plainly;
    both are spread evenly."""
    asked = [Asked(each.name, question) for each in gold_sets for question in evenly(each.questions, limit)]
    answerable = [item for item in asked if item.gold.answerable_in_corpus]
    both = {answerable[at * len(answerable) // plain].key for at in range(plain)} if answerable else set()
    return [replace(item, plainly=item.key in both) for item in asked]


class Evaluation:
    """Asks one service's collection gold questions; each of the document that its evidence names first, if they are
    ``given`` theirs. Nothing that is answered here is stored with its answers."""

    def __init__(
        self,
        service: Citewell,
        collection: str,
        mode: Mode | None = None,
        *,
        retrieval_only: bool = False,
        given: bool = False,
    ) -> None:
        self._service = service
        self._collection = collection
        self._mode = mode
        self._retrieval_only = retrieval_only
        self._given = given
        with service.database.reading() as session:
            self._places = Places(store.documents(session, collection))

    def judge(self, gold: GoldQuestion) -> Judge:
        """The judge of what is evidence for a question."""
        return Judge(gold.evidence, self._places)

    def ask(self, asked: Asked) -> Record:
        """One question, answered and scored. What goes wrong with it is part of the record."""
        judge = self.judge(asked.gold)
        record = Record(gold_set=asked.gold_set, gold=asked.gold)
        try:
            record = self._asked(asked, record, judge)
        except EXPLAINED as error:
            record = record.model_copy(update={"error": str(error)})
        return scored(record, judge)

    def _asked(self, asked: Asked, record: Record, judge: Judge) -> Record:
        service, gold = self._service, asked.gold
        question = service.question(
            gold.question,
            collection=self._collection,
            as_of=gold.as_of,
            mode=self._mode,
            document=self._document(gold),
        )
        began = time.perf_counter()
        hits = service.retriever.search(replace(question.query, k=max(DEPTH, question.query.k)))
        search_s = time.perf_counter() - began
        ranking = [Passage.of(hit) for hit in hits]
        record = judged(record, judge, ranking, ranking[: question.query.k])
        record = record.model_copy(update={"search_s": search_s})
        if self._retrieval_only:
            return record
        answer, total_s = self._timed(question)
        plain = self._timed(replace(question, plain=True))[0] if asked.plainly else None
        return judged(record, judge, ranking, answer.sources).model_copy(
            update={
                "answer": answer,
                "plain": plain,
                "total_s": total_s,
                "verbatim": [self._is_verbatim(citation) for citation in answer.citations],
            }
        )

    def _document(self, gold: GoldQuestion) -> str | None:
        """The document that the question is asked of, where questions are given theirs."""
        if not self._given:
            return None
        named = [place.document for e in gold.evidence if e.doc for place in self._places.find(e.doc)]
        return named[0] if named else None

    def _timed(self, question: Question) -> tuple[Answer, float]:
        began = time.perf_counter()
        answer = self._service.answerer.answer(question)
        return answer, time.perf_counter() - began

    def _is_verbatim(self, citation: Citation) -> bool:
        """Whether a quote is, character by character, what is stored at the place that the citation names."""
        with self._service.database.reading() as session:
            pages = session.execute(
                select(Page.number, Page.text)
                .join(Version)
                .join(Document)
                .join(Collection)
                .where(Collection.name == self._collection, Document.name == citation.document)
                .where(Version.number == citation.version)
            )
            return any(
                text[citation.start : citation.end] == citation.quote
                for number, text in pages
                if citation.page in (None, number)
            )


def judged(record: Record, judge: Judge, ranking: Sequence[Passage], sources: Sequence[Passage]) -> Record:
    """The record with its ranking, and with whether evidence is in it and among the answer's sources."""
    relevance = judge.relevance([(passage, passage.text) for passage in ranking])
    found = record.gold.answerable_in_corpus and any(judge.found(passage, passage.text) for passage in sources)
    return record.model_copy(
        update={"ranking": list(ranking), "relevant": relevance.relevant, "holds": relevance.holds, "found": found}
    )


def carry_out(evaluation: Evaluation, info: RunInfo, asked: Sequence[Asked], folder: Path) -> Iterator[Record]:
    """Ask what the run in ``folder`` hasn't asked yet, and give out every record as soon as it is written.

    Raises `BadRun` where the folder holds another run: one whose gold sets, corpus, models, settings or options are not
    these.
    """
    done = begin(folder, info)
    yield from done.values()
    for item in asked:
        if item.key not in done:
            record = evaluation.ask(item)
            append(folder, record)
            yield record


def begin(folder: Path, info: RunInfo) -> dict[str, Record]:
    """Make the run's folder, or take it up where it was left: the records there are, by key."""
    there = folder / "run.json"
    if not there.exists():
        if folder.exists() and any(folder.iterdir()):
            raise BadRun(f"{folder} is not empty and holds no run: give --out the path of a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        write_json(there, info)
        return {}
    before = None
    with suppress(ValueError):
        before = RunInfo.model_validate_json(there.read_bytes())
    changing = {"started_at", "machine", "versions"}
    if before is None or before.model_dump(exclude=changing) != info.model_dump(exclude=changing):
        raise BadRun(
            f"{folder} holds another run (other gold questions, documents, models, settings or options): give --out "
            "the path of a new folder, or delete that one."
        )
    records = read_records(folder)
    # A line that a crash cut off must not run into the next one.
    write_lines(folder, (record.model_dump_json() for record in records))
    return {record.key: record for record in records}


def finish(folder: Path, info: RunInfo, records: Sequence[Record]) -> Run:
    """Write the figures of a run whose questions are all asked."""
    run = Run(folder, info, list(records), summarise(records), groups(records))
    write_json(folder / "run.json", info)
    write_json(folder / "summary.json", run.summary)
    write_json(folder / "groups.json", run.groups)
    return run

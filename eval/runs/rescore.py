"""A run's stored answers, scored again after a change of the rules or of a gold set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.errors import BadRun
from eval.gold.model import GoldQuestion, GoldSet
from eval.runs.evaluate import judged
from eval.runs.folder import read_records, read_run_info
from eval.runs.record import Record
from eval.scoring.places import Places
from eval.scoring.relevance import Judge
from eval.scoring.score import scored


def rescored(folder: Path, gold_sets: Sequence[GoldSet], places: Places) -> Iterator[Record]:
    """The records of the run in ``folder``, scored by today's rules and by what ``gold_sets`` say of its questions now;
    those of other sets by what the run knew of them. Answers, quotes' checks and times stay as they were measured.

    Raises `BadRun` where a set asks a question of the run in other words: its answer is one to another question.
    """
    known = {(each.name, question.id): question for each in gold_sets for question in each.questions}
    is_load = read_run_info(folder).kind == "load"
    for record in read_records(folder):
        # Under load a set is named with its rate.
        gold = known.get((record.gold_set.partition(" at ")[0] if is_load else record.gold_set, record.gold.id))
        yield _rescored(record, record.gold if gold is None else _same(gold, record), places, is_load)


def _rescored(record: Record, gold: GoldQuestion, places: Places, is_load: bool) -> Record:
    if is_load:  # evidence isn't judged there: the documents are the server's
        gold = gold.model_copy(update={"evidence": ()})
    judge = Judge(gold.evidence, places)
    again = record.model_copy(update={"gold": gold})
    if gold.evidence and record.error is None:
        sources = record.ranking if record.answer is None else record.answer.sources
        again = judged(again, judge, record.ranking, sources)
    # What isn't scored from the record, as the errors of a load run.
    kept = {name: value for name, value in record.scores.items() if name.startswith("load.")}
    again = scored(again, judge)
    return again.model_copy(update={"scores": again.scores | kept})


def _same(gold: GoldQuestion, record: Record) -> GoldQuestion:
    if (gold.question, gold.as_of) != (record.gold.question, record.gold.as_of):
        raise BadRun(
            f"{record.key} was asked in other words, or as of another day, than the gold set has it: run it again."
        )
    return gold

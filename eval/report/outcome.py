"""What became of a run's questions: their outcomes, the causes of failure, and the run in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from app.answering.answer import Status
from eval.report.figures import count, duration
from eval.runs.folder import Run
from eval.runs.record import Failure, Record
from eval.scoring.metrics.statistics import quantile

SENTENCES = {
    Failure.ERROR: "The question could not be answered at all.",
    Failure.OTHER_OUTCOME: "It was neither answered nor declined, and nothing in it is ambiguous.",
    Failure.WRONGLY_ANSWERED: "The documents hold no answer, and one was given.",
    Failure.NOT_RETRIEVED: "No evidence was among the passages that the answer was written from.",
    Failure.WRONGLY_ABSTAINED: "Evidence was there, and the answer was declined.",
    Failure.WRONG_SPAN: "A quote is not the text at the place that it names.",
    Failure.NOT_USED: "Evidence was there, and something else is cited.",
    Failure.WRONG_PAGE: "The right section is cited, with another page.",
    Failure.WRONG_NUMBER: "Another number than the gold answer’s, or beside other labels, or one that no source has.",
    Failure.CONTRARY: "It says yes for no, or denies what the gold answer says, or the reverse.",
    Failure.INCOMPLETE: "The gold answer’s figure, date or name is missing, or half of its words.",
    Failure.BURIED: "All is there, in over 60 words and more than three times the gold answer’s.",
}


class Outcome(StrEnum):
    """What happened to a question and, where that was judged, whether it was right to happen."""

    RIGHT = "right"
    DECLINED_RIGHTLY = "declined rightly"
    FOUND = "evidence found"
    ANSWERED = "answered"
    DECLINED = "declined"
    SEARCHED = "searched"
    FAILED = "failed answer"
    DECLINED_WRONGLY = "declined wrongly"
    MISSED = "evidence missed"
    OTHER = "other outcome"
    ERROR = "error"

    def of(self, number: int) -> str:
        """The outcome of so many questions."""
        return f"{self}s" if self in (Outcome.FAILED, Outcome.ERROR) and number != 1 else self.value


GOOD = (Outcome.RIGHT, Outcome.DECLINED_RIGHTLY, Outcome.FOUND)
_BY_STATUS = {
    "answered": (Outcome.RIGHT, Outcome.ANSWERED, Outcome.FAILED),
    "declined": (Outcome.DECLINED_RIGHTLY, Outcome.DECLINED, Outcome.DECLINED_WRONGLY),
    "searched": (Outcome.FOUND, Outcome.SEARCHED, Outcome.MISSED),
    "other": (Outcome.RIGHT, Outcome.OTHER, Outcome.OTHER),
    "error": (Outcome.ERROR, Outcome.ERROR, Outcome.ERROR),
}


def status_of(record: Record) -> str:
    """What a reader sees happen: answered, declined, an error, something else, or only searched for."""
    if record.error is not None:
        return "error"
    if record.answer is None:
        return "searched"
    return {Status.ANSWERED: "answered", Status.ABSTAINED: "declined"}.get(record.answer.status, "other")


def outcome_of(record: Record) -> Outcome:
    right, unjudged, wrong = _BY_STATUS[status_of(record)]
    if record.failure is not None:
        return wrong
    judged = record.scores if record.answer is None else "answer.right" in record.scores
    return right if judged else unjudged


def outcomes(records: Sequence[Record]) -> Counter[Outcome]:
    """How many questions had each outcome."""
    return Counter(map(outcome_of, records))


def failures(records: Sequence[Record]) -> list[tuple[Failure, int]]:
    """The causes that occur, the most frequent first."""
    counted = Counter(record.failure for record in records if record.failure is not None)
    return sorted(counted.items(), key=lambda item: (-item[1], list(Failure).index(item[0])))


def verdict(run: Run) -> str:
    """The run in plain words."""
    if not run.records:
        return "No question was asked."
    found = outcomes(run.records)
    asked = count(len(run.records), "question")
    if run.info.kind == "retrieval":
        sentences = [f"{asked} searched for, and not answered.", _searched(found)]
    else:
        statuses = Counter(map(status_of, run.records))
        others = f", {statuses['other']} neither" if statuses["other"] else ""
        said = f"{asked}: {statuses['answered']} answered, {statuses['declined']} declined{others}."
        sentences = [said, _judged(found)]
    if run.info.kind == "load":
        sentences.append(_times(run.records))
    if found[Outcome.ERROR]:
        sentences.append(f"{count(found[Outcome.ERROR], 'question')} ended with an error.")
    return " ".join(sentence for sentence in sentences if sentence)


def _searched(found: Counter[Outcome]) -> str:
    unjudged = found[Outcome.SEARCHED]
    rest = f"; for {unjudged} no place is known" if unjudged else ""
    return f"Evidence was found for {found[Outcome.FOUND]}, and missed for {found[Outcome.MISSED]}{rest}."


def _judged(found: Counter[Outcome]) -> str:
    sentences = []
    if right_and_failed := found[Outcome.RIGHT] + found[Outcome.FAILED]:
        right, failed = found[Outcome.RIGHT], found[Outcome.FAILED]
        of = "Of the answers" if right_and_failed > 1 else "Of one answer"
        sentences.append(f"{of} {right} {'is' if right == 1 else 'are'} right and {failed} failed.")
    if unjudged := found[Outcome.ANSWERED]:
        sentences.append(f"{count(unjudged, 'answer')} can’t be judged: no gold answer is known to be supported.")
    if found[Outcome.DECLINED_RIGHTLY] + found[Outcome.DECLINED_WRONGLY]:
        right, wrong = found[Outcome.DECLINED_RIGHTLY], found[Outcome.DECLINED_WRONGLY]
        sentences.append(f"{right} {'was' if right == 1 else 'were'} declined rightly, {wrong} wrongly.")
    return " ".join(sentences)


def _times(records: Sequence[Record]) -> str:
    seconds = [record.total_s for record in records if record.total_s is not None]
    if not seconds:
        return ""
    half, most = duration(quantile(seconds, 0.5)), duration(quantile(seconds, 0.95))
    return f"Half were done within {half}, 95 % within {most}."

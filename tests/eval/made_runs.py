"""A run that was never carried out, with all that a report has to show: every cause of failure, unanswerable questions,
plain decoding, an error, and texts that would be markup if they could."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.answering.answer import Answer, Citation, Passage, Stats, Status
from eval.gold.model import Evidence, GoldQuestion
from eval.runs.folder import Corpus, GoldFile, Run, RunInfo
from eval.runs.record import Failure, Figure, Level, Record

HOSTILE = '<script>alert("x")</script></script><img src=x onerror=alert(1)> & "quoted" \'\x00\ufffe ]]> <!--'
_TITLES = ["Card fees", "Complaints", "Transfers abroad", "Bereavement", "Privacy notice"]
_SENTENCES = [
    "A cash withdrawal abroad with a debit card costs 2.25% of the amount, and at least EUR 3.50.",
    "We answer complaints about payments within 15 business days, and within 35 business days in all.",
    "A transfer in another currency than the euro arrives at the latest after 4 business days.",
    "Before the inheritance is settled, we pay the invoice of the funeral director up to EUR 6,000.",
    "Phone recordings are kept for 18 months, and for 5 years where they concern an investment.",
]
_QUESTIONS = [
    "What does it cost me to take out cash abroad with my debit card?",
    "How long may you take until I hear back about my complaint?",
    "When does money that I send to Switzerland arrive?",
    "Can the undertaker be paid from my late mother’s account before probate is through?",
    "For how long do you hold on to the tapes of my calls?",
]
# Some causes come more often than others.
_LAST = [Failure.OTHER_OUTCOME, Failure.CONTRARY, Failure.BURIED]
_FIRST = [cause for cause in Failure if cause not in _LAST]
_CAUSES = [Failure.NOT_RETRIEVED, *_FIRST, Failure.INCOMPLETE, Failure.NOT_RETRIEVED, *_LAST]
_FILLER = (
    " Fees are charged when the service is used, unless the schedule says otherwise. The customer is told of changes "
    "two months before they apply, in the message box or by post, and can object to them until then."
)


def made_run(folder: Path, questions: int = 60, *, passages: int = 8, length: int = 700) -> Run:
    """A run of so many questions; the same arguments give the same run."""
    chance = random.Random(7)
    records = [_record(at, chance, passages, length) for at in range(questions)]
    return _run(folder, "answers", records)


def searched_run(folder: Path, questions: int = 12) -> Run:
    """A run of retrieval only."""
    records = []
    for record in made_run(folder, questions).records:
        known = bool(record.relevant)
        cause = None if record.found or not known else Failure.NOT_RETRIEVED
        scores = {name: value for name, value in record.scores.items() if name.startswith("retrieval.")}
        update = {"answer": None, "plain": None, "verbatim": [], "total_s": None, "error": None}
        records.append(record.model_copy(update=update | {"failure": cause, "scores": scores}))
    return _run(folder, "retrieval", records)


def loaded_run(folder: Path, questions: int = 12) -> Run:
    """A run under load: two rates, times, and no evidence to judge by."""
    records = []
    for at, made in enumerate(made_run(folder, questions).records):
        rate = "sample at 1/s" if at < questions // 2 else "sample at 4/s"
        failed = float(made.error is not None)
        scores = {"answer.right": 1 - failed, "load.errors": failed}
        if made.total_s is not None:
            scores["latency.mean_s"] = made.total_s
        record = Record(gold_set=rate, gold=made.gold, answer=made.answer, total_s=made.total_s, scores=scores)
        records.append(record.model_copy(update={"error": made.error, "failure": Failure.ERROR if failed else None}))
    run = _run(folder, "load", records)
    info = run.info.model_copy(update={"corpus": None, "models": {}, "options": {"rates": [1, 4], "limit": None}})
    return Run(run.folder, info, run.records, run.summary, run.groups)


def empty_run(folder: Path) -> Run:
    """A run without questions and figures."""
    return _run(folder, "answers", [])


def hostile_run(folder: Path) -> Run:
    """A run in which every text that anybody but us has written begins with what would be markup if it could."""
    made = made_run(folder / "<img src=x onerror=alert(1)>", 12)
    records = []
    for record in made.records:
        values = _hostile(record.model_dump())
        values["scores"] |= {f"answer.{HOSTILE}": 0.5, f"{HOSTILE}.recall": 0.5}
        records.append(Record.model_validate(values))
    info = RunInfo.model_validate(_hostile(made.info.model_dump(exclude={"kind"})) | {"kind": "answers"})
    return Run(made.folder, info, records, figures(records), {f"tag:{HOSTILE}": figures(records), "gold:x": {}})


def _hostile(value: Any) -> Any:
    if type(value) is str:
        return f"{HOSTILE} {value}"
    if isinstance(value, dict):
        return {key: _hostile(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hostile(each) for each in value]
    return value


def figure(values: Sequence[float]) -> Figure:
    """A mean with an interval that looks like one."""
    mean = sum(values) / len(values)
    half = 1.0 / len(values) ** 0.5 * (max(values) - min(values)) / 2
    return Figure(value=mean, low=max(min(values), mean - half), high=min(max(values), mean + half), n=len(values))


def figures(records: Iterable[Record]) -> dict[str, Figure]:
    """What a summary holds, roughly."""
    values: dict[str, list[float]] = defaultdict(list)
    for record in records:
        for name, value in record.scores.items():
            values[name].append(value)
        if record.answer is not None and record.total_s is not None:
            for name in ("latency.p50_s", "latency.p95_s"):
                values[name].append(record.total_s * (2.1 if "95" in name else 1))
            values["abstain.auroc"].append(0.87)
            values["abstain.calibration_error"].append(0.06)
    return {name: figure(each) for name, each in sorted(values.items())}


def _run(folder: Path, kind: str, records: list[Record]) -> Run:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for name in (f"gold:{record.gold_set}", *(f"tag:{tag}" for tag in record.gold.tags)):
            groups[name].append(record)
    sets = {record.gold_set for record in records}
    info = RunInfo(
        kind=kind,
        started_at="2026-11-23T20:13:05+00:00",
        gold=[GoldFile(name=name, sha256="ab12" * 16, questions=100) for name in sorted(sets)],
        corpus=Corpus(collection="default", documents=26, versions=31, passages=412, sha256="5f3c09d2" * 8),
        models={
            "generator": "SmolLM2-135M-Instruct",
            "embedder": "all-MiniLM-L6-v2 (6fd5)",
            "answerability": "made up",
        },
        settings={"retrieval": {"k": 4}, "note": HOSTILE},
        options={"collection": "default", "plain": 20},
        versions={"python": "3.11.9", "torch": "2.13.0", "transformers": "5.23.0", "numpy": "2.3.1"},
        machine="AMD EPYC 7B13, 2 cores",
    )
    return Run(folder, info, records, figures(records), {name: figures(each) for name, each in sorted(groups.items())})


def _record(at: int, chance: random.Random, passages: int, length: int) -> Record:
    topic = at % len(_TITLES)
    # Every fourth question fails, each time for the next cause.
    cause = _CAUSES[at // 4 % len(_CAUSES)] if at % 4 == 2 else None
    unanswerable = cause is Failure.WRONGLY_ANSWERED or (at % 10 == 7 and cause is None)
    gold = _gold(at, topic, unanswerable)
    evidence_at = 99 if unanswerable or cause is Failure.NOT_RETRIEVED else chance.choice([0, 0, 0, 0, 1, 1, 2, 3])
    ranking = [_passage(rank, topic, rank == evidence_at, passages, length) for rank in range(passages)]
    found = evidence_at < 4
    if found:
        confidence = min(0.99, max(0.03, chance.gauss(0.78, 0.16)))
    else:
        confidence = min(0.97, max(0.02, chance.gauss(0.38, 0.22)))
    declined = cause in (Failure.WRONGLY_ABSTAINED,) or (unanswerable and cause is None)
    stats = _stats(chance)
    answer = _answer(at, topic, gold, ranking[:4], cause, declined, confidence, stats)
    error = "The model’s files are damaged: delete them, then ask again." if cause is Failure.ERROR else None
    if error:
        return Record(gold_set=_set(at), gold=gold, error=error, failure=cause, scores={"answer.right": 0.0})
    total = (stats.decode_ms + stats.retrieval_ms) / 1000 if stats.steps else 0.03
    slowed = stats.model_copy(
        update={"decode_ms": stats.decode_ms * chance.uniform(0.95, 3.4), "tokens_per_step": 1.0, "steps": stats.tokens}
    )
    plain = answer.model_copy(update={"stats": slowed}) if at % 3 == 0 and not declined else None
    levels = [] if unanswerable else list(Level)
    holds = {
        level: [["e"] if _holds(level, rank, evidence_at, at) else [] for rank in range(passages)] for level in levels
    }
    record = Record(
        gold_set=_set(at),
        gold=gold,
        ranking=ranking,
        relevant={level: {"e": 1} for level in levels},
        holds=holds,
        answer=answer,
        plain=plain,
        found=found,
        verbatim=[cause is not Failure.WRONG_SPAN for _ in answer.citations],
        search_s=chance.lognormvariate(-3.7, 0.3),
        total_s=total,
        failure=cause,
    )
    return record.model_copy(update={"scores": _scores(record, chance)})


def _holds(level: Level, rank: int, evidence_at: int, at: int) -> bool:
    """Coarse levels are found earlier than fine ones; a few passages have the place, and not the text."""
    if level is Level.PASSAGE:
        return rank == evidence_at and at % 6 > 0
    earlier = {Level.DOCUMENT: 2, Level.PAGE1: 1}.get(level, 0)
    return evidence_at - earlier <= rank <= evidence_at


def _set(at: int) -> str:
    return "sample" if at % 3 else "bank-faq"


def _gold(at: int, topic: int, unanswerable: bool) -> GoldQuestion:
    question = f"{_QUESTIONS[topic]} {HOSTILE}" if at == 2 else _QUESTIONS[topic]
    return GoldQuestion(
        id=f"q-{at + 1:03}",
        question=f"Who sponsors the city marathon in {2000 + at}?" if unanswerable else question,
        answer="" if unanswerable else _SENTENCES[topic],
        short_answer=None if unanswerable else " ".join(_SENTENCES[topic].split()[-3:]).rstrip("."),
        evidence=() if unanswerable else (Evidence(doc=f"{_slug(topic)}.md", section=_TITLES[topic], page=topic + 1),),
        answerable_in_corpus=not unanswerable,
        as_of=date(2023, 5, 20) if at % 9 == 4 else None,
        tags=tuple(tag for tag, every in (("table", 4), ("version", 9), ("staff", 5)) if at % every == 1),
    )


def _slug(topic: int) -> str:
    return _TITLES[topic].lower().replace(" ", "-")


def _passage(rank: int, topic: int, holds: bool, of: int, length: int) -> Passage:
    other = (topic + rank) % len(_TITLES) if not holds else topic
    sentence = _SENTENCES[topic] if holds else f"This is passage {rank} of {_TITLES[other].lower()}."
    text = f"{sentence}{_FILLER * (length // len(_FILLER) + 1)}"[:length]
    if rank == of - 1:
        text = f"{HOSTILE} {text}"[:length]
    return Passage(
        **_place(other, rank * 1000),
        end=rank * 1000 + len(text),
        text=text,
        score=0.033 / (rank + 1),
        similarity=max(0.1, 0.74 - rank * 0.06),
    )


def _place(topic: int, start: int) -> dict[str, object]:
    title = _TITLES[topic]
    return {
        "document": f"{_slug(topic)}.md",
        "title": title,
        "version": 2,
        "effective_from": date(2024, 1, 1),
        "effective_to": None,
        "page": topic + 1,
        "heading": f"{title} > What it costs > {HOSTILE[:12]}" if topic == 0 else f"{title} > Terms",
        "start": start,
    }


def _answer(
    at: int,
    topic: int,
    gold: GoldQuestion,
    sources: list[Passage],
    cause: Failure | None,
    declined: bool,
    confidence: float,
    stats: Stats,
) -> Answer:
    text = _SENTENCES[topic]
    if cause is Failure.WRONG_NUMBER:
        text = text.replace("2.25", "3.25").replace("15", "10").replace("18", "24").replace("6,000", "9,000")
    elif cause in (Failure.INCOMPLETE, Failure.NOT_USED, Failure.WRONGLY_ANSWERED, Failure.NOT_RETRIEVED):
        text = "Fees are charged when the service is used, unless the schedule says otherwise."
    elif at % 5 == 3:
        text = f"{text} The customer is told of changes two months before they apply."
    citation = Citation(**_place(topic, 0), end=len(text), quote=text, answer_start=0, answer_end=len(text))
    reason = "The passages that were found hardly speak of what was asked."
    return Answer(
        id=f"a-{at}",
        status=Status.ABSTAINED if declined else Status.ANSWERED,
        question=gold.question,
        collection="default",
        as_of=date(2026, 11, 23),
        answer="I can't answer that from these documents." if declined else text,
        citations=[] if declined else [citation],
        sources=sources,
        dropped=[f"It is free of charge on Sundays. {HOSTILE if at == 3 else ''}"] if at % 6 == 3 else [],
        reason=reason if declined else None,
        confidence=confidence,
        model="SmolLM2-135M-Instruct",
        stats=Stats(retrieval_ms=stats.retrieval_ms) if declined else stats,
    )


def _stats(chance: random.Random) -> Stats:
    steps = {source: chance.randint(1, 9) for source in ("passages", "prompt", "answer", "none")}
    settled = {"passages": 5.6, "prompt": 2.4, "answer": 2.1, "none": 1.0}
    by_source = {source: (n, round(n * settled[source])) for source, n in steps.items()}
    tokens, all_steps = sum(t for _, t in by_source.values()), sum(steps.values())
    first = chance.lognormvariate(6.0, 0.25)
    return Stats(
        prompt_tokens=chance.randint(380, 900),
        tokens=tokens,
        steps=all_steps,
        tokens_per_step=round(tokens / all_steps, 2),
        rows_per_step=7.4,
        steps_by_source=by_source,
        retrieval_ms=chance.lognormvariate(3.2, 0.3),
        ttft_ms=first,
        decode_ms=first + all_steps * chance.lognormvariate(4.2, 0.2),
    )


def _scores(record: Record, chance: random.Random) -> dict[str, float]:
    scores: dict[str, float] = {}
    for level, holds in record.holds.items():
        first = next((rank for rank, keys in enumerate(holds) if keys), 99)
        scores |= {f"retrieval.{level}.recall@{k}": float(first < k) for k in (1, 3, 5, 10)}
        scores |= {f"retrieval.{level}.{metric}@10": 1 / (first + 1) for metric in ("mrr", "ndcg")}
    assert record.answer is not None
    answered = record.answer.status is Status.ANSWERED
    answerable = record.gold.answerable_in_corpus
    scores["answer.right"] = float(record.failure is None)
    scores |= {f"failure.{cause.value.replace(' ', '_')}": float(cause is record.failure) for cause in Failure}
    scores[f"abstain.rate.{'' if answerable else 'un'}answerable"] = float(not answered)
    if answerable:
        scores["answer.answered"] = float(answered)
    if answered:
        scores |= {"answer.copied": chance.uniform(0.6, 1), "number.unsupported": float(chance.random() < 0.05)}
        scores |= {"quote.verbatim": sum(record.verbatim) / len(record.verbatim)}
    if answered and answerable:
        good = record.failure is None
        for name in ("token_f1", "token_recall", "rouge_l"):
            scores[f"answer.{name}"] = chance.uniform(0.7, 1) if good else chance.uniform(0, 0.5)
        scores |= {"citation.precision": float(good), "citation.recall": float(good), "number.match": float(good)}
    if record.answer.stats.steps:
        scores |= {"decode.tokens_per_step": record.answer.stats.tokens_per_step, "decode.rows_per_step": 7.4}
    if record.plain is not None:
        scores |= {"decode.lossless": 1.0}
        scores |= {"decode.speed_up": record.plain.stats.decode_ms / record.answer.stats.decode_ms}
    return scores

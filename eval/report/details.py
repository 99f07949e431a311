"""All that is known of one question: what its row opens to."""

from __future__ import annotations

from collections.abc import Mapping

from app.answering.answer import Answer, Stats, Status
from eval.report import passages
from eval.report.figures import APART, count, duration, group_of, label, unit_of, written
from eval.report.highlight import highlighted, shared_with
from eval.report.markup import Html, el, fragment
from eval.report.outcome import SENTENCES
from eval.report.series import SOURCES
from eval.runs.record import Figure, Record

# Gold answers are often short: "7 calendar days".
SHORTEST_GOLD = 3


def details(row: str, record: Record) -> Html:
    """The inside of a question's row."""
    return el(
        "div",
        _cause(record),
        el("div", _gold(record), _given(row, record), cls="answers"),
        el(
            "div",
            el("div", passages.citations(row, record), passages.expected(record.gold.evidence)),
            el("div", passages.ranking(record)),
            cls="grounds",
        ),
        _scores(record.scores),
        _measured(record),
        cls="body",
    )


def _cause(record: Record) -> Html | None:
    if record.failure is None:
        return None
    error = f" {record.error}" if record.error else None
    return el("p", el("b", record.failure.value), f" – {SENTENCES[record.failure]}", error, cls="cause")


def _gold(record: Record) -> Html:
    gold = record.gold
    facts = [
        gold.short_answer and f"in short: {gold.short_answer}",
        gold.labels and f"counts beside: {' · '.join(gold.labels)}",
        gold.readings and f"can be meant as: {' · '.join(gold.readings)}",
        gold.as_of and f"asked as of {gold.as_of}",
        gold.support_rating is not None and f"support rated {gold.support_rating} of 5",
    ]
    none = "The documents hold no answer; it should be declined." if not gold.answerable_in_corpus else "None is given."
    return el(
        "div",
        el("h4", "Gold answer"),
        el("p", gold.answer, cls="text") if gold.answer else el("p", none, cls="none"),
        *(el("p", fact, cls="note") for fact in facts if fact),
    )


def _given(row: str, record: Record) -> Html | None:
    answer = record.answer
    if answer is None:
        return None
    confidence = None if answer.confidence is None else f"confidence {answer.confidence:.2f}"
    return el(
        "div",
        el("h4", "Given answer"),
        el("p", _with_marks(row, record, answer), cls="text" if answer.status is Status.ANSWERED else "text declined"),
        answer.reason and el("p", "Declined: ", answer.reason, cls="note"),
        confidence and el("p", confidence, cls="note"),
        _dropped(answer),
    )


def _with_marks(row: str, record: Record, answer: Answer) -> Html:
    """The answer with what it shares with the gold one marked, and its citations' numbers."""
    notes = [
        (
            citation.answer_end,
            el("sup", el("a", f"[{at}]", href=f"#{row}-c{at}", aria_label=f"Citation {at}")),
        )
        for at, citation in enumerate(answer.citations, start=1)
    ]
    answered = answer.status is Status.ANSWERED
    shared = shared_with(answer.answer, record.gold.answer, SHORTEST_GOLD) if answered else []
    return highlighted(answer.answer, shared, notes)


def _dropped(answer: Answer) -> Html | None:
    if not answer.dropped:
        return None
    items = [el("li", el("s", sentence)) for sentence in answer.dropped]
    return fragment(el("h4", "Dropped, as no source supports it"), el("ul", *items, cls="dropped"))


def _scores(scores: Mapping[str, float]) -> Html | None:
    """The scores, a line for each group, and for each level of retrieval."""
    lines: dict[str, list[Html]] = {}
    for name, value in scores.items():
        if name.startswith(APART):
            continue
        group = group_of(name).value
        words = label(name)
        if name.startswith("retrieval.") and name.count(".") > 1:
            _, level, metric = name.split(".", 2)
            group, words = f"{group}: {label(level).lower()}", label(metric)
        unit = unit_of(name, Figure(value=value, low=value, high=value, n=1))
        lines.setdefault(group, []).append(fragment(f"{words} ", el("b", written(value, unit))))
    if not lines:
        return None
    rows = [fragment(el("dt", group), el("dd", Html(Html(" · ").join(parts)))) for group, parts in lines.items()]
    return fragment(el("h4", "Scores"), el("dl", *rows, cls="facts"))


def _measured(record: Record) -> Html | None:
    """Tokens, steps and times, and those of plain decoding."""
    rows: list[tuple[str, str]] = []
    times = [
        f"{name} {duration(seconds)}"
        for name, seconds in (("search", record.search_s), ("whole", record.total_s))
        if seconds is not None
    ]
    if record.answer is not None and record.answer.stats.steps:
        times += _written_in(record.answer.stats)
    if times:
        rows.append(("Times", " · ".join(times)))
    if record.answer is not None and record.answer.stats.steps:
        rows.append(("Decoding", _decoding(record.answer.stats)))
    if record.answer is not None and record.plain is not None:
        rows.append(("Plain decoding", _plain(record.answer, record.plain)))
    if record.answer is not None:
        rows.append(
            (
                "Answered by",
                f"{record.answer.model or 'no model'}, as of {record.answer.as_of}, answer {record.answer.id}",
            )
        )
    if not rows:
        return None
    shown = [fragment(el("dt", name), el("dd", words)) for name, words in rows]
    return fragment(el("h4", "Measured"), el("dl", *shown, cls="facts"))


def _written_in(stats: Stats) -> list[str]:
    return [f"first token {duration(stats.ttft_ms / 1000)}", f"written {duration(stats.decode_ms / 1000)}"]


def _decoding(stats: Stats) -> str:
    steps = f"{count(stats.tokens, 'token')} in {count(stats.steps, 'step')}"
    words = [f"{steps}, {stats.tokens_per_step:.2f} a step", f"{stats.rows_per_step:.1f} rows a step"]
    words += [
        f"{SOURCES.get(source, source).lower()}: {count(tokens, 'token')} in {count(steps_there, 'step')}"
        for source, (steps_there, tokens) in stats.steps_by_source.items()
        if steps_there
    ]
    return " · ".join([*words, f"prompt of {count(stats.prompt_tokens, 'token')}"])


def _plain(answer: Answer, plain: Answer) -> str:
    same = (answer.answer, answer.dropped, answer.status) == (plain.answer, plain.dropped, plain.status)
    times = f"{plain.stats.decode_ms / answer.stats.decode_ms:.2f} × as long" if answer.stats.decode_ms else ""
    words = [
        f"written {duration(plain.stats.decode_ms / 1000)}",
        times,
        "the same answer" if same else "another answer",
    ]
    return " · ".join(word for word in words if word)

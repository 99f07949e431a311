"""The plots show what the records hold, and say it to those who do not see them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from accel.trie import Source
from eval.report import quality, render, series
from eval.report.svg import Axis, Plot, rounded_up, steps
from eval.runs.record import Level, Record
from tests.eval.made_runs import empty_run, loaded_run, searched_run
from tests.eval.report.pages import FOLDER, made, numbers, only, page, parsed, titles

RECALL, RELIABILITY, RISK = "Recall by number of passages", "Reliability of the confidence", "Risk by coverage"
ROC = "Answering what can be answered"
TIME, SPEED_UP, SOURCES = "Time by stage", "Speed-up over plain decoding", "Tokens per step by source of the draft"


def test_a_plot_without_data_is_left_out() -> None:
    assert titles(made()) == [RECALL, RELIABILITY, ROC, RISK, TIME, SPEED_UP, SOURCES]
    assert titles(searched_run(FOLDER)) == [RECALL, TIME]
    assert titles(loaded_run(FOLDER)) == [TIME, SOURCES]
    assert titles(empty_run(FOLDER)) == []
    bare = [
        record.model_copy(update={"plain": None, "ranking": [], "relevant": {}, "holds": {}})
        for record in made().records
    ]
    assert titles(replace(made(), records=bare)) == [RELIABILITY, ROC, RISK, TIME, SOURCES]
    unsure = [
        record.model_copy(update={"answer": record.answer and record.answer.model_copy(update={"confidence": None})})
        for record in made().records
    ]
    assert titles(replace(made(), records=unsure)) == [RECALL, TIME, SPEED_UP, SOURCES]


def test_pictures_are_wellformed_and_say_what_they_show() -> None:
    pictures = re.findall(r"<svg.*?</svg>", render(made()), re.DOTALL)
    plots = [etree.fromstring(picture) for picture in pictures if 'role="img"' in picture]
    for picture in pictures:
        etree.fromstring(picture)
    assert len(plots) == 7
    ids = [each for plot in plots for each in plot.xpath("//@id")]
    assert len(set(ids)) == len(ids) == 14
    for plot in plots:
        space = {"s": "http://www.w3.org/2000/svg"}
        named = plot.get("aria-labelledby").split()
        assert plot.xpath("s:title/@id | s:desc/@id", namespaces=space) == named
        assert all(plot.xpath("s:title/text() | s:desc/text()", namespaces=space))
        width, height = map(float, plot.get("viewBox").split()[2:])
        for mark in plot.xpath("//s:circle | //s:text[@x]", namespaces=space):
            assert 0 <= float(mark.get("cx") or mark.get("x")) <= width
            assert 0 <= float(mark.get("cy") or mark.get("y")) <= height
        assert len(plot.xpath("//s:text[contains(@class, 'tick')]", namespaces=space)) >= 4
        assert len(plot.xpath("//s:text[contains(@class, 'title')]", namespaces=space)) >= 1


def test_recall_rises_with_the_passages_looked_at() -> None:
    record = made().records[0]
    first = record.model_copy(
        update={"relevant": {Level.PAGE: {"a": 1, "b": 1}}, "holds": {Level.PAGE: [["a"], [], ["b"]]}}
    )
    second = record.model_copy(update={"relevant": {Level.PAGE: {"a": 1}}, "holds": {Level.PAGE: [[], ["a"], []]}})
    unknown = record.model_copy(update={"relevant": {}, "holds": {}})
    table = numbers(replace(made(), records=[first, second, unknown]), RECALL)
    assert table[:4] == [["k", "page (n=2)"], ["1", "25.0 %"], ["2", "75.0 %"], ["3", "100.0 %"]]
    assert len(table) == 1 + len(record.ranking)


def with_confidence(confidence: float, found: bool) -> Record:
    record = made().records[0]
    assert record.answer is not None
    return record.model_copy(
        update={"found": found, "answer": record.answer.model_copy(update={"confidence": confidence})}
    )


def test_confidence_is_compared_with_what_it_is_about() -> None:
    asked = [(0.95, True), (0.91, False), (0.15, False)]
    run = replace(made(), records=[with_confidence(*each) for each in asked])
    assert numbers(run, RELIABILITY)[1:] == [
        ["10 % – 20 %", "15.0 %", "0.0 %", "1"],
        ["90 % – 100 %", "93.0 %", "50.0 %", "2"],
    ]
    assert numbers(run, RISK)[1:] == [
        ["33 %", "0.0 %", "0.950"],
        ["67 %", "50.0 %", "0.910"],
        ["100 %", "66.7 %", "0.150"],
    ]


def test_times_are_those_of_the_records() -> None:
    seconds = [0.5, 1.0, 4.0]
    run = replace(made(), records=[made().records[0].model_copy(update={"total_s": each}) for each in seconds])
    whole = next(row for row in numbers(run, TIME) if row[0] == "Whole")
    assert whole == ["Whole", "1.00 s", "3.70 s", "4.00 s", "3"]


def test_a_time_of_nothing_does_not_stop_the_plot() -> None:
    record = made().records[0]
    assert record.answer is not None
    stats = record.answer.stats.model_copy(update={"ttft_ms": 0.0, "retrieval_ms": 0.0})
    answer = record.answer.model_copy(update={"stats": stats})
    run = only(made(), answer=answer, search_s=None, total_s=0.0, plain=None)
    assert [row[0] for row in numbers(run, TIME)] == ["stage", "Decoding"]


def test_a_dot_stands_for_each_question_that_was_decoded_both_ways() -> None:
    both = [f"q{at + 1}" for at, record in enumerate(made().records) if record.plain is not None and record.answer]
    assert page().xpath("//circle/@data-row") == both
    record = made().records[0]
    assert record.answer is not None
    slower = record.answer.stats.model_copy(update={"decode_ms": record.answer.stats.decode_ms * 3})
    run = only(made(), plain=record.answer.model_copy(update={"stats": slower}))
    (dot,) = parsed(run).xpath("//circle[@data-row]/title")
    assert dot.text == f"3.00× at 100\u00a0% copied: {record.gold.question}"


def test_steps_are_counted_by_the_source_of_their_draft() -> None:
    runs = [only(made(), at=at).records[0] for at in (0, 1)]
    found = numbers(replace(made(), records=runs), SOURCES)
    for source, row in zip(("passages", "prompt", "answer", "none"), found[1:], strict=True):
        counted = [record.answer.stats.steps_by_source[source] for record in runs if record.answer]
        assert [int(row[1]), int(row[2])] == [sum(each) for each in zip(*counted, strict=True)]
        assert float(row[3]) == pytest.approx(int(row[2]) / int(row[1]), abs=0.006)


def test_every_source_of_a_draft_has_a_name() -> None:
    assert set(series.SOURCES) == {str(source.name).lower() for source in Source} | {"none"}


def test_axes_end_at_round_numbers() -> None:
    assert steps(1.0) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert steps(3) == [0, 1, 2, 3]
    assert [rounded_up(value) for value in (0.9, 1.0, 2.2, 7, 0.031)] == [1.0, 1.0, 2.5, 8, 0.04]


def test_values_are_placed_between_the_ends_of_their_axes() -> None:
    across, up = Axis("x", 0.1, 10, []), Axis("y", 0.01, 100, [], logarithmic=True)
    assert across.at(5.05) == 0.5
    assert [up.at(value) for value in (0.01, 1, 100, 1000)] == pytest.approx([0, 0.5, 1, 1])
    plot = Plot("key", "title", "description", across, up)
    assert plot.place(10, 100)[0] > plot.place(0.1, 0.01)[0]
    assert plot.place(10, 100)[1] < plot.place(0.1, 0.01)[1]


def test_labels_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    plot = Plot("key", "title", "description", Axis("x", 0, 1, []), Axis("y", 0, 1, []), margin=90)
    plot.end_labels([(0.5, "a", ""), (0.51, "b", ""), (0.0, "c", ""), (0.01, "d", "")])
    heights = [float(y) for y in re.findall(r'y="([\d.]+)" class="label', plot.picture())]
    assert all(below - above >= 12.9 for above, below in zip(heights, heights[1:], strict=False))


def test_the_roc_curve_says_what_is_answered_of_both_kinds() -> None:
    run = made()
    answered = [record for record in run.records if record.answer is not None]
    confidences = [0.9, 0.8, 0.8, 0.3]
    kinds = [True, True, False, False]
    records = []
    for record, confidence, kind in zip(answered, confidences, kinds, strict=False):
        assert record.answer is not None
        records.append(
            record.model_copy(
                update={
                    "answer": record.answer.model_copy(update={"confidence": confidence}),
                    "gold": record.gold.model_copy(update={"answerable_in_corpus": kind}),
                }
            )
        )
    assert series.tried(*series.asked(records)) == [(0.0, 0.5, 0.9), (0.5, 1.0, 0.8), (1.0, 1.0, 0.3)]
    assert series.asked(records[:2]) == ([], [])
    chart = quality.answering(records)
    assert chart is not None
    assert "Area under it 0.875" in chart.caption

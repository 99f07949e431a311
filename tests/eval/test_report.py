"""The report shows what a run holds, and nothing in a run can become markup."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from rich.console import Console

from eval.report import quality, render, series, write_report
from eval.report.figures import Group, duration, group_of, grouped, label, shown
from eval.report.highlight import highlighted, merged, shared_with
from eval.report.markup import Html, el, fragment, text
from eval.report.outcome import verdict
from eval.report.svg import Axis, Plot, rounded_up, steps
from eval.report.terminal import print_summary
from eval.runs.folder import Run
from eval.runs.record import Failure, Figure, Level, Record
from tests.conftest import ROOT
from tests.eval.made_runs import HOSTILE, empty_run, figure, hostile_run, loaded_run, made_run, searched_run

FOLDER = Path("runs")


@cache
def made() -> Run:
    return made_run(FOLDER / "made")


@cache
def page() -> html.HtmlElement:
    return parsed(made())


def parsed(run: Run) -> html.HtmlElement:
    return html.document_fromstring(render(run))


def only(run: Run, *, at: int = 0, **changes: object) -> Run:
    """The run with one of its records, changed."""
    return replace(run, records=[run.records[at].model_copy(update=changes)])


def row_of(run: Run, failure: Failure) -> html.HtmlElement:
    """The row of the first question that failed so."""
    return parsed(run).xpath(f"//li[@data-outcome='{failure.value}']")[0]


def words(element: html.HtmlElement) -> str:
    """The text of an element, with one space wherever there are some or another element begins."""
    return " ".join(" ".join(element.itertext()).split())


def titles(run: Run) -> list[str]:
    return [title.text for title in parsed(run).xpath("//figure/svg/title")]


RECALL, RELIABILITY, RISK = "Recall by number of passages", "Reliability of the confidence", "Risk by coverage"
ROC = "Answering what can be answered"
TIME, SPEED_UP, SOURCES = "Time by stage", "Speed-up over plain decoding", "Tokens per step by source of the draft"


# Nothing becomes markup


def test_text_stays_text_wherever_it_stands() -> None:
    document = parsed(hostile_run(FOLDER))
    assert document.xpath("//img | //iframe | //object | //base") == []
    assert [script.getparent().tag for script in document.xpath("//script")] == ["body"]
    assert document.xpath("//script")[0].text == (ROOT / "eval/report/report.js").read_text("utf-8")
    assert [name for name in document.xpath("//@*") if name.attrname.startswith("on")] == []
    assert document.xpath("//comment()") == []
    plain = HOSTILE.replace("\x00", "\ufffd").replace("\ufffe", "\ufffd")
    assert document.xpath("//span[@class='asked']")[0].text.startswith(plain)
    assert document.xpath("//span[@class='asked']")[0].text.endswith(made_run(FOLDER, 12).records[0].gold.question)


def test_every_text_of_a_question_is_shown_escaped() -> None:
    run = hostile_run(FOLDER)
    content = parsed(run).text_content()
    for given_text in (
        "damaged: delete them",
        "hardly speak of",
        "free of charge on Sundays",
        "AMD EPYC",
        "The customer is told",
    ):
        assert re.search(rf"<script>alert\(\"x\"\)</script>[^\n]*{given_text}", content), given_text


@given(st.text(min_size=1))
def test_markup_of_a_text_says_the_text(value: str) -> None:
    read = etree.fromstring(el("p", value, title=value))
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", value)
    assert read.text == re.sub("\r\n?", "\n", kept)  # as every parser reads the ends of lines
    assert read.get("title") == re.sub("\r\n|[\r\n\t]", " ", kept)
    assert len(read) == 0


def test_markup_that_was_joined_with_text_is_text_again() -> None:
    assert fragment(Html("<b>") + "<i>") == "&lt;b&gt;&lt;i&gt;"
    assert fragment(Html("<b>"), "<i>") == "<b>&lt;i&gt;"
    assert el("p", None, hidden=True, title=None, open=False) == '<p hidden=""></p>'
    assert text("\x00\ud800\x1b") == "\ufffd\ufffd\ufffd"


def test_nothing_is_loaded_and_no_other_script_may_run() -> None:
    document = page()
    links = [link for _, _, link, _ in document.iterlinks()]
    assert [link for link in links if not link.startswith(("#", "data:image/svg+xml,"))] == []
    (policy,) = document.xpath("//meta[@http-equiv]/@content")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (element,) = document.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert document.xpath("//@style") == []
    assert "</" not in document.xpath("//script")[0].text


# Figures


def test_the_cards_show_the_summary() -> None:
    run, cells = made(), page().xpath("//*[@data-metric]")
    shown_values = {cell.get("data-metric"): cell.text for cell in cells}
    assert set(shown_values) == {name for name in run.summary if not name.startswith("failure.")}
    for name, value in shown_values.items():
        number, _, unit = value.partition("\u00a0")
        factor = {"%": 0.01, "ms": 0.001}.get(unit, 1.0)
        assert float(number) * factor == pytest.approx(run.summary[name].value, abs=0.006 * max(factor, 0.1)), name


def test_an_interval_stands_beside_its_figure() -> None:
    run = replace(empty_run(FOLDER), summary={"answer.right": Figure(value=0.5, low=0.404, high=0.6, n=1234)})
    (card,) = parsed(run).xpath("//article")
    assert words(card) == "Answers Right in all respects 50.0 % 40.4 – 60.0 % over 1,234 questions"
    _, interval, value = card.xpath(".//path/@d")
    assert (interval, value) == ("M40.4 4H60.0", "M50.0 0V8")


def test_no_card_is_empty() -> None:
    for run in (made(), searched_run(FOLDER), loaded_run(FOLDER), empty_run(FOLDER)):
        for card in parsed(run).xpath("//article"):
            assert card.xpath(".//*[@data-metric]")
    assert parsed(empty_run(FOLDER)).xpath("//section/@id") == ["configuration"]
    assert [words(h3) for h3 in parsed(searched_run(FOLDER)).xpath("//article/h3")] == ["Retrieval"]
    unmeasured = replace(made(), summary={"load.errors": figure([0.0, 1.0])})
    assert [words(h3) for h3 in parsed(unmeasured).xpath("//article/h3")] == ["Speed"]


def test_gold_sets_and_tags_have_figures_of_their_own() -> None:
    (table,) = page().xpath("//table[@class='groups']")
    rows = {words(row.xpath("th")[0]): [words(cell) for cell in row.xpath("td/b")] for row in table.xpath("tbody/tr")}
    assert list(rows) == ["gold set bank-faq", "gold set sample", "tag staff", "tag table", "tag version"]
    assert rows["tag table"][1] == f"{made().groups['tag:table']['answer.right'].value * 100:.1f} %"


def test_a_share_with_two_names_is_shown_once() -> None:
    twins = {name: figure([0.0, 1.0]) for name in ("abstain.recall", "abstain.rate.unanswerable")}
    assert [each.name for each in grouped(twins)[Group.ABSTENTION]] == ["abstain.rate.unanswerable"]
    assert [each.name for each in grouped({"abstain.recall": figure([1.0])})[Group.ABSTENTION]] == ["abstain.recall"]


def test_under_load_the_rates_are_compared() -> None:
    document = parsed(loaded_run(FOLDER))
    (block,) = document.xpath("//details[summary='By gold set and tag']")
    assert block.get("open") is not None
    assert [words(cell) for cell in block.xpath(".//thead//th")] == [
        "Group",
        "Whole answer, median ↓",
        "Whole answer, 95th percentile ↓",
        "Without an answer, for an error ↓",
    ]
    assert "gold set sample at 4/s" in words(block)
    assert page().xpath("//details[summary='By gold set and tag']/@open") == []


def test_a_metric_that_is_new_finds_a_card_and_a_label() -> None:
    new = {
        "citation.f1": 0.5,
        "latency.gate.p50_s": 0.004,
        "sparkle": 0.5,
        "retrieval.page1.hits@3": 0.25,
        "x.y_per_s": 3.0,
    }
    groups = grouped({name: Figure(value=value, low=0, high=value, n=1) for name, value in new.items()})
    found = {
        (each.label, each.value.replace("\u00a0", " ")): group for group, each_of in groups.items() for each in each_of
    }
    assert found == {
        ("Page ±1 hits at 3", "25.0 %"): Group.RETRIEVAL,
        ("Sparkle", "50.0 %"): Group.ANSWERS,
        ("F1", "50.0 %"): Group.QUOTES,
        ("Gate median", "4.0 ms"): Group.SPEED,
        ("X y per second", "3.00"): Group.SPEED,
    }


def test_the_metrics_that_are_measured_have_a_group_and_sort_by_depth() -> None:
    assert group_of("number.unsupported") is Group.QUOTES
    names = [f"retrieval.page.recall@{k}" for k in (10, 1, 5)]
    made_figures = {name: Figure(value=0.5, low=0, high=1, n=1) for name in names}
    assert [each.name for each in grouped(made_figures)[Group.RETRIEVAL]] == [names[1], names[2], names[0]]
    assert [shown(name, figure([0.2, 0.4])).lower for name in ("latency.p50_s", "abstain.aurc", "answer.right")] == [
        True,
        True,
        False,
    ]
    assert label("retrieval.section.ndcg@10") == "Section nDCG at 10"


def test_times_are_written_in_the_unit_that_is_read_best() -> None:
    times = [0, 0.0042, 0.0999, 0.9996, 9.999, 119.9, 150]
    written = [duration(seconds).replace("\u00a0", " ") for seconds in times]
    assert written == ["0 ms", "4.2 ms", "100 ms", "1.00 s", "10.0 s", "119.9 s", "2.5 min"]


# Header


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            made_run(FOLDER),
            "60 questions: 52 answered, 7 declined. Of the answers 39 are right and 13 failed. 6 were declined "
            "rightly, 1 wrongly. 1 question ended with an error.",
        ),
        (
            searched_run(FOLDER),
            "12 questions searched for, and not answered. Evidence was found for 8, and missed for 1; for 3 no place "
            "is known.",
        ),
        (empty_run(FOLDER), "No question was asked."),
    ],
    ids=["answers", "retrieval", "empty"],
)
def test_the_verdict_says_in_words_what_happened(run: Run, said: str) -> None:
    assert verdict(run) == said
    assert words(parsed(run).xpath("//p[@class='verdict']")[0]) == said


def test_the_verdict_agrees_with_the_records() -> None:
    answered = [r for r in made().records if r.answer and r.error is None and r.answer.status == "answered"]
    right = sum(record.failure is None for record in answered)
    assert f"{len(answered)} answered" in verdict(made())
    assert f"{right} are right and {len(answered) - right} failed" in verdict(made())


def test_under_load_the_verdict_is_about_time() -> None:
    said = verdict(loaded_run(FOLDER)).replace("\u00a0", " ")
    assert re.fullmatch(
        r"12 questions: 10 answered, 1 declined\. Of the answers 10 are right and 0 failed\. "
        r"1 was declined rightly, 0 wrongly\. Half were done within [\d.]+ s, 95 % within [\d.]+ s\. "
        r"1 question ended with an error\.",
        said,
    )


def test_the_bar_of_outcomes_is_whole() -> None:
    for run in (made(), searched_run(FOLDER), loaded_run(FOLDER)):
        widths = [float(width) for width in parsed(run).xpath("//svg[@class='outcomes']/rect/@width")]
        counts = [int(each.text) for each in parsed(run).xpath("//ul[@class='key']//b")]
        assert sum(widths) == pytest.approx(100, abs=0.01)
        assert sum(counts) == len(run.records)


def test_the_header_says_what_was_run() -> None:
    header = words(page().xpath("//header")[0])
    for said in ("made", "answers", "23 November 2026, 20:13 UTC", "sample (100 questions)", "AMD EPYC 7B13, 2 cores"):
        assert said in header
    assert "26 documents, 31 versions, 412 passages · 5f3c09d25f3c" in header
    assert "generator: SmolLM2-135M-Instruct" in header
    assert "Options collection default, plain 20" in header
    loaded = words(parsed(loaded_run(FOLDER)).xpath("//header")[0])
    assert "rates 1, 4" in loaded
    assert "Corpus" not in loaded
    assert "torch 2.13.0" in header


# Plots


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


def numbers(run: Run, title: str) -> list[list[str]]:
    (figure_element,) = (f for f in parsed(run).xpath("//figure") if words(f.xpath(".//h3")[0]) == title)
    return [[words(cell) for cell in row] for row in figure_element.xpath(".//tr")]


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
    heights = [float(y) for y in re.findall(r'y="([\d.]+)" class="label', plot.html())]
    assert all(below - above >= 12.9 for above, below in zip(heights, heights[1:], strict=False))


# Failures and questions


def test_failures_are_counted_by_cause() -> None:
    causes = page().xpath("//ul[@class='causes']/li")
    counts = {cause.xpath(".//@data-cause")[0]: int(words(cause).split()[-3]) for cause in causes}
    assert counts == {f.value: sum(r.failure is f for r in made().records) for f in Failure}
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert all(cause.xpath("a/@href") == ["#questions"] for cause in causes)
    assert words(causes[0]).startswith("not retrieved No evidence was among the passages")


def test_every_question_has_a_row_and_everything_is_there_without_a_script() -> None:
    rows = page().xpath("//ol[@id='list']/li")
    assert [row.xpath(".//span[@class='asked']")[0].text[:30] for row in rows] == [
        record.gold.question[:30] for record in made().records
    ]
    assert page().xpath("//ol[@id='list']//*[@hidden]") == []
    assert page().xpath("//form/@hidden") == [""]
    content = page().text_content()
    assert all(record.answer.answer in content for record in made().records if record.answer)


def test_a_row_says_how_its_question_ended() -> None:
    rows = page().xpath("//ol[@id='list']/li")
    for record, row in zip(made().records, rows, strict=True):
        badge = words(row.xpath(".//span[@class='c-outcome']")[0])
        declined = record.answer is not None and record.answer.status == "abstained"
        assert badge == (record.failure or ("declined rightly" if declined else "right"))
        assert ("data-failed" in row.attrib) == (record.failure is not None)
    unjudged = [record.model_copy(update={"scores": {}, "failure": None}) for record in made().records]
    assert parsed(replace(made(), records=unjudged)).xpath("//li[@data-outcome] | //select[@id='outcome']") == []


def test_a_row_shows_its_score_and_time() -> None:
    record = made().records[0]
    (row,) = parsed(only(made(), total_s=1.25, scores={"answer.token_f1": 0.875})).xpath("//ol[@id='list']/li")
    assert words(row.xpath("details/summary/span[@class='c-score']")[0]) == "87.5 %"
    assert words(row.xpath("details/summary/span[@class='c-time']")[0]) == "1.25 s"
    assert (row.get("data-score"), row.get("data-time")) == ("0.8750", "1.2500")
    assert row.get("data-tags") == ("\n".join(record.gold.tags) or None)


def test_what_the_answer_shares_with_the_gold_one_is_marked() -> None:
    row = row_of(made(), Failure.WRONG_NUMBER)
    marks = [mark.text for mark in row.xpath(".//p[@class='text']/mark")]
    assert marks == ["Phone recordings are kept for", "months, and for 5 years where they concern an investment"]
    (link,) = row.xpath(".//p[@class='text']/sup/a")
    (citation,) = row.xpath(".//ol[@class='citations']/li/@id")
    assert link.get("href") == f"#{citation}"


def test_each_sentence_is_followed_by_the_number_of_its_citation() -> None:
    record = made().records[0]
    assert record.answer is not None
    first, second = "It costs EUR 5.", "Nothing else is charged."
    (citation,) = record.answer.citations
    cited = [
        citation.model_copy(update={"answer_start": 0, "answer_end": 15}),
        citation.model_copy(update={"answer_start": 16, "answer_end": 40}),
    ]
    answer = record.answer.model_copy(update={"answer": f"{first} {second}", "citations": cited})
    (given_answer,) = parsed(only(made(), answer=answer)).xpath("//p[@class='text'][sup]")
    assert given_answer.text_content() == f"{first}[1] {second}[2]"


def test_a_quote_that_is_not_the_pages_text_is_marked_so() -> None:
    bad, good = row_of(made(), Failure.WRONG_SPAN), row_of(made(), Failure.INCOMPLETE)
    assert [words(tag) for tag in bad.xpath(".//ol[@class='citations']//span[contains(@class, 'tag')]")] == [
        "not verbatim"
    ]
    assert [words(tag) for tag in good.xpath(".//ol[@class='citations']//span[contains(@class, 'tag')]")] == [
        "verbatim"
    ]


def test_passages_stand_in_rank_order_and_those_with_evidence_are_open() -> None:
    row = row_of(made(), Failure.WRONG_NUMBER)
    record = next(record for record in made().records if record.failure is Failure.WRONG_NUMBER)
    passages = row.xpath(".//ol[@class='ranking']/li")
    shown_texts = [passage.xpath(".//blockquote")[0].text_content() for passage in passages]
    assert shown_texts == [re.sub("[\x00\ufffe]", "\ufffd", passage.text) for passage in record.ranking]
    holds = [any(levels[rank] for levels in record.holds.values()) for rank in range(len(record.ranking))]
    assert [bool(p.xpath("details/@open")) for p in passages] == holds
    assert ["evidence" in words(p.xpath("details/summary")[0]) for p in passages] == holds
    assert ["not a source" in words(p) for p in passages] == [rank >= 4 for rank in range(len(record.ranking))]
    exact = next(p for p in passages if "section, page, passage" in words(p))
    assert "Phone recordings are kept for" in [mark.text for mark in exact.xpath(".//mark")]


def test_what_was_declined_says_why_and_shows_the_gold_answer_in_the_passages() -> None:
    row = row_of(made(), Failure.WRONGLY_ABSTAINED)
    assert "Declined: The passages that were found hardly speak of what was asked." in words(row)
    assert "Runs of words that stand in the gold answer are marked." in words(row)
    assert row.xpath(".//ol[@class='ranking']//mark")
    assert row.xpath(".//p[@class='text declined']/mark") == []


def test_the_rest_of_a_question_is_shown_too() -> None:
    at, record = next((at, r) for at, r in enumerate(made().records) if r.answer and r.answer.dropped and r.plain)
    assert record.answer is not None
    row = words(page().xpath("//ol[@id='list']/li")[at])
    assert "It is free of charge on Sundays." in row
    assert f"confidence {record.answer.confidence:.2f}" in row
    assert f"{record.answer.stats.tokens} tokens in {record.answer.stats.steps} steps" in row
    assert "the same answer" in row
    assert f"in short: {record.gold.short_answer}" in row
    assert f"Words in common (F1) {record.scores['answer.token_f1'] * 100:.1f} %" in row
    assert f"Evidence {record.gold.evidence[0].doc} › {record.gold.evidence[0].section}, page" in row


def test_an_error_is_shown_with_its_sentence() -> None:
    row = row_of(made(), Failure.ERROR)
    assert "The question could not be answered at all. The model’s files are damaged" in words(row)
    assert words(row.xpath("details/summary/span[@class='c-time']")[0]) == "–"


def test_filters_offer_what_occurs() -> None:
    def options(run: Run, key: str) -> list[str]:
        return [str(value) for value in parsed(run).xpath(f"//select[@id='{key}']/option/@value") if value]

    assert options(made(), "status") == ["answered", "error", "declined"]
    assert options(made(), "set") == ["bank-faq", "sample"]
    assert options(made(), "tag") == ["staff", "table", "version"]
    assert options(made(), "outcome")[:4] == ["right", "declined rightly", "any failure", "not retrieved"]
    assert options(searched_run(FOLDER), "status") == []
    assert options(loaded_run(FOLDER), "outcome") == ["right", "declined rightly", "any failure", "error"]


# Highlights


@given(st.text(alphabet="ab <&", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_marking_changes_no_text(value: str, spans: list[tuple[int, int]]) -> None:
    inside = merged((min(span), min(max(span), len(value))) for span in spans if min(span) <= len(value))
    notes = [(end, el("sup", "1")) for _, end in inside]
    read = etree.fromstring(el("p", highlighted(value, inside, notes)))
    marked = "".join(mark.text for mark in read.findall("mark"))
    assert marked == "".join(value[start:end] for start, end in inside)
    assert len(read.findall("sup")) == len(notes)
    for note in read.findall("sup"):
        note.text = None
    assert "".join(read.itertext()) == value


def test_a_note_within_a_mark_stands_at_its_character() -> None:
    assert highlighted("abcd", [(0, 4)], [(2, Html("<i/>"))]) == "<mark>ab</mark><i/><mark>cd</mark>"
    assert highlighted("ab", [], [(9, Html("<i/>"))]) == "ab<i/>"


def test_short_texts_are_found_whole() -> None:
    assert shared_with("It takes 7 calendar days.", "7 calendar days") == [(9, 24)]
    assert shared_with("It takes 7 calendar days.", "8 calendar days", 3) == []
    assert shared_with("", "7") == shared_with("7", "") == []


# The file


def test_the_same_run_gives_the_same_file(tmp_path: Path) -> None:
    write_report(made(), tmp_path / "report.html")
    code = (
        "import sys; from pathlib import Path; from eval.report import write_report; from tests.eval.made_runs import "
        "made_run; write_report(made_run(Path('runs/made')), Path(sys.argv[1]))"
    )
    again = tmp_path / "again.html"
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    subprocess.run([sys.executable, "-c", code, again], cwd=ROOT, env=environment, check=True, timeout=120)
    assert (tmp_path / "report.html").read_bytes() == again.read_bytes()


def test_hundreds_of_questions_make_a_file_that_can_be_sent() -> None:
    run = made_run(FOLDER, 519, passages=10, length=1000)
    assert sum(len(record.ranking) for record in run.records) > 5_000
    assert len(render(run).encode()) < 12_000_000


# The terminal


def printed(run: Run, width: int = 200, *, terminal: bool = False) -> str:
    output = io.StringIO()
    print_summary(run, Console(file=output, width=width, force_terminal=terminal))
    return output.getvalue()


def test_the_terminal_shows_figures_failures_and_stages() -> None:
    shown_text = printed(made())
    right = made().summary["answer.right"]
    interval = f"{right.low * 100:.1f} – {right.high * 100:.1f} %"
    assert re.search(rf"Right in all respects +{right.value * 100:.1f} % +{interval} +60\n", shown_text)
    assert re.search(r"not retrieved +3 +5\.0 % +█{30} *\n", shown_text)
    found = made().summary["retrieval.section.recall@5"]
    assert f"{found.value * 100:.0f} ({found.low * 100:.0f}–{found.high * 100:.0f})" in shown_text
    stages = re.findall(r"^(Whole|Decoding|First token|Search) ", shown_text, re.MULTILINE)
    assert stages == ["Whole", "Decoding", "First token", "Search"]


def test_the_terminals_summary_fits_and_is_plain_when_piped() -> None:
    certain = {name: Figure(value=1, low=1, high=1, n=98765) for name in made().summary}
    for run in (made(), replace(made(), summary=certain)):
        lines = printed(run).splitlines()
        assert max(len(line.rstrip()) for line in lines) <= 100
        assert not any("…" in line for line in lines)
        assert sum(line.startswith(("document ", "section ", "passage ")) for line in lines) == 3
    assert "\x1b" not in printed(made())
    assert "\u00a0" not in printed(made())
    assert "\x1b[" in printed(made(), terminal=True)


def test_the_terminal_leaves_out_what_a_run_does_not_have() -> None:
    assert printed(empty_run(FOLDER)).splitlines()[1:] == ["No question was asked."]
    searched = printed(searched_run(FOLDER))
    assert "Figure" not in searched
    assert "recall at 5" in searched.lower()
    assert "Percent" not in printed(loaded_run(FOLDER))
    right = [record.model_copy(update={"failure": None}) for record in made().records]
    assert "Failure" not in printed(replace(made(), records=right))
    assert "Stage" not in printed(
        replace(
            made(), records=[made().records[0].model_copy(update={"answer": None, "total_s": None, "search_s": None})]
        )
    )


def test_brackets_in_names_are_shown_by_the_terminal() -> None:
    run = replace(empty_run(FOLDER / "[bold]run"), summary={"answer.[red]x": Figure(value=1, low=1, high=1, n=1)})
    assert "[bold]run" in printed(run)
    assert "[red]x" in printed(run)


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

"""The figures stand on cards, with their labels, units and intervals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.report.figures import duration, grouped
from eval.runs.record import Figure
from eval.scoring.registry import Group, metric_of
from tests.eval.made_runs import empty_run, figure, loaded_run, searched_run
from tests.eval.report.pages import FOLDER, made, page, parsed, words


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
    assert [each.metric.name for each in grouped(twins)[Group.ABSTENTION]] == ["abstain.rate.unanswerable"]
    (alone,) = grouped({"abstain.recall": figure([1.0])})[Group.ABSTENTION]
    assert alone.metric.name == "abstain.recall"


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


def test_a_metric_that_is_not_listed_is_shown_by_its_name_and_takes_after_its_family() -> None:
    new = {
        "citation.f1": 0.5,
        "latency.gate.p50_s": 0.004,
        "sparkle": 0.5,
        "retrieval.page1.hits@3": 0.25,
    }
    groups = grouped({name: Figure(value=value, low=0, high=value, n=1) for name, value in new.items()})
    found = {
        (each.metric.label, each.value.replace("\u00a0", " ")): group for group, of in groups.items() for each in of
    }
    assert found == {
        ("retrieval.page1.hits@3", "25.0 %"): Group.RETRIEVAL,
        ("sparkle", "0.50"): Group.ANSWERS,
        ("citation.f1", "50.0 %"): Group.QUOTES,
        ("latency.gate.p50_s", "4.0 ms"): Group.SPEED,
    }


def test_metrics_are_shown_in_the_order_in_which_they_are_listed() -> None:
    names = ["retrieval.page.recall@10", "retrieval.page.recall@1", "retrieval.page.recall@5", "retrieval.new"]
    figures = {name: Figure(value=0.5, low=0, high=1, n=1) for name in names}
    assert [each.metric.name for each in grouped(figures)[Group.RETRIEVAL]] == [names[1], names[2], names[0], names[3]]
    assert metric_of("retrieval.section.ndcg@10").label == "Section nDCG at 10"
    assert metric_of("retrieval.page1.recall@5").label == "Page ±1 recall at 5"


def test_times_are_written_in_the_unit_that_is_read_best() -> None:
    times = [0, 0.0042, 0.0999, 0.9996, 9.999, 119.9, 150]
    written = [duration(seconds).replace("\u00a0", " ") for seconds in times]
    assert written == ["0 ms", "4.2 ms", "100 ms", "1.00 s", "10.0 s", "119.9 s", "2.5 min"]

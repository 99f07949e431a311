"""The report in a real browser, opened as the file that it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.report import write_report
from eval.report.outcome import failures
from eval.runs.folder import Run, read_run
from eval.runs.record import Failure
from tests.conftest import ROOT
from tests.eval.made_runs import hostile_run, made_run


@pytest.fixture(scope="module")
def report_run() -> Run:
    """The run whose report is opened: a made one, or the one in the folder that TESTS_REPORT_RUN names."""
    folder = os.environ.get("TESTS_REPORT_RUN")
    return read_run(ROOT / folder) if folder else made_run(Path("runs/2026-11-23-made"))


@pytest.fixture(scope="module")
def report(report_run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the report's file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(report_run, path)
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, report: str) -> Iterator[Page]:
    """The report, opened afresh; at the end, nothing but its file was asked for and nothing went wrong."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.goto(report)
    yield page
    page.close()
    assert {url.partition("#")[0] for url in requests if not url.startswith("data:")} == {report}
    assert problems == []


def causes(run: Run) -> list[tuple[Failure, int]]:
    found = failures(run.records)
    assert found, "the run that is shown needs a failure"
    return found


def visible(page: Page) -> int:
    return page.locator("#list > li:visible").count()


def test_the_report_is_quiet_and_complete(page: Page, report_run: Run) -> None:
    expect(page).to_have_title(f"{report_run.name} – Citewell evaluation")
    expect(page.locator("#shown")).to_have_text(f"{len(report_run.records)} of {len(report_run.records)} questions")
    assert visible(page) == len(report_run.records)
    assert page.locator("figure svg[role=img]").count() >= 2
    assert page.locator("figure svg[role=img]").first.bounding_box() is not None
    if folder := os.environ.get("TESTS_SCREENSHOTS"):
        page.set_viewport_size({"width": 1280, "height": 1900})
        page.screenshot(path=ROOT / Path(folder) / "report.png")


def test_words_filter_the_questions(page: Page, report_run: Run) -> None:
    gold = report_run.records[-1].gold
    page.get_by_label("Search", exact=True).fill(f"{gold.id} {gold.question.split()[0].lower()}")
    expect(page.locator("#shown")).to_have_text(f"1 of {len(report_run.records)} questions")
    expect(page.locator("#list > li:visible .asked")).to_have_text(gold.question)
    page.get_by_label("Search", exact=True).fill("no question has these words")
    expect(page.locator("#nothing")).to_be_visible()
    assert visible(page) == 0
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#nothing")).to_be_hidden()
    assert visible(page) == len(report_run.records)


def test_an_answers_words_are_searched_too(page: Page, report_run: Run) -> None:
    answer = next(r.answer.answer for r in report_run.records if r.answer and r.failure is None and r.answer.citations)
    page.get_by_label("Search", exact=True).fill(answer)
    expect(page.locator("#shown")).not_to_have_text(re.compile("^0 of"))
    expect(page.locator("#list > li:visible .text").first).to_be_attached()
    assert 0 < visible(page) < len(report_run.records)


def test_a_cause_of_failure_shows_its_questions(page: Page, report_run: Run) -> None:
    page.get_by_label("Search", exact=True).fill("no question has these words")
    for cause, number in causes(report_run):
        page.locator(f"[data-cause='{cause}']").click()
        expect(page.locator("#shown")).to_have_text(f"{number} of {len(report_run.records)} questions")
        assert visible(page) == number
        tags = page.locator("#list > li:visible > details > summary .c-outcome").all_inner_texts()
        assert set(tags) == {cause.value}
    assert page.evaluate("location.hash") == "#questions"
    page.get_by_label("Outcome", exact=True).select_option("any failure")
    assert visible(page) == sum(number for _, number in causes(report_run))


def test_filters_work_together(page: Page, report_run: Run) -> None:
    asked = [record for record in report_run.records if record.gold.tags and record.answer]
    tag = asked[0].gold.tags[0]
    page.get_by_label("Tag", exact=True).select_option(tag)
    assert visible(page) == sum(tag in record.gold.tags for record in report_run.records)
    page.get_by_label("Status", exact=True).select_option("answered")
    answered = sum(tag in record.gold.tags and record.answer.status == "answered" for record in asked if record.answer)
    assert visible(page) == answered
    if len({record.gold_set for record in report_run.records}) == 1:
        return
    name = asked[0].gold_set
    page.get_by_label("Gold set", exact=True).select_option(name)
    in_set = [record for record in asked if record.gold_set == name and tag in record.gold.tags and record.answer]
    assert visible(page) == sum(record.answer.status == "answered" for record in in_set if record.answer)


def test_a_row_opens_with_the_keyboard(page: Page, report_run: Run) -> None:
    cause, _ = causes(report_run)[0]
    page.locator(f"[data-cause='{cause}']").click()
    row = page.locator("#list > li:visible").first
    page.get_by_role("button", name="Clear").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in ("BUTTON", "SUMMARY")
        if row.locator("> details > summary").evaluate("summary => summary === document.activeElement"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    expect(row.locator(".body")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(row.locator(".body")).to_be_visible()
    expect(row.locator(".body")).to_contain_text("Gold answer")
    if folder := os.environ.get("TESTS_SCREENSHOTS"):
        page.mouse.move(0, 0)
        row.scroll_into_view_if_needed()
        page.evaluate("document.activeElement.blur(), document.querySelector('#questions').scrollIntoView()")
        page.screenshot(path=ROOT / Path(folder) / "report-question.png")
    page.evaluate("document.querySelector('#list > li:not([hidden]) summary').focus()")
    page.keyboard.press("Space")
    expect(row.locator(".body")).to_be_hidden()


def test_headers_sort(page: Page) -> None:
    def times() -> list[float]:
        return page.eval_on_selector_all("#list > li[data-time]", "rows => rows.map(row => Number(row.dataset.time))")

    before = times()
    button = page.locator(".columns").get_by_role("button", name="Time")
    button.click()
    assert times() == sorted(before, reverse=True)
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert times() == sorted(before)
    page.locator(".columns").get_by_role("button", name="Question").click()
    assert times() == before


def test_a_question_is_opened_by_its_address(page: Page, report: str) -> None:
    page.get_by_label("Search", exact=True).fill("no question has these words")
    page.goto(f"{report}#q2")
    expect(page.locator("#q2 > .body")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{report}#q3")
    expect(page.locator("#q3 > .body")).to_be_visible()


def test_a_dot_opens_its_question(page: Page, report_run: Run) -> None:
    dot = page.locator("circle[data-row]").last
    if not any(record.plain for record in report_run.records):
        expect(dot).to_have_count(0)
        return
    row = dot.get_attribute("data-row")
    dot.dispatch_event("click")
    expect(page.locator(f"#{row} > .body")).to_be_visible()
    assert page.evaluate("location.hash") == f"#{row}"


def test_what_would_be_markup_is_shown_as_text(browser: Browser, tmp_path: Path) -> None:
    run = hostile_run(tmp_path)
    write_report(run, tmp_path / "report.html")
    page = browser.new_page()
    problems: list[str] = []
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("console", lambda message: problems.append(message.text))
    page.goto((tmp_path / "report.html").as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    expect(page.locator("#q1 .asked")).to_contain_text(
        '<script>alert("x")</script></script><img src=x onerror=alert(1)>'
    )
    page.get_by_label("Tag", exact=True).select_option(index=1)
    assert 0 < visible(page) < len(run.records)
    assert page.locator("img, main script").count() == 0
    assert problems == []
    page.close()


def test_without_a_script_every_question_is_there(browser: Browser, report: str, report_run: Run) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(report)
    assert visible(page) == len(report_run.records)
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("#q1 > summary").click()
    expect(page.locator("#q1 > .body")).to_be_visible()
    page.context.close()


def test_it_prints_on_white_without_its_controls(page: Page, report_run: Run) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator("figure").first).to_be_visible()
    widths = page.eval_on_selector_all(".card.wide, main", "all => all.map(one => one.getBoundingClientRect().width)")
    assert min(widths) > 0.95 * max(widths)
    assert visible(page) == len(report_run.records)
    assert luminance(page, ".card", "backgroundColor") > 0.95
    assert luminance(page, ".card", "color") < 0.2
    expect(page.locator(".numbers").first).to_be_hidden()
    assert page.locator("#q1 > .body").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.locator("#list > li > details[id]").first.evaluate("row => row.open = true")
    dark = scheme == "dark"
    assert (luminance(page, "html", "backgroundColor") < 0.1) is dark
    for selector, behind in ((".card", ".card"), (".note", "html"), (".ci", ".card"), (".tag.bad", ".card")):
        assert contrast(page, (selector, "color"), (behind, "backgroundColor")) >= 4.5, selector
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<svg><g></g></svg>')")
    for color in ("c1", "c2", "c3", "c4", "c5"):
        page.locator("main > svg > g").evaluate("(group, color) => group.setAttribute('class', `line ${color}`)", color)
        assert contrast(page, ("main > svg > g", "stroke"), ("figure", "backgroundColor")) >= 3, color
    assert contrast(page, (".tick", "fill"), ("figure", "backgroundColor")) >= 4.5
    assert contrast(page, (".text", "color"), ("mark", "backgroundColor")) >= 4.5


@pytest.mark.parametrize("width", [400, 700, 1100])
def test_no_width_needs_scrolling_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("scrollTo(500, 0)")
    assert page.evaluate("scrollX") == 0
    cut = """() => [...document.querySelectorAll("p, b, h1, h2, h3, h4, li, dd, blockquote, summary, select, input")]
      .filter(e => !e.closest(".scroll") && e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(cut) == []


def luminance(page: Page, selector: str, of: str) -> float:
    """The relative luminance of the first such element's colour, as WCAG defines it."""
    value = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{of}")
    parts = [float(part) / 255 for part in re.findall(r"[\d.]+", value)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(page: Page, front: tuple[str, str], back: tuple[str, str]) -> float:
    low, high = sorted((luminance(page, *front), luminance(page, *back)))
    return (high + 0.05) / (low + 0.05)

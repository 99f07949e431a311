"""The chat page in a real browser."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import ROOT

QUESTION = "What does a cash withdrawal abroad with a debit card cost?"

# What is appended to a draft is kept by the browser itself: an answer of a few steps is a draft for less time than lies
# between two looks at the page.
KEEP_DRAFTS = """() => {
  window.drafts = [];
  new MutationObserver((records) => {
    for (const { target, addedNodes, removedNodes } of records)
      if (target.matches(".answer") && removedNodes.length === 0)
        drafts.push([...addedNodes].map((node) => node.textContent).join(""));
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, server: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 900, "height": 900})
    page.goto(server)
    page.set_default_timeout(90_000)
    yield page
    page.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def test_an_answer_streams_in_and_shows_its_sources(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(KEEP_DRAFTS)
    ask(page, QUESTION)
    expect(page.locator(".turn.answered")).to_be_visible(timeout=90_000)
    assert "2.25%" in "".join(page.evaluate("drafts"))
    expect(page.locator(".answer")).to_contain_text("2.25%")
    expect(page.locator(".citations li").first).to_contain_text("Card fees › Cash withdrawals abroad")
    page.get_by_label("Source 1", exact=True).first.click()
    assert page.evaluate("document.querySelector(':target').tagName") == "LI"
    page.get_by_text("4 passages found").click()
    expect(page.locator(".sources li")).to_have_count(4)
    page.get_by_text("4 passages found").click()
    expect(page.locator(".figures")).to_contain_text("quoted word for word")
    if folder := os.environ.get("TESTS_SCREENSHOTS"):
        page.set_viewport_size({"width": 900, "height": 620})
        page.evaluate("history.replaceState(null, '', location.pathname); scrollTo(0, 0)")
        page.screenshot(path=ROOT / Path(folder) / "chat.png")
    assert errors == []


def test_a_question_typed_while_the_page_still_asks_about_keys_is_not_lost(browser: Browser, server: str) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/v1/documents?limit=1", lambda route: held.append(route))
    page.goto(server)
    ask(page, QUESTION)
    expect(page.locator(".turn.answered")).to_be_visible(timeout=60_000)
    assert held, "nothing was asked about keys"
    held[0].continue_()
    page.close()


def test_what_is_not_in_the_documents_is_declined(page: Page) -> None:
    ask(page, "Who won the football world cup of 1974?")
    declined = page.locator(".turn").last
    expect(declined).to_have_class(re.compile("abstained"), timeout=90_000)
    expect(declined.locator(".answer")).to_have_text("I can't answer that from these documents.")
    expect(declined.locator(".state")).not_to_be_empty()


def test_sentences_of_one_place_are_one_source(page: Page) -> None:
    first = page.locator(".turn.answered").first
    places = first.locator(".citations .place").all_inner_texts()
    assert all(a != b for a, b in zip(places, places[1:], strict=False))
    expect(first.locator("sup")).to_have_count(len(places))


def test_a_follow_up_is_shown_as_it_was_understood(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.get_by_role("button", name="Ask")).to_be_enabled()
    ask(page, "And with a credit card?")
    understood = "What does a cash withdrawal abroad with a credit card cost?"
    expect(page.locator(".turn").last.locator(".asked")).to_have_text(f"Asked as: {understood}")
    expect(page.get_by_role("button", name="Ask")).to_be_enabled()


def test_a_written_answer_streams_in_and_can_be_stopped(page: Page) -> None:
    def written(route: Route) -> None:
        route.continue_(post_data=json.dumps(route.request.post_data_json | {"mode": "write"}))

    page.route("**/v1/answers", written)
    page.evaluate(KEEP_DRAFTS)
    ask(page, QUESTION)
    turn = page.locator(".turn").last
    expect(turn.locator(".figures")).to_contain_text(re.compile(r"tokens, [\d.]+ a step"), timeout=90_000)
    assert len(page.evaluate("drafts")) > 1
    expect(turn.locator(".citations blockquote").first).to_contain_text("2.25%")
    ask(page, QUESTION)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn").last.locator(".state")).to_have_text("Stopped.")
    expect(page.get_by_role("button", name="Ask")).to_be_enabled()
    page.unroute("**/v1/answers")


def test_markup_in_a_question_is_shown_as_text(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> fee?")
    expect(page.locator(".turn").last.locator("h2")).to_have_text("<img src=x onerror=alert(1)> fee?")
    expect(page.get_by_role("button", name="Ask")).to_be_enabled(timeout=90_000)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_nothing_of_the_newest_answer_lies_under_the_form(browser: Browser, server: str, size: tuple[int, int]) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(server)
    for number in range(1, 4):
        ask(page, QUESTION)
        expect(page.locator(".turn.answered")).to_have_count(number, timeout=90_000)
        expect(page.get_by_role("button", name="Ask")).to_be_enabled()
    form_top = page.locator("#ask").bounding_box()["y"]  # type: ignore[index]
    newest = page.locator(".turn").last

    def ends_at(selector: str) -> float:
        box = newest.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        return box["y"] + box["height"]

    assert ends_at(".answer") <= form_top
    if newest.bounding_box()["height"] < form_top:  # type: ignore[index]
        assert ends_at(".figures") <= form_top
    page.mouse.move(size[0] / 2, 100)
    page.mouse.wheel(0, 100_000)
    page.wait_for_function(
        "document.querySelector('main').scrollTop + document.querySelector('main').clientHeight + 1"
        " >= document.querySelector('main').scrollHeight"
    )
    assert ends_at(".figures") <= form_top
    page.close()


@pytest.mark.parametrize("mode", ["quote", "calculated"])  # version 0.1.0 stored calculations as quotes
def test_a_calculation_is_shown_with_its_operands_and_is_no_quote(page: Page, mode: str) -> None:
    operands = [{"name": "Revenue, 2025", "text": "1,200"}, {"name": "Cost of sales, 2025", "text": "(700)"}]
    value = {
        "text": "500 million",
        "what": "Revenue less cost of sales",
        "formula": "1,200 − 700",
        "operands": operands,
    }
    answer = {
        "status": "answered",
        "question": "?",
        "mode": mode,
        "value": value,
        "answer": "1,200 − 700 = 500 million",
    }
    answer |= {
        "citations": [],
        "replaced": [],
        "dropped": [],
        "stats": {"tokens": 0, "retrieval_ms": 1, "decode_ms": 0},
    }

    def calculated(route: Route) -> None:
        body = f"event: done\ndata: {json.dumps(answer)}\n\n"
        route.fulfill(body=body, content_type="text/event-stream")

    page.route("**/v1/answers", calculated)
    ask(page, "What is left?")
    turn = page.locator(".turn").last
    expect(turn.locator(".figures")).to_contain_text("calculated from the cells quoted")
    expect(turn).not_to_contain_text("word for word")
    expect(turn.locator(".value")).to_contain_text("500 million")
    expect(turn.locator(".value")).to_contain_text("Revenue less cost of sales")
    expect(turn.locator(".operands li")).to_have_text(["Revenue, 2025: 1,200", "Cost of sales, 2025: (700)"])
    page.unroute("**/v1/answers")


def test_what_was_recognised_from_a_picture_says_so(page: Page) -> None:
    place = {"document": "fees.pdf", "title": "Fees", "version": 1, "effective_from": None, "effective_to": None}
    place |= {"page": 2, "heading": "Fees", "start": 0, "end": 3, "quote": "EUR", "answer_start": 0, "answer_end": 3}
    other = place | {"page": 3, "answer_start": 4, "answer_end": 7}  # as in a stored answer of before
    answer = {
        "status": "answered",
        "question": "?",
        "mode": "quote",
        "answer": "EUR EUR",
        "citations": [place | {"recognised": 0.8712}, other],
        "sources": [],
        "replaced": [],
        "dropped": [],
        "stats": {"tokens": 0, "tokens_per_step": 0, "retrieval_ms": 1, "decode_ms": 0},
    }

    def recognised(route: Route) -> None:
        route.fulfill(body=f"event: done\ndata: {json.dumps(answer)}\n\n", content_type="text/event-stream")

    page.route("**/v1/answers", recognised)
    ask(page, "What does it cost?")
    places = page.locator(".turn").last.locator(".citations .place")
    expect(places.first).to_contain_text("page 2 · fees.pdf, version 1 · recognised from a picture, 87 % sure")
    expect(places.last).not_to_contain_text("recognised")
    page.unroute("**/v1/answers")

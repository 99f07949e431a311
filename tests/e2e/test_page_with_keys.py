"""The page of a service with keys, in a real browser; and what its headers keep from it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from app.api.server import bind, create_app
from app.config import load_settings
from app.keys import digest
from app.service import Citewell
from tests.conftest import settings_of

QUESTION = "When does the Lisbon branch close?"
KEYS = [{"name": "board", "sha256": digest("board-key"), "labels": ["board"]}]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, service: Citewell) -> Iterator[str]:
    """A server that asks for keys, over a document that only the board may read."""
    folder = tmp_path_factory.mktemp("keyed")
    path = Path(service.settings.generator.path or "")
    more = ("answering.mode=quote", "answering.min_confidence=0", f"access.keys={json.dumps(KEYS)}")
    made = Citewell(load_settings(overrides=[*settings_of(folder / "var", path), *more]))
    made.models.embedder, made.models.generator = service.models.embedder, service.models.generator
    (folder / "plans.md").write_text("# Plans\n\nThe Lisbon branch closes in May.\n")
    made.ingest([folder / "plans.md"], "default", access=["board"])
    listener = bind("127.0.0.1", 0, made.settings.access)
    server = uvicorn.Server(uvicorn.Config(create_app(made), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    listener.listen()
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    made.database.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    yield page
    page.close()
    assert errors == []


def ask(page: Page) -> None:
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")


def use(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_a_key_is_asked_for_kept_for_the_tab_and_forgotten(page: Page, address: str) -> None:
    expect(page.locator("#key_state")).to_contain_text("answers to those who have a key")
    ask(page)
    expect(page.locator(".turn .state")).to_contain_text("answers to those who have a key")
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    use(page, "wrong-key")
    expect(page.locator("#key_state")).to_contain_text("isn't known")
    use(page, "a key with spaces")
    expect(page.locator("#key_state")).to_contain_text("only letters")
    use(page, "board-key")
    expect(page.locator("#key_form")).to_be_hidden()
    ask(page)
    expect(page.locator(".turn.answered .answer")).to_contain_text("closes in May")
    page.reload()
    ask(page)
    expect(page.locator(".turn.answered .answer")).to_contain_text("closes in May")
    assert "board-key" not in page.content()
    page.get_by_role("button", name="Key", exact=True).click()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.locator("#key_state")).to_have_text("The key is forgotten.")
    ask(page)
    expect(page.locator(".turn").last.locator(".state")).to_contain_text("answers to those who have a key")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_key_that_is_known_no_more_is_asked_for_again(page: Page) -> None:
    use(page, "board-key")
    expect(page.locator("#key_form")).to_be_hidden()
    page.evaluate("sessionStorage.setItem('citewell.key', 'revoked-key')")
    ask(page)
    expect(page.locator("#key_form")).to_be_visible()
    expect(page.locator(".turn .state")).to_contain_text("enter it again below")


def test_another_tab_has_no_key(browser: Browser, page: Page, address: str) -> None:
    use(page, "board-key")
    expect(page.locator("#key_form")).to_be_hidden()
    other = browser.new_page()
    other.goto(address)
    expect(other.locator("#key_form")).to_be_visible()
    other.close()


def test_the_reference_is_shown_without_another_server(browser: Browser, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/docs")
    expect(page.get_by_text("/v1/answers", exact=True).first).to_be_visible(timeout=60_000)
    page.get_by_text("/v1/search", exact=True).click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert all(url.startswith((address, "data:")) for url in asked), asked
    assert not [line for line in said if "Content Security Policy" in line], said
    page.close()


def test_no_other_site_may_frame_the_page_or_send_its_forms(browser: Browser, address: str) -> None:
    page = browser.new_page()
    attack = f"""
      <iframe src="{address}/" id="framed"></iframe>
      <form method="post" enctype="multipart/form-data" action="{address}/v1/documents">
        <input name="title" value="Planted"></form>"""
    page.route("http://localhost:9/", lambda route: route.fulfill(body=attack, content_type="text/html"))
    page.goto("http://localhost:9/")
    framed = page.locator("#framed").element_handle().content_frame()
    assert framed is not None
    assert framed.query_selector("#ask") is None
    page.evaluate("document.forms[0].submit()")
    page.wait_for_url(f"{address}/v1/documents")
    expect(page.locator("body")).to_contain_text("urn:citewell:problem:other-origin")
    page.close()

"""Nothing in a run can become markup, and the page loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from lxml import etree

from eval.report.page import environment
from eval.report.svg import el
from tests.conftest import ROOT
from tests.eval.made_runs import HOSTILE, hostile_run, made_run
from tests.eval.report.pages import FOLDER, page, parsed


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


def of_a_template(value: str) -> str:
    return environment().from_string('<p title="{{ value }}">{{ value }}</p>').render(value=value)


def of_a_plot(value: str) -> str:
    return el("p", value, title=value)


@pytest.mark.parametrize("markup_of", [of_a_template, of_a_plot])
@given(value=st.text(min_size=1))
def test_markup_of_a_text_says_the_text(markup_of: Callable[[str], str], value: str) -> None:
    read = etree.fromstring(markup_of(value))
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", value)
    assert read.text == re.sub("\r\n?", "\n", kept)  # as every parser reads the ends of lines
    assert read.get("title") == re.sub("\r\n|[\r\n\t]", " ", kept)
    assert len(read) == 0


def test_what_a_page_cannot_hold_is_replaced() -> None:
    assert of_a_template("\x00\ud800\x1b") == '<p title="\ufffd\ufffd\ufffd">\ufffd\ufffd\ufffd</p>'
    assert of_a_plot("\x00\ud800\x1b") == '<p title="\ufffd\ufffd\ufffd">\ufffd\ufffd\ufffd</p>'
    assert el("p", None, title=None) == "<p></p>"


def test_a_template_that_names_what_is_not_there_fails() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ answre }}").render(answer="")


def test_no_template_puts_text_into_a_script_or_switches_escaping_off() -> None:
    for path in (ROOT / "eval/report/templates").iterdir():
        source = path.read_text("utf-8")
        assert not re.search(r"\bautoescape\b|\|\s*safe\b|\bon\w+=|\bstyle=", source), path.name
    assert re.findall(r"<script.*?</script>", page_template(), re.DOTALL) == ["<script>{{ script }}</script>"]


def page_template() -> str:
    return (ROOT / "eval/report/templates/page.html.j2").read_text("utf-8")


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

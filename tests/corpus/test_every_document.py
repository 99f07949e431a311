"""Whatever a real document is like, its passages are spans of its pages, and nothing but headings is left out."""

from __future__ import annotations

import pytest

from corpus.content import Kind
from corpus.loaders import FORMATS, Limits
from corpus.passages import CHARACTERS
from corpus.reading import Reading
from corpus.sandbox import Sandbox
from tests.conftest import SHARED, missing

pytestmark = pytest.mark.public_documents

DEADLINE_S = 250


def left_out(reading: Reading) -> list[str]:
    """Passages and places where a reading is not what it should be."""
    wrong: list[str] = []
    for page in reading.content.pages:
        spans = [span for span in reading.spans if span.page == page.number]
        held = bytearray(len(page.text))
        end = 0
        for span in spans:
            text = page.text[span.start : span.end]
            if not end <= span.start < span.end <= len(page.text) or not text or text != text.strip():
                wrong.append(f"page {page.number}: {span.start} to {span.end} after {end} of {len(page.text)}")
            end = max(end, span.end)
            held[span.start : span.end] = b"\1" * (span.end - span.start)
        for block in page.blocks:
            if block.kind is Kind.HEADING:
                continue
            if any(not held[at] and not page.text[at].isspace() for at in range(block.start, block.end)):
                wrong.append(f"page {page.number}: {block.kind} {page.text[block.start : block.end][:60]!r}")
    return wrong


@pytest.mark.parametrize("folder", ["policies/documents", "financebench/pdfs"])
def test_every_word_of_every_document_is_in_one_passage(folder: str) -> None:
    paths = [path for path in sorted((SHARED / folder).rglob("*")) if path.suffix.lower() in FORMATS]
    if not paths:
        missing(f"the real documents lie in no {SHARED / folder}; set TESTS_SHARED_DATA")
    with Sandbox(Limits(), CHARACTERS) as sandbox:
        futures = [(path, sandbox.begin(path, None)) for path in paths]
        found = {path.name: left_out(future.result(DEADLINE_S)) for path, future in futures}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 15

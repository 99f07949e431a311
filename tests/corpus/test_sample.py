"""The sample corpus is complete and current, and its gold questions are answered where they say they are."""

import datetime as dt
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup
from docx.table import Table
from markdown_it import MarkdownIt

from tools.make_sample import differing_files

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "sample"
SOURCES = ROOT / "tools" / "sample_sources"
MANIFEST: list[dict[str, Any]] = yaml.safe_load((SAMPLE / "manifest.yaml").read_text(encoding="utf-8"))["documents"]
GOLD = [json.loads(line) for line in (ROOT / "eval/gold/sample.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [question for question in GOLD if question["answerable_in_corpus"]]

# The text under each heading; the page is None except in a PDF.
Sections = dict[tuple[int | None, str], str]


def plain(text: str) -> str:
    """Reduce text to its words, so that line breaks, bullets and cell borders do not matter."""
    return " ".join(re.sub(r"[|•]", " ", text).split())


def gather(pieces: list[tuple[str, str]], page: int | None = None) -> Sections:
    """Join ("heading" or "text", string) pieces into sections."""
    sections: Sections = {}
    heading = ""
    for kind, text in pieces:
        if kind == "heading":
            heading = plain(text)
        sections[page, heading] = sections.get((page, heading), "") + (" " + text if kind == "text" else "")
    return sections


def read_markdown(text: str) -> Sections:
    pieces: list[tuple[str, str]] = []
    is_heading = False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        is_heading = token.type == "heading_open" or (is_heading and token.type != "heading_close")
        if token.type == "inline":
            words = " ".join(child.content for child in token.children or [])
            pieces.append(("heading" if is_heading else "text", words))
    return gather(pieces)


def read_html(path: Path) -> Sections:
    main = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("main")
    assert main is not None
    pieces = [
        ("heading" if tag.name in ("h1", "h2", "h3") else "text", tag.get_text())
        for tag in main.find_all(["h1", "h2", "h3", "p", "li", "td", "th", "caption"])
    ]
    return gather(pieces)


def read_text(path: Path) -> Sections:
    lines = path.read_text(encoding="utf-8").splitlines()
    pieces: list[tuple[str, str]] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        underlined = bool(line) and re.fullmatch(r"-{3,}", following) is not None
        if underlined or re.match(r"\d+\. [A-Z ,]+$", line):
            pieces.append(("heading", line))
        elif not re.fullmatch(r"-{3,}", line):
            pieces.append(("text", line))
    return gather(pieces)


def read_docx(path: Path) -> Sections:
    pieces: list[tuple[str, str]] = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            pieces += [("text", cell.text) for row in block.rows for cell in row.cells]
        else:
            is_heading = block.style is not None and str(block.style.name).startswith("Heading")
            pieces.append(("heading" if is_heading else "text", block.text))
    return gather(pieces)


def read_xlsx(path: Path) -> Sections:
    sections: Sections = {}
    for sheet in openpyxl.load_workbook(path, read_only=True):
        cells = [str(value) for row in sheet.iter_rows(values_only=True) for value in row]
        sections[None, sheet.title] = " ".join(cells)
    return sections


def read_pdf(path: Path) -> Sections:
    source = SOURCES / path.relative_to(SAMPLE).with_name(path.name + ".md")
    headings = {heading for _, heading in read_markdown(source.read_text(encoding="utf-8"))}
    sections: Sections = {}
    heading = ""
    with pypdfium2.PdfDocument(path) as pdf:
        for number in range(1, len(pdf) + 1):
            lines = pdf[number - 1].get_textpage().get_text_range().splitlines()
            # A section may go on from the page before.
            pieces = [("heading", heading)] + [("heading" if plain(x) in headings else "text", x) for x in lines]
            heading = [text for kind, text in pieces if kind == "heading"][-1]
            sections |= gather(pieces, number)
    return sections


@cache
def read(file: str) -> Sections:
    """Return the sections of a sample file."""
    path = SAMPLE / file
    if path.suffix == ".md":
        return read_markdown(path.read_text(encoding="utf-8"))
    readers = {".html": read_html, ".txt": read_text, ".docx": read_docx, ".xlsx": read_xlsx, ".pdf": read_pdf}
    return readers[path.suffix](path)


def whole_text(file: str) -> str:
    """Return all words of a sample file."""
    return plain(" ".join(f"{heading} {text}" for (_, heading), text in read(file).items()))


def versions_of(document: str) -> list[dict[str, Any]]:
    return [entry for entry in MANIFEST if entry.get("document", entry["file"]) == document]


def test_manifest_lists_exactly_the_files_on_disk() -> None:
    on_disk = {p.relative_to(SAMPLE).as_posix() for p in SAMPLE.rglob("*") if p.is_file()} - {"manifest.yaml"}
    listed = [entry["file"] for entry in MANIFEST]
    assert sorted(listed) == sorted(on_disk)
    assert all(entry["title"] and isinstance(entry["effective_from"], dt.date) for entry in MANIFEST)


def test_corpus_has_enough_documents_formats_and_versions() -> None:
    documents = Counter(entry.get("document", entry["file"]) for entry in MANIFEST)
    assert len(documents) >= 24
    assert len({Path(entry["file"]).suffix for entry in MANIFEST}) >= 5
    assert sum(count > 1 for count in documents.values()) >= 3


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_document_states_its_effective_date(entry: dict[str, Any]) -> None:
    date = entry["effective_from"]
    assert f"Effective from {date.day} {date:%B %Y}" in whole_text(entry["file"])


def test_generated_files_are_up_to_date() -> None:
    assert differing_files() == []


def test_gold_has_enough_questions() -> None:
    assert len(GOLD) >= 80
    assert len({question["id"] for question in GOLD}) == len(GOLD)
    unanswerable = [question for question in GOLD if not question["answerable_in_corpus"]]
    assert len(unanswerable) == 30
    assert all(question["answer"] == "" and question["evidence"] == [] for question in unanswerable)


def test_every_document_has_at_least_two_questions() -> None:
    asked = Counter(evidence["doc"] for question in ANSWERABLE for evidence in question["evidence"])
    assert {entry["file"] for entry in MANIFEST if asked[entry["file"]] < 2} == set()


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_answer_stands_in_the_cited_section(question: dict[str, Any]) -> None:
    assert question["evidence"]
    assert question.get("short_answer", "") in question["answer"]
    for evidence in question["evidence"]:
        assert (evidence.get("page") is not None) == evidence["doc"].endswith(".pdf")
        text = read(evidence["doc"]).get((evidence.get("page"), evidence["section"]))
        assert text is not None, f"no such section: {evidence}"
        assert plain(question["answer"]) in plain(text)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_cited_version_is_the_one_in_force(question: dict[str, Any]) -> None:
    as_of = dt.date.fromisoformat(question.get("as_of", "9999-12-31"))
    for evidence in question["evidence"]:
        (cited,) = [entry for entry in MANIFEST if entry["file"] == evidence["doc"]]
        begun = [v for v in versions_of(cited.get("document", cited["file"])) if v["effective_from"] <= as_of]
        assert cited == max(begun, key=lambda version: version["effective_from"])


def test_questions_on_old_versions_have_a_current_twin() -> None:
    dated = [question for question in GOLD if "as_of" in question]
    current = {question["question"] for question in ANSWERABLE if "as_of" not in question}
    assert len(dated) >= 6
    assert all(question["question"] in current for question in dated)

"""TAT-QA (Zhu et al. 2021): questions on a table of an annual report and the paragraphs around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from eval.gold.importers.markdown import MarkdownFile, heading, paragraphs, table, write_files
from eval.gold.importers.reading import Foreign, file_at, read_json
from eval.gold.model import Evidence, GoldQuestion

TABLE, TEXT = "Table", "Text"  # the headings of the two sections of every document


class _Table(Foreign):
    uid: str
    table: list[list[str]]


class _Paragraph(Foreign):
    order: int
    text: str


class _Question(Foreign):
    uid: str
    question: str
    answer: str | int | float | list[str]
    answer_type: str
    answer_from: str
    scale: str = ""
    rel_paragraphs: tuple[str, ...] = ()


class _Context(Foreign):
    table: _Table
    paragraphs: list[_Paragraph]
    questions: list[_Question]


def read(path: Path) -> Iterator[GoldQuestion]:
    """The questions, tagged with the answer's type and where it stands. Answers of several parts are joined with "; ",
    and a scale such as million follows the number."""
    for context in _contexts(path):
        for item in context.questions:
            answer = _answer(item)
            yield GoldQuestion(
                id=item.uid,
                question=item.question,
                answer=answer,
                short_answer=answer,
                evidence=tuple(_evidence(context, item)),
                tags=(item.answer_type, item.answer_from),
            )


def write_documents(path: Path, folder: Path) -> int:
    """One file for each table, with its paragraphs."""
    return write_files(folder, map(_document, range(1, 1_000_000), _contexts(path)))


def _contexts(path: Path) -> list[_Context]:
    file = file_at(path, "tatqa_dev.json", "tatqa_dataset_dev.json")
    return read_json(file, TypeAdapter(list[_Context]))


def _answer(item: _Question) -> str:
    parts = item.answer if isinstance(item.answer, list) else [str(item.answer).removesuffix(".0")]
    return "; ".join(f"{part} {item.scale}".strip() for part in parts)


def _evidence(context: _Context, item: _Question) -> Iterator[Evidence]:
    """The paragraphs named, or all text where none is, and the table as a whole: its cells aren't named."""
    named = [p for p in context.paragraphs if str(p.order) in item.rel_paragraphs]
    if "table" in item.answer_from:
        yield Evidence(doc=_file(context), section=TABLE)
    if "text" in item.answer_from:
        for paragraph in named:
            yield Evidence(doc=_file(context), section=TEXT, text=paragraph.text)
        if not named:
            yield Evidence(doc=_file(context), section=TEXT)


def _document(number: int, context: _Context) -> MarkdownFile:
    text = [line for p in sorted(context.paragraphs, key=lambda p: p.order) for line in paragraphs(p.text)]
    parts = [heading(1, f"Annual report extract {number}"), heading(2, TABLE), table(context.table.table)]
    return MarkdownFile(_file(context), [*parts, heading(2, TEXT), *text])


def _file(context: _Context) -> str:
    return f"{context.table.uid}.md"

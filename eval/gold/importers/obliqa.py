"""ObliQA (Gokhan et al. 2024): questions on financial rulebooks, with the passages that answer them and no answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pydantic import Field, TypeAdapter

from eval.gold.importers.markdown import MarkdownFile, heading, paragraphs, write_files
from eval.gold.importers.reading import Foreign, file_at, read_json, read_lines
from eval.gold.model import Evidence, GoldQuestion


class _Passage(Foreign):
    document: int = Field(alias="DocumentID")
    id: str = Field(alias="PassageID")
    text: str = Field(alias="Passage")


class _Question(Foreign):
    id: str = Field(alias="QuestionID")
    question: str = Field(alias="Question")
    passages: list[_Passage] = Field(alias="Passages")


class _Document(Foreign):
    id: int = Field(alias="DocumentID")
    title: str


def read(path: Path) -> Iterator[GoldQuestion]:
    """The questions; those with more than one passage are tagged "several passages"."""
    file = file_at(path, "obliqa_test.json", "ObliQA_test.json")
    for item in read_json(file, TypeAdapter(list[_Question])):
        yield GoldQuestion(
            id=item.id,
            question=item.question,
            evidence=tuple(
                Evidence(doc=_file(passage.document), section=passage.id, text=passage.text)
                for passage in item.passages
            ),
            tags=("several passages",) if len(item.passages) > 1 else (),
        )


def write_documents(path: Path, folder: Path) -> int:
    """The rulebooks of ``passages.jsonl``, which lies with the questions: one file for each, a section for each of its
    passages, headed by the passage's number."""
    return write_files(folder, _documents(path if path.is_dir() else path.parent))


def _documents(source: Path) -> Iterator[MarkdownFile]:
    about = source / "documents.jsonl"
    titles = {d.id: d.title for d in read_lines(about, TypeAdapter(_Document))} if about.exists() else {}
    passages = sorted(read_lines(source / "passages.jsonl", TypeAdapter(_Passage)), key=lambda p: p.document)
    for number, own in groupby(passages, key=lambda p: p.document):
        parts = [heading(1, titles.get(number, f"Document {number}"))]
        for passage in own:
            # A number without a text only says that numbers below it follow.
            if lines := paragraphs(passage.text):
                parts += [heading(2, passage.id), *lines]
        yield MarkdownFile(_file(number), parts)


def _file(document: int) -> str:
    return f"rulebook-{document:02}.md"

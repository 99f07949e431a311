"""A folder as BEIR (Thakur et al. 2021) has it: documents, queries, and how relevant the one is to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, TypeAdapter

from eval.errors import BadGold
from eval.gold.importers.markdown import MarkdownFile, file_name, heading, paragraphs, write_files
from eval.gold.importers.reading import Foreign, numbered_lines, read_lines
from eval.gold.model import Evidence, GoldQuestion


class _Document(Foreign):
    id: str = Field(alias="_id")
    title: str | None = None
    text: str


class _Query(Foreign):
    id: str = Field(alias="_id")
    text: str


def read(path: Path) -> Iterator[GoldQuestion]:
    """The queries that have a relevant document. Documents of grade 0 are no evidence."""
    grades = _grades(_qrels(path))
    for query in read_lines(path / "queries.jsonl", TypeAdapter(_Query)):
        if query.id in grades:
            yield GoldQuestion(
                id=query.id,
                question=query.text.strip(),
                evidence=tuple(
                    Evidence(doc=file_name(document), relevance=grade) for document, grade in grades[query.id].items()
                ),
            )


def write_documents(path: Path, folder: Path) -> int:
    """One file for each document that has a text, named after its id, all in one folder."""
    documents = read_lines(path / "corpus.jsonl", TypeAdapter(_Document))
    return write_files(folder, map(_document, (d for d in documents if d.text.strip() or (d.title or "").strip())))


def _document(document: _Document) -> MarkdownFile:
    title = (document.title or "").strip()
    # A document that is only a title would be refused as one without a text.
    return MarkdownFile(
        file_name(document.id),
        [heading(1, title or document.id), *(paragraphs(document.text) or paragraphs(title))],
    )


def _qrels(path: Path) -> Path:
    """The judgements of the test split, or of the only split there is."""
    found = sorted((path / "qrels").glob("*.tsv"))
    test = [file for file in found if file.stem == "test"]
    if len(test or found) != 1:
        there = ", ".join(file.name for file in found) or "nothing"
        raise BadGold(f"{path / 'qrels'} must hold test.tsv or a single .tsv file; it holds {there}.")
    return (test or found)[0]


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Query id -> document id -> grade, for grades above 0."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for at, (number, line) in enumerate(numbered_lines(path)):
        try:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                grades[query.strip()][document.strip()] = int(grade)
        except ValueError as error:
            if at == 0 and line.count("\t") == 2:
                continue  # the header
            raise BadGold(
                f"{path}, line {number} is not a query's id, a document's id and a whole number with tabs between."
            ) from error
    return grades

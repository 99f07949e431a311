"""Gold sets of other makers, read as this project's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.gold.importers import banking77, beir, financebench, obliqa, spreadsheet, squad2, tatqa
from eval.gold.model import GoldQuestion

__all__ = ["FORMATS", "Importer"]


@dataclass(frozen=True)
class Importer:
    """A foreign format.

    ``read`` yields the questions at a path, and raises `BadGold` where the format is another. ``documents`` writes the
    set's own corpus as Markdown files into a folder, so that it can be ingested, and returns how many; the questions'
    evidence names these files. It is None where the documents are files already.
    """

    name: str
    help: str
    read: Callable[[Path], Iterable[GoldQuestion]]
    documents: Callable[[Path, Path], int] | None = None


FORMATS: Mapping[str, Importer] = {
    importer.name: importer
    for importer in (
        Importer(
            "financebench", "FinanceBench: questions on company filings, whose PDFs lie beside them", financebench.read
        ),
        Importer("tatqa", "TAT-QA: tables and text of annual reports", tatqa.read, tatqa.write_documents),
        Importer(
            "obliqa",
            "ObliQA: questions on financial rulebooks, with gold passages",
            obliqa.read,
            obliqa.write_documents,
        ),
        Importer("squad2", "SQuAD 1.1 or 2.0, or a set in that format", squad2.read, squad2.write_documents),
        Importer(
            "beir", "A folder as BEIR has it: corpus.jsonl, queries.jsonl, qrels/", beir.read, beir.write_documents
        ),
        Importer("banking77", "banking77: messages on one bank's app, none of which policies answer", banking77.read),
        Importer(
            "spreadsheet", "XLSX or CSV with the columns Question, Answer, Document, Section, …", spreadsheet.read
        ),
    )
}

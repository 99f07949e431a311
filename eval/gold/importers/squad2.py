"""SQuAD 2.0 (Rajpurkar et al. 2018), and 1.1: questions on the paragraphs of articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from corpus.language.sentences import sentences
from eval.gold.importers.markdown import MarkdownFile, file_name, heading, paragraphs, write_files
from eval.gold.importers.reading import Foreign, file_at, read_json
from eval.gold.model import Evidence, GoldQuestion


class _Answer(Foreign):
    text: str
    answer_start: int


class _Question(Foreign):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Foreign):
    context: str
    qas: list[_Question]


class _Article(Foreign):
    title: str
    paragraphs: list[_Paragraph]


class _Set(Foreign):
    data: list[_Article]


def read(path: Path) -> Iterator[GoldQuestion]:
    """The questions. The evidence is the sentence that the first answer stands in; impossible ones have neither, and
    are tagged "unanswerable"."""
    for article in _articles(path):
        for number, paragraph in enumerate(article.paragraphs, start=1):
            for item in paragraph.qas:
                answer = item.answers[0] if item.answers and not item.is_impossible else None
                place = Evidence(
                    doc=file_name(article.title),
                    section=_section(number),
                    text=_sentence(paragraph.context, answer) if answer else None,
                )
                yield GoldQuestion(
                    id=item.id,
                    question=item.question.strip(),
                    answer=answer.text if answer else "",
                    short_answer=answer.text if answer else None,
                    evidence=() if item.is_impossible else (place,),
                    answerable_in_corpus=not item.is_impossible,
                    tags=("unanswerable",) if item.is_impossible else (),
                )


def write_documents(path: Path, folder: Path) -> int:
    """One file for each article, a numbered section for each of its paragraphs."""
    return write_files(folder, map(_document, _articles(path)))


def _articles(path: Path) -> list[_Article]:
    return read_json(file_at(path, "dev-v2.0.json", "train-v2.0.json"), TypeAdapter(_Set)).data


def _sentence(context: str, answer: _Answer) -> str:
    """The sentence, or the sentences, of a paragraph that the answer stands in."""
    start, end = answer.answer_start, answer.answer_start + len(answer.text)
    touched = [span for span in sentences(context) if span.end > start and span.start < end]
    return context[touched[0].start : touched[-1].end] if touched else answer.text


def _document(article: _Article) -> MarkdownFile:
    parts = [heading(1, article.title.replace("_", " "))]
    for number, paragraph in enumerate(article.paragraphs, start=1):
        parts += [heading(2, _section(number)), *paragraphs(paragraph.context)]
    return MarkdownFile(file_name(article.title), parts)


def _section(number: int) -> str:
    return f"Paragraph {number}"

"""Foreign gold sets read as our own, and their documents written so that they can be ingested."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from corpus import ingest
from corpus.content import clean
from corpus.database import Database
from corpus.loaders import Limits, load
from eval.cli.console import app as command_line
from eval.errors import BadGold
from eval.gold.check import check
from eval.gold.importers import FORMATS
from eval.gold.importers.markdown import MarkdownFile, file_name, heading, paragraphs, table, write_files
from eval.gold.importers.spreadsheet import COLUMNS
from eval.gold.model import Evidence, GoldQuestion, GoldSet, read_gold, write_gold
from tests.conftest import SHARED, missing


def shared(name: str) -> Path:
    if not (SHARED / name).is_dir():
        missing(f"{name} lies in no ../shared/data; set TESTS_SHARED_DATA")
    return SHARED / name


def imported(name: str, path: Path) -> list[GoldQuestion]:
    return list(FORMATS[name].read(path))


def write_documents(name: str, path: Path, folder: Path) -> dict[str, str]:
    """The text that the corpus loader reads from each file that the importer writes."""
    documents = FORMATS[name].documents
    assert documents is not None
    count = documents(path, folder)
    texts = {file.name: text_of(file) for file in folder.iterdir()}
    assert count == len(texts)
    return texts


def text_of(file: Path) -> str:
    return clean(load(file, Limits()).pages[0].text)


@pytest.fixture
def agreement(tmp_path: Path) -> Iterator[Callable[[list[GoldQuestion], Path], list[str]]]:
    """What `check` finds wrong with questions after a folder was ingested."""
    database = Database(f"sqlite:///{tmp_path / 'agreement.db'}")
    database.migrate()

    def found(questions: list[GoldQuestion], folder: Path) -> list[str]:
        reports = list(ingest.carry_out(database, ingest.plan(database, [folder], "default"), Limits()))
        assert {report.outcome.value for report in reports} == {"added"}
        with database.reading() as session:
            findings = check(GoldSet(name="test", questions=tuple(questions)), session, "default")
        return [finding.problem for finding in findings]

    yield found
    database.close()


@pytest.mark.parametrize(("name", "count"), [("financebench", 82), ("tatqa", 852), ("obliqa", 574)])
@pytest.mark.public_documents
def test_real_sets_come_in_whole_and_survive_our_own_format(name: str, count: int, tmp_path: Path) -> None:
    questions = imported(name, shared(name))
    assert len({question.id for question in questions}) == count
    assert all(question.evidence and question.answerable_in_corpus for question in questions)
    write_gold(tmp_path / "gold.jsonl", questions)
    assert list(read_gold(tmp_path / "gold.jsonl").questions) == questions


@pytest.mark.public_documents
def test_financebench_names_its_filings_and_counts_pages_from_one() -> None:
    folder = shared("financebench")
    raw = [json.loads(line) for line in (folder / "financebench.jsonl").read_text().splitlines()]
    questions = imported("financebench", folder / "financebench.jsonl")
    for question, item in zip(questions, raw, strict=True):
        assert [e.page for e in question.evidence] == [e["evidence_page_num"] + 1 for e in item["evidence"]]
        there = all((folder / "pdfs" / str(e.doc)).is_file() for e in question.evidence)
        assert there == ("pdf missing" not in question.tags)
        assert item["question_type"] in question.tags
    assert sum("pdf missing" in question.tags for question in questions) == 59
    assert FORMATS["financebench"].documents is None


def test_tatqa_answers_are_joined_and_scaled(tmp_path: Path) -> None:
    def asked(uid: str, answer: Any, scale: str = "", come_from: str = "table") -> dict[str, Any]:
        return {"uid": uid, "question": "What?", "answer": answer, "answer_type": "span", "answer_from": come_from} | {
            "scale": scale,
            "rel_paragraphs": ["2"] if "text" in come_from else [],
        }

    context = {
        "table": {"uid": "t1", "table": [["", "2019"], ["Sales | net", "$ 5*"]]},
        "paragraphs": [{"order": 2, "text": "Sales\nrose."}, {"order": 1, "text": "Before."}],
        "questions": [
            asked("a", ["5", "6"], "million"),
            asked("b", 5.0, "percent", "table-text"),
            asked("c", -1.25, "", "text"),
        ],
    }
    (tmp_path / "set.json").write_text(json.dumps([context]), "utf-8-sig")
    first, second, third = imported("tatqa", tmp_path / "set.json")
    assert (first.answer, first.short_answer) == ("5 million; 6 million", "5 million; 6 million")
    assert (second.answer, third.answer) == ("5 percent", "-1.25")
    assert first.tags == ("span", "table")
    assert first.evidence == (Evidence(doc="t1.md", section="Table"),)
    assert second.evidence == (*first.evidence, Evidence(doc="t1.md", section="Text", text="Sales\nrose."))
    assert third.evidence == second.evidence[1:]
    [(name, text)] = write_documents("tatqa", tmp_path / "set.json", tmp_path / "out").items()
    assert name == "t1.md"
    assert text == "Annual report extract 1 Table | 2019 Sales ¦ net | $ 5* Text Before. Sales rose."


@pytest.mark.public_documents
def test_every_table_and_paragraph_of_tatqa_is_in_what_was_written(tmp_path: Path) -> None:
    source = shared("tatqa")
    texts = write_documents("tatqa", source, tmp_path / "out")
    assert len(texts) == 272
    for context in json.loads((source / "tatqa_dev.json").read_text("utf-8")):
        text = texts[f"{context['table']['uid']}.md"]
        assert all(clean(cell) in text for row in context["table"]["table"] for cell in row)
        assert all(clean(paragraph["text"]) in text for paragraph in context["paragraphs"])
    assert all(e.doc in texts for question in imported("tatqa", source) for e in question.evidence)


@pytest.mark.public_documents
def test_all_evidence_of_obliqa_is_in_what_was_written(tmp_path: Path) -> None:
    source = shared("obliqa")
    texts = write_documents("obliqa", source / "obliqa_test.json", tmp_path / "out")
    assert len(texts) == 40
    places = [e for question in imported("obliqa", source) for e in question.evidence]
    assert len(places) == 748
    for place in places:
        assert f"{clean(place.section or '')} {clean(place.text or '')}" in texts[place.doc or ""]


def test_a_rulebook_goes_through_the_corpus(agreement: Callable[..., list[str]], tmp_path: Path) -> None:
    passages = [
        {"DocumentID": 7, "PassageID": "1.", "Passage": "INTRODUCTION"},
        {"DocumentID": 7, "PassageID": "1.1.(a)", "Passage": ""},
        {"DocumentID": 7, "PassageID": "1.1.(a)_b", "Passage": "A <Person> must:\n\n1) keep *records*; and\n- [ask]."},
        {"DocumentID": 12, "PassageID": "35)", "Passage": "/Table Start\nLevy\t(USD)\n10m < ADV | 0.0015%\n/Table End"},
    ]
    items = [
        {"QuestionID": "a", "Question": "Must records be kept?", "Passages": passages[2:3], "Group": 1},
        {"QuestionID": "b", "Question": "What is the levy?", "Passages": passages[2:4], "Group": 2},
    ]
    source = tmp_path / "set"
    source.mkdir()
    (source / "obliqa_test.json").write_text(json.dumps(items))
    (source / "passages.jsonl").write_text("\n".join(map(json.dumps, passages)))
    (source / "documents.jsonl").write_text('{"DocumentID": 7, "title": "AML_RULES #7", "passages": 3}\n')
    questions = imported("obliqa", source)
    assert [question.tags for question in questions] == [(), ("several passages",)]
    assert questions[1].evidence[1] == Evidence(doc="rulebook-12.md", section="35)", text=passages[3]["Passage"])
    texts = write_documents("obliqa", source, tmp_path / "out")
    assert texts["rulebook-07.md"].startswith("AML_RULES #7 1. INTRODUCTION 1.1.(a)_b A <Person> must: 1) keep")
    assert texts["rulebook-12.md"].startswith("Document 12 35) /Table Start")
    assert agreement(questions, tmp_path / "out") == []


def test_squad_questions_point_at_sentences_and_impossible_ones_nowhere(
    agreement: Callable[..., list[str]], tmp_path: Path
) -> None:
    context = "Oslo is a city. Its castle was begun in the 1290s. It has *two* towers."
    impossible = {"id": "n", "question": "Who fell?", "is_impossible": True, "answers": [], "plausible_answers": []}
    answer = {"text": "1290s", "answer_start": context.index("1290s")}
    article = {
        "title": "Oslo_(Norway)/1",
        "paragraphs": [
            {"context": "First.", "qas": [impossible]},
            {"context": context, "qas": [{"id": "y", "question": " When? ", "answers": [answer, answer]}]},
        ],
    }
    (tmp_path / "dev-v2.0.json").write_text(json.dumps({"version": "v2.0", "data": [article]}))
    declined, answered = imported("squad2", tmp_path)
    assert (declined.answerable_in_corpus, declined.evidence, declined.answer) == (False, (), "")
    assert (answered.question, answered.answer, answered.short_answer) == ("When?", "1290s", "1290s")
    [place] = answered.evidence
    assert (place.section, place.text) == ("Paragraph 2", "Its castle was begun in the 1290s.")
    texts = write_documents("squad2", tmp_path, tmp_path / "out")
    assert list(texts.values()) == [f"Oslo (Norway)/1 Paragraph 1 First. Paragraph 2 {context}"]
    assert agreement([declined, answered], tmp_path / "out") == []


def beir_folder(
    path: Path, qrels: str = "query-id\tcorpus-id\tscore\nq1\tA/1\t2\nq1\tb\t0\nq2\tb\t1\nq2\tA 1\t1\n"
) -> Path:
    documents = [
        {"_id": "A/1", "title": "Fees", "text": "Two euros.", "metadata": {}},
        {"_id": "A 1", "title": "", "text": "Three euros."},
        {"_id": "b", "title": "Only a title", "text": ""},
        {"_id": "empty", "title": "", "text": " "},
    ]
    (path / "qrels").mkdir(parents=True)
    (path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (path / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": f"q{n}", "text": f"Query {n}"}) for n in (1, 2, 3))
    )
    (path / "qrels" / "test.tsv").write_text(qrels)
    return path


def test_beir_grades_become_relevance(agreement: Callable[..., list[str]], tmp_path: Path) -> None:
    source = beir_folder(tmp_path / "set")
    first, second = imported("beir", source)
    assert [(e.relevance, e.text) for e in first.evidence] == [(2, None)]
    assert len({e.doc for q in (first, second) for e in q.evidence}) == 3
    texts = write_documents("beir", source, tmp_path / "out")
    assert texts[str(first.evidence[0].doc)] == "Fees Two euros."
    assert sorted(texts.values()) == ["A 1 Three euros.", "Fees Two euros.", "Only a title Only a title"]
    assert agreement([first, second], tmp_path / "out") == []


def test_beir_judgements_need_no_header_and_the_only_split_will_do(tmp_path: Path) -> None:
    source = beir_folder(tmp_path / "set", "q2\tb\t1\n")
    (source / "qrels" / "train.tsv").write_text("q3\tb\t1\n")
    assert [question.id for question in imported("beir", source)] == ["q2"]
    (source / "qrels" / "test.tsv").unlink()
    assert [question.id for question in imported("beir", source)] == ["q3"]
    (source / "qrels" / "dev.tsv").write_text("q3\tb\t1\n")
    with pytest.raises(BadGold, match=r"it holds dev\.tsv, train\.tsv"):
        imported("beir", source)


@example("> a\n+ b\n~~~\n---\n=\n1) c\n# d\n\te\n<b>f\n&lt;\n[g]: h\n***")
@example("a ~~b~~ ~c~ d[^1] <sup>2</sup> <del>e</del>\n[^2]: f")
@given(st.text(alphabet=st.one_of(st.sampled_from("\n\t #*_-+=>~`[]()<>&|\\!.:;1aé"), st.characters(codec="utf-8"))))
def test_any_text_comes_back_from_markdown_word_for_word(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.md"
    expected = [clean(line) for line in text.splitlines() if clean(line)]
    parts = [heading(1, "T"), *paragraphs(text), table([["h", "i"], [text, "end"]])]
    write_files(file.parent, [MarkdownFile(file.name, parts)])
    page = load(file, Limits()).pages[0].text
    *read, rows = page.removeprefix("T\n\n").split("\n\n")
    assert read == expected
    assert rows == f"h | i\n{clean(text).replace('|', '¦')} | end".replace("\n |", "\n|")


@given(st.sets(st.text(alphabet="aA/. _-ü", max_size=5), min_size=2, max_size=50))
def test_other_ids_get_other_file_names(ids: set[str]) -> None:
    names = {file_name(name) for name in ids}
    assert len(names) == len(ids)
    assert not any(name.startswith((".", "~")) or "/" in name for name in names)


def sheet(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def test_a_spreadsheet_has_a_column_for_everything(tmp_path: Path) -> None:
    everything = ["q1", "How much?", "2%", "2", "fees.pdf", "Cash", 3, "It is 2%.", datetime(2026, 1, 31), "fee, new"]
    further = ["q1", "How much?", "", "", "more.md", None, None, "Two.", None, "new,old", "", "YES"]
    path = sheet(
        tmp_path / "gold.xlsx",
        ["Reviewed in May"],
        [name.upper() for name in COLUMNS],
        [*everything, "yes", "yes"],
        [None] * 12,
        further,
        [None, "Anything else?", None, None, None, None, None, None, "2026-02-01", None, "no", "y"],
        ["q9", "Not accepted?", "No", None, None, None, "x", None, None, None, None, "no"],
        ["q8", "Not looked at?"],
    )
    first, second = imported("spreadsheet", path)
    assert first == GoldQuestion(
        id="q1",
        question="How much?",
        answer="2%",
        short_answer="2",
        evidence=(
            Evidence(doc="fees.pdf", section="Cash", page=3, text="It is 2%."),
            Evidence(doc="more.md", text="Two."),
        ),
        as_of=date(2026, 1, 31),
        tags=("fee", "new", "old"),
    )
    assert second == GoldQuestion(
        id="q-0004", question="Anything else?", answerable_in_corpus=False, as_of=date(2026, 2, 1)
    )


def test_a_csv_needs_no_more_than_questions(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text('FAQ;Answer;Page\n"What; if?";=1+1;\nAnd then?;;12\n', "utf-8-sig")
    first, second = imported("spreadsheet", path)
    assert first == GoldQuestion(id="q-0001", question="What; if?", answer="=1+1")
    assert second == GoldQuestion(id="q-0002", question="And then?", evidence=(Evidence(page=12),))


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (["Question", "Page"], ["Why?", "x"], "row 7, Page: 'x' is not a number"),
        (["Question", "Page"], ["Why?", 1.5], "row 7, Page: '1.5' is not a number"),
        (["Question", "Page"], ["Why?", 0], "row 7, Page: pages count from 1"),
        (["Question", "as of"], ["Why?", "last May"], "row 7, As of: 'last May' is not a date"),
        (["Question", "Answerable"], ["Why?", "maybe"], "row 7, Answerable: 'maybe' is neither yes nor no"),
        (["Question", "Accept"], ["Why?", "later"], "row 7, Accept: 'later' is neither yes nor no"),
        (["Question", "Answer"], [None, "Because."], "row 7, Question: is empty"),
        (["Question", "Answer"], ["Why?", "=1+1"], "row 7, Answer: holds a formula"),
        (["Question", "Id"], ["Why?", "one"], "row 7, Question: an earlier row with the Id 'one' says otherwise"),
        (["Question", "Accept"], ["Why?", None], "holds no question to import"),
        (["Topic"], ["Why?"], "has no column headed Question"),
    ],
)
def test_what_is_wrong_in_a_spreadsheet_is_one_sentence_with_its_cell(
    tmp_path: Path, header: list[str], row: list[Any], sentence: str
) -> None:
    rows: list[list[Any]] = [["Our questions"], [], [], header, [], [], row]
    if "Id" in header:
        rows[4] = ["What?", "one"]
    path = sheet(tmp_path / "gold.xlsx", *rows)
    with pytest.raises(BadGold) as error:
        imported("spreadsheet", path)
    assert sentence in str(error.value)
    assert str(error.value).startswith(str(path))


@pytest.mark.parametrize(
    ("name", "file", "content"),
    [
        ("financebench", "set.jsonl", b'{"financebench_id": "1"}'),
        ("financebench", "set.jsonl", b"[1, 2]\n"),
        ("tatqa", "set.json", b'{"data": []}'),
        ("tatqa", "set.json", b"not json"),
        ("obliqa", "set.json", b'[{"Question": "Why?"}]'),
        ("squad2", "set.json", b'{"data": [{"title": 1}]}'),
        ("squad2", "set.json", b"\xff\xfe\x00"),
        ("spreadsheet", "set.xlsx", b"no workbook"),
        ("spreadsheet", "set.ods", b"no workbook"),
    ],
)
def test_another_format_is_one_sentence_that_names_the_file(
    tmp_path: Path, name: str, file: str, content: bytes
) -> None:
    (tmp_path / file).write_bytes(content)
    for path in (tmp_path / file, tmp_path / "gone" / file, tmp_path):
        with pytest.raises(BadGold) as error:
            imported(name, path)
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)
        assert str(error.value).endswith(".")


@pytest.mark.parametrize("line", ["q1\tb", "q1\tb\tmuch", "q1 b 1", "a\tb\tc\td"])
def test_a_broken_judgement_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    source = beir_folder(tmp_path / "set", f"query-id\tcorpus-id\tscore\nq1\tb\t1\n{line}\n")
    with pytest.raises(BadGold, match=r"test\.tsv, line 3 is not"):
        imported("beir", source)


def test_documents_that_cannot_be_written_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    documents = FORMATS["beir"].documents
    assert documents is not None
    with pytest.raises(BadGold, match="can't be written to"):
        documents(beir_folder(tmp_path / "set"), tmp_path / "taken")


def test_every_format_is_known_by_its_name() -> None:
    assert set(FORMATS) == {"financebench", "tatqa", "obliqa", "squad2", "beir", "banking77", "spreadsheet"}
    assert all(name == importer.name and importer.help for name, importer in FORMATS.items())


@pytest.mark.public_documents
def test_banking77_brings_messages_that_no_policy_answers(tmp_path: Path) -> None:
    file = tmp_path / "banking77_test.csv"
    file.write_text(
        'text,category\n"Why, is my top-up\nback?",top_up_reverted\nWhat is the fee?,card_payment_fee_charged\n'
    )
    [question] = imported("banking77", tmp_path)
    assert question.question == "Why, is my top-up\nback?"
    assert (question.answerable_in_corpus, question.tags) == (False, ("top_up_reverted",))
    file.write_text("message\nhello\n")
    with pytest.raises(BadGold, match="no columns text and category"):
        imported("banking77", file)
    assert len(imported("banking77", shared("banking77"))) > 400


def test_a_question_asked_elsewhere_is_to_be_declined(tmp_path: Path) -> None:
    source, output = tmp_path / "qa.csv", tmp_path / "qa.jsonl"
    source.write_text("Question,Answer,Document,Tags\n" + "".join(f"What is {n}?,It is,d.md,x\n" for n in range(9)))
    command = ["import", "spreadsheet", str(source), "-o", str(output), "--limit", "3", "--elsewhere"]
    result = CliRunner().invoke(command_line, command)
    assert result.exit_code == 0, result.output
    questions = read_gold(output).questions
    assert [question.question for question in questions] == ["What is 0?", "What is 3?", "What is 6?"]
    assert not any(q.answerable_in_corpus or q.evidence or q.answer for q in questions)
    assert questions[0].tags == ("x",)

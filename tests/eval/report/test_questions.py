"""Each question has a row that opens to all that is known of it."""

from __future__ import annotations

import re
from dataclasses import replace

from eval.runs.folder import Run
from eval.runs.record import Failure
from tests.eval.made_runs import loaded_run, searched_run
from tests.eval.report.pages import FOLDER, made, only, page, parsed, row_of, words


def test_failures_are_counted_by_cause() -> None:
    causes = page().xpath("//ul[@class='causes']/li")
    counts = {cause.xpath(".//@data-cause")[0]: int(words(cause).split()[-3]) for cause in causes}
    assert counts == {f.value: sum(r.failure is f for r in made().records) for f in Failure}
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert all(cause.xpath("a/@href") == ["#questions"] for cause in causes)
    assert words(causes[0]).startswith("not retrieved No evidence was among the passages")


def test_every_question_has_a_row_and_everything_is_there_without_a_script() -> None:
    rows = page().xpath("//ol[@id='list']/li")
    assert [row.xpath(".//span[@class='asked']")[0].text[:30] for row in rows] == [
        record.gold.question[:30] for record in made().records
    ]
    assert page().xpath("//ol[@id='list']//*[@hidden]") == []
    assert page().xpath("//form/@hidden") == [""]
    content = page().text_content()
    assert all(record.answer.answer in content for record in made().records if record.answer)


def test_a_row_says_how_its_question_ended() -> None:
    rows = page().xpath("//ol[@id='list']/li")
    for record, row in zip(made().records, rows, strict=True):
        badge = words(row.xpath(".//span[@class='c-outcome']")[0])
        declined = record.answer is not None and record.answer.status == "abstained"
        assert badge == (record.failure or ("declined rightly" if declined else "right"))
        assert ("data-failed" in row.attrib) == (record.failure is not None)
    unjudged = [record.model_copy(update={"scores": {}, "failure": None}) for record in made().records]
    assert parsed(replace(made(), records=unjudged)).xpath("//li[@data-outcome] | //select[@id='outcome']") == []


def test_a_row_shows_its_score_and_time() -> None:
    record = made().records[0]
    (row,) = parsed(only(made(), total_s=1.25, scores={"answer.token_f1": 0.875})).xpath("//ol[@id='list']/li")
    assert words(row.xpath("details/summary/span[@class='c-score']")[0]) == "87.5 %"
    assert words(row.xpath("details/summary/span[@class='c-time']")[0]) == "1.25 s"
    assert (row.get("data-score"), row.get("data-time")) == ("0.8750", "1.2500")
    assert row.get("data-tags") == ("\n".join(record.gold.tags) or None)


def test_what_the_answer_shares_with_the_gold_one_is_marked() -> None:
    row = row_of(made(), Failure.WRONG_NUMBER)
    marks = [mark.text for mark in row.xpath(".//p[@class='text']/mark")]
    assert marks == ["Phone recordings are kept for", "months, and for 5 years where they concern an investment"]
    (link,) = row.xpath(".//p[@class='text']/sup/a")
    (citation,) = row.xpath(".//ol[@class='citations']/li/@id")
    assert link.get("href") == f"#{citation}"


def test_each_sentence_is_followed_by_the_number_of_its_citation() -> None:
    record = made().records[0]
    assert record.answer is not None
    first, second = "It costs EUR 5.", "Nothing else is charged."
    (citation,) = record.answer.citations
    cited = [
        citation.model_copy(update={"answer_start": 0, "answer_end": 15}),
        citation.model_copy(update={"answer_start": 16, "answer_end": 40}),
    ]
    answer = record.answer.model_copy(update={"answer": f"{first} {second}", "citations": cited})
    (given_answer,) = parsed(only(made(), answer=answer)).xpath("//p[@class='text'][sup]")
    assert given_answer.text_content() == f"{first}[1] {second}[2]"


def test_a_quote_that_is_not_the_pages_text_is_marked_so() -> None:
    bad, good = row_of(made(), Failure.WRONG_SPAN), row_of(made(), Failure.INCOMPLETE)
    assert [words(tag) for tag in bad.xpath(".//ol[@class='citations']//span[contains(@class, 'tag')]")] == [
        "not verbatim"
    ]
    assert [words(tag) for tag in good.xpath(".//ol[@class='citations']//span[contains(@class, 'tag')]")] == [
        "verbatim"
    ]


def test_passages_stand_in_rank_order_and_those_with_evidence_are_open() -> None:
    row = row_of(made(), Failure.WRONG_NUMBER)
    record = next(record for record in made().records if record.failure is Failure.WRONG_NUMBER)
    passages = row.xpath(".//ol[@class='ranking']/li")
    shown_texts = [passage.xpath(".//blockquote")[0].text_content() for passage in passages]
    assert shown_texts == [re.sub("[\x00\ufffe]", "\ufffd", passage.text) for passage in record.ranking]
    holds = [any(levels[rank] for levels in record.holds.values()) for rank in range(len(record.ranking))]
    assert [bool(p.xpath("details/@open")) for p in passages] == holds
    assert ["evidence" in words(p.xpath("details/summary")[0]) for p in passages] == holds
    assert ["not a source" in words(p) for p in passages] == [rank >= 4 for rank in range(len(record.ranking))]
    exact = next(p for p in passages if "section, page, passage" in words(p))
    assert "Phone recordings are kept for" in [mark.text for mark in exact.xpath(".//mark")]


def test_what_was_declined_says_why_and_shows_the_gold_answer_in_the_passages() -> None:
    row = row_of(made(), Failure.WRONGLY_ABSTAINED)
    assert "Declined: The passages that were found hardly speak of what was asked." in words(row)
    assert "Runs of words that stand in the gold answer are marked." in words(row)
    assert row.xpath(".//ol[@class='ranking']//mark")
    assert row.xpath(".//p[@class='text declined']/mark") == []


def test_the_rest_of_a_question_is_shown_too() -> None:
    at, record = next((at, r) for at, r in enumerate(made().records) if r.answer and r.answer.dropped and r.plain)
    assert record.answer is not None
    row = words(page().xpath("//ol[@id='list']/li")[at])
    assert "It is free of charge on Sundays." in row
    assert f"confidence {record.answer.confidence:.2f}" in row
    assert f"{record.answer.stats.tokens} tokens in {record.answer.stats.steps} steps" in row
    assert "the same answer" in row
    assert f"in short: {record.gold.short_answer}" in row
    assert f"Words in common (F1) {record.scores['answer.token_f1'] * 100:.1f} %" in row
    assert f"Evidence {record.gold.evidence[0].doc} › {record.gold.evidence[0].section}, page" in row


def test_an_error_is_shown_with_its_sentence() -> None:
    row = row_of(made(), Failure.ERROR)
    assert "The question could not be answered at all. The model’s files are damaged" in words(row)
    assert words(row.xpath("details/summary/span[@class='c-time']")[0]) == "–"


def test_filters_offer_what_occurs() -> None:
    def options(run: Run, key: str) -> list[str]:
        return [str(value) for value in parsed(run).xpath(f"//select[@id='{key}']/option/@value") if value]

    assert options(made(), "status") == ["answered", "error", "declined"]
    assert options(made(), "set") == ["bank-faq", "sample"]
    assert options(made(), "tag") == ["staff", "table", "version"]
    assert options(made(), "outcome")[:4] == ["right", "declined rightly", "any failure", "not retrieved"]
    assert options(searched_run(FOLDER), "status") == []
    assert options(loaded_run(FOLDER), "outcome") == ["right", "declined rightly", "any failure", "error"]

"""The scores of one question, and why it failed if it did."""

from __future__ import annotations

from app.answering.answer import Answer, Status
from app.answering.lists import LEFT_OUT
from eval.gold.model import GoldQuestion
from eval.runs.record import Failure, Level, Record
from eval.scoring.content import Content, count_words
from eval.scoring.metrics.copying import copied_share
from eval.scoring.metrics.numbers import quantities, same_quantities, unsupported
from eval.scoring.metrics.ranking import ndcg_at, recall_at, reciprocal_rank_at
from eval.scoring.metrics.text import exact_match, rouge_l, token_f1, token_recall
from eval.scoring.registry import DEPTHS, name_of
from eval.scoring.relevance import Judge

CLARIFY = "clarify"  # a question's status where it is asked back what was meant
SCORED_FROM = 4  # support ratings below say that the gold answer isn't in the evidence


def scored(record: Record, judge: Judge) -> Record:
    """The record with its scores, and with the first cause of failure that holds."""
    scores = _retrieval(record)
    answer = record.answer
    if answer is not None:
        scores |= _answered(record.gold, answer)
        scores |= _speed(record, answer)
        if answer.status is Status.ANSWERED:
            scores |= _wording(record.gold, answer)
            if record.gold.answerable_in_corpus and _is_scored(record.gold):
                matched = _content(record, judge).figures_given()
                scores |= {} if matched is None else {"number.match": matched}
            scores |= _citing(record, answer, judge)
    cause = failure(record, judge)
    if answer is not None or record.error is not None:
        if cause is not None or _is_judged(record):
            scores["answer.right"] = float(cause is None)
        scores |= {name_of(kind): float(kind is cause) for kind in Failure}
    return record.model_copy(update={"scores": scores, "failure": cause})


def failure(record: Record, judge: Judge) -> Failure | None:
    """The first cause of `Failure` that holds, or None. Runs of retrieval only know `Failure.NOT_RETRIEVED`."""
    gold, answer = record.gold, record.answer
    if record.error is not None:
        return Failure.ERROR
    if answer is None:
        known = gold.answerable_in_corpus and record.relevant
        return Failure.NOT_RETRIEVED if known and not record.found else None
    if answer.status not in (Status.ANSWERED, Status.ABSTAINED):
        return None if answer.status == CLARIFY and gold.readings else Failure.OTHER_OUTCOME
    if not gold.answerable_in_corpus:
        return Failure.WRONGLY_ANSWERED if answer.status is Status.ANSWERED else None
    if gold.evidence and not record.found:
        return Failure.NOT_RETRIEVED
    if answer.status is Status.ABSTAINED:
        return Failure.WRONGLY_ABSTAINED
    if not all(record.verbatim):
        return Failure.WRONG_SPAN
    found = [(citation, at) for citation in answer.citations for at in judge.found(citation, citation.quote)]
    if gold.evidence and not found:
        return Failure.NOT_USED
    if gold.evidence and not any(judge.on_page(citation, at) for citation, at in found):
        return Failure.WRONG_PAGE
    if unsupported(_worded(answer), [s.text for s in answer.sources] + [s.heading for s in answer.sources]):
        return Failure.WRONG_NUMBER
    return _content(record, judge).wrong() if _is_scored(gold) else None


def _content(record: Record, judge: Judge) -> Content:
    """The content of an answer that was given, as far as it is cited from a right place."""
    gold, answer = record.gold, record.answer
    assert answer is not None
    right = [c for c in answer.citations if any(judge.on_page(c, at) for at in judge.found(c, c.quote))]
    return Content.of(gold, answer, right if gold.evidence else None)


def _is_judged(record: Record) -> bool:
    """Whether it can be said that an answer without a failure is right: what it says was held against a gold answer."""
    gold, answer = record.gold, record.answer
    return answer is None or answer.status is not Status.ANSWERED or not gold.answerable_in_corpus or _is_scored(gold)


def _retrieval(record: Record) -> dict[str, float]:
    scores: dict[str, float] = {}
    for level in Level:
        if relevant := record.relevant.get(level):
            ranking, name = record.holds[level], f"retrieval.{level}"
            scores |= {f"{name}.recall@{k}": recall_at(ranking, relevant, k) for k in DEPTHS}
            scores[f"{name}.mrr@10"] = reciprocal_rank_at(ranking, relevant, 10)
            scores[f"{name}.ndcg@10"] = ndcg_at(ranking, relevant, 10)
    return scores | _searches(record)


def _searches(record: Record) -> dict[str, float]:
    """Whether evidence is among the first ten and was found by its words, and by its meaning: each index on its own, as
    what one of them misses the other may find."""
    level = next((level for level in (Level.SECTION, Level.PAGE1, Level.PASSAGE) if record.relevant.get(level)), None)
    if level is None:
        return {}
    best = zip(record.ranking[:10], record.holds[level][:10], strict=True)
    holding = [passage for passage, held in best if held]
    return {
        "search.words@10": float(any(passage.bm25 is not None for passage in holding)),
        "search.meaning@10": float(any(passage.similarity is not None for passage in holding)),
    }


def _answered(gold: GoldQuestion, answer: Answer) -> dict[str, float]:
    answered, declined = float(answer.status is Status.ANSWERED), float(answer.status is Status.ABSTAINED)
    if gold.answerable_in_corpus:
        return {"answer.answered": answered, "abstain.rate.answerable": declined}
    return {"abstain.rate.unanswerable": declined}


def _wording(gold: GoldQuestion, answer: Answer) -> dict[str, float]:
    """How an answer that was given compares with the gold one, and with the passages it was written from."""
    texts = [source.text for source in answer.sources]
    scores = {
        "answer.words": float(count_words(answer.answer)),
        "answer.copied": copied_share(answer.answer, texts),
        "number.unsupported": float(
            len(unsupported(_worded(answer), texts + [source.heading for source in answer.sources]))
        ),
    }
    if gold.answerable_in_corpus and _is_scored(gold):
        short = gold.short_answer or gold.answer
        scores |= {
            "answer.token_f1": token_f1(answer.answer, gold.answer),
            "answer.token_recall": token_recall(answer.answer, gold.answer),
            "answer.exact_match": float(_is_exact(answer, gold.answer) or _is_exact(answer, short)),
            "answer.rouge_l": rouge_l(answer.answer, gold.answer),
        }
    return scores


def _is_exact(answer: Answer, expected: str) -> bool:
    """Whether the answer, or the figure that it states, is what was expected."""
    texts = [answer.answer, *([answer.value.text] if answer.value is not None else [])]
    if any(_is_same(text, expected) for text in texts):
        return True
    return answer.value is not None and same_quantities(answer.value.text, expected)


def _is_same(text: str, expected: str) -> bool:
    """Whether two texts have the same words and, what their tokens don't say, the same signs of numbers."""
    signs = [[each.value for each in quantities(each_text)] for each_text in (text, expected)]
    return bool(exact_match(text, expected)) and signs[0] == signs[1]


def _worded(answer: Answer) -> str:
    """The answer without what isn't cited, as it stands in no source: lines that compute a figure, or count what of a
    list is left out."""
    if answer.value is None or answer.value.formula is None:
        return LEFT_OUT.sub("", answer.answer)
    return "\n".join(answer.answer[each.answer_start : each.answer_end] for each in answer.citations)


def _citing(record: Record, answer: Answer, judge: Judge) -> dict[str, float]:
    scores = {"quote.verbatim": sum(record.verbatim) / len(record.verbatim)} if record.verbatim else {}
    gold = record.gold
    if gold.answerable_in_corpus and gold.evidence and answer.citations:
        found = [
            {at for at in judge.found(citation, citation.quote) if judge.on_page(citation, at)}
            for citation in answer.citations
        ]
        scores["citation.precision"] = sum(map(bool, found)) / len(found)
        scores["citation.recall"] = len(set().union(*found)) / len(gold.evidence)
        scores["citation.any"] = float(any(found))
    return scores


def _speed(record: Record, answer: Answer) -> dict[str, float]:
    stats, plain = answer.stats, record.plain
    scores = {"latency.mean_s": record.total_s} if record.total_s is not None else {}
    if not stats.steps:
        return scores
    scores |= {"decode.tokens_per_step": stats.tokens_per_step, "decode.rows_per_step": stats.rows_per_step}
    if plain is not None and plain.stats.steps:
        own = {"answer", "citations", "dropped", "replaced", "status"}
        same = plain.model_dump(include=own) == answer.model_dump(include=own)
        scores["decode.lossless"] = float(same and plain.stats.tokens == stats.tokens)
        scores["decode.speed_up"] = plain.stats.decode_ms / stats.decode_ms
    return scores


def _is_scored(gold: GoldQuestion) -> bool:
    return bool(gold.answer) and (gold.support_rating is None or is_well_supported(gold))


def is_well_supported(gold: GoldQuestion) -> bool:
    """Whether annotators marked that the evidence supports the answer."""
    return gold.support_rating is not None and gold.support_rating >= SCORED_FROM

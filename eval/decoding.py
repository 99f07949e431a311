"""Does lookahead decoding change an answer, and how many tokens does a step settle? Measured over gold questions.

    python -m eval.decoding eval/gold/sample.jsonl --limit 40

Every question goes through the whole pipeline twice, once with lookahead and once with plain decoding, in turns.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import mean, median
from typing import Annotated

import typer

from app.answer import Answer
from app.cli.console import opened, prepare_libraries
from app.config import load_settings
from app.service import Citewell


@dataclass(frozen=True)
class Pair:
    """One question's answer with lookahead and by plain decoding."""

    question_id: str
    ahead: Answer
    plain: Answer

    @property
    def differs(self) -> bool:
        """Whether anything but the cost is different; dropped sentences count, so that all that was written does."""
        own = {"answer", "citations", "dropped", "status"}
        same_text = self.ahead.model_dump(include=own) == self.plain.model_dump(include=own)
        return not same_text or self.ahead.stats.tokens != self.plain.stats.tokens


def measure(service: Citewell, gold: Path, limit: int) -> list[Pair]:
    """Answer ``limit`` questions, evenly spread over the gold set, both ways."""
    lines = [json.loads(line) for line in gold.read_text("utf-8").splitlines() if line.strip()]
    chosen = lines[:: max(1, len(lines) // limit)][:limit]
    pairs = []
    for done, item in enumerate(chosen):
        service.show_progress("Answering both ways", done, len(chosen))
        as_of = date.fromisoformat(item["as_of"]) if item.get("as_of") else None
        question = service.question(item["question"], as_of=as_of)
        ahead = service.answer(question)
        pairs.append(Pair(item["id"], ahead, service.answer(replace(question, plain=True))))
    return pairs


def report(pairs: list[Pair]) -> str:
    """The figures, one a line."""
    written = [pair for pair in pairs if pair.ahead.stats.steps]
    speed_up = [pair.plain.stats.decode_ms / pair.ahead.stats.decode_ms for pair in written]
    tokens = sum(pair.ahead.stats.tokens - 1 for pair in written)
    different = [pair.question_id for pair in pairs if pair.differs]
    rows = mean(pair.ahead.stats.rows_per_step for pair in written)
    return "\n".join(
        [
            f"questions                  {len(pairs)}, of which {len(written)} were written by the model",
            f"different from plain       {len(different)} {' '.join(different)}",
            f"tokens per step            {mean(p.ahead.stats.tokens_per_step for p in written):.2f} mean of questions, "
            f"{tokens / sum(p.ahead.stats.steps for p in written):.2f} over all tokens",
            f"rows per step              {rows:.1f}",
            f"time of plain / lookahead  {median(speed_up):.2f} median, prefill included",
            f"answered                   {sum(pair.ahead.status == 'answered' for pair in pairs)}",
        ]
    )


def main(
    gold: Annotated[Path, typer.Argument(help="Gold questions, one JSON object a line.")],
    limit: Annotated[int, typer.Option(min=1, help="How many questions.")] = 40,
) -> None:
    """Compare lookahead with plain decoding; exit status 1 where an answer differs."""
    if not gold.is_file():
        raise typer.BadParameter(f"There is no gold set {gold}: give the path of a .jsonl file.")
    settings = load_settings()
    prepare_libraries(settings)
    with opened(settings) as service:
        service.load_models()
        pairs = measure(service, gold, limit)
    typer.echo(report(pairs))
    if any(pair.differs for pair in pairs):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)

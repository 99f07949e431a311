"""See how one prompt is answered: every step's draft tree, or one of them as a picture.

    python -m bench.accel.trace PROMPTS.jsonl [--id ID] [--step N --svg OUT]

Reads what `bench.accel` reads.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from accel.budget import MeanRows
from accel.decoding import Request, decode
from accel.picture import draft_tree_svg
from accel.plain import runtime_of
from accel.trace import Trace
from bench.accel.errors import CannotMeasure
from bench.accel.methods import trie_drafters
from bench.accel.models import ends_of, load_model, load_tokenizer, model_folder
from bench.accel.prompts import read_prompts


def main() -> int:
    """Exit status 2, with one sentence, for what can't be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("--id", help="the prompt to answer; the first, if left out")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="a transformers model; the packaged one, if left out"
    )
    parser.add_argument("--rows", type=float, default=8, metavar="N", help="rows that a step verifies on average")
    parser.add_argument("--max-new-tokens", type=int, default=160, metavar="N")
    parser.add_argument("--step", type=int, default=1, metavar="N", help="the step to draw, counted from 1")
    parser.add_argument("--svg", type=Path, metavar="OUT", help="draw this step's draft tree there")
    options = parser.parse_args()
    try:
        trace = _trace(options)
        if options.svg and not 1 <= options.step < len(trace.steps):
            raise CannotMeasure(f"There is no step {options.step}: the answer took {len(trace.steps) - 1}.")
        if options.svg:
            options.svg.write_text(draft_tree_svg(trace.steps[options.step], trace.decode), encoding="utf-8")
    except (CannotMeasure, ValueError, OSError) as error:
        print(f"bench.accel.trace: {error}", file=sys.stderr)
        return 2
    if not options.svg:
        from rich import print as show

        show(trace.as_tree())
    return 0


def _trace(options: argparse.Namespace) -> Trace:
    folder = model_folder(options.model)
    tokenizer = load_tokenizer(folder)
    prompts = {prompt.id: prompt for prompt in read_prompts(options.prompts, tokenizer)}
    asked = options.id or next(iter(prompts))
    if asked not in prompts:
        raise CannotMeasure(f"{options.prompts} has no prompt {asked!r}: it has {', '.join(list(prompts)[:5])}, ….")
    model = load_model(folder, tokenizer, "float32", "cpu")
    ends, prompt = ends_of(model), prompts[asked]
    drafter = trie_drafters(tokenizer, ends, MeanRows(options.rows))(prompt)
    trace = Trace(lambda tokens: str(tokenizer.decode(tokens)))
    for step in decode(
        runtime_of(model), [Request(prompt.tokens, options.max_new_tokens, lambda answer: answer[-1] in ends, drafter)]
    ):
        trace.record(step)
    return trace


if __name__ == "__main__":
    sys.exit(main())

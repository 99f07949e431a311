"""Decoding methods side by side: how fast each answers the same prompts, and whether it writes the same."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from accel.answers import AnswerTrie
from accel.attention import group_attention
from accel.budget import FastestRate, MeanRows
from accel.costs import step_costs
from accel.draft import Undrafted
from accel.packing import pack_linears
from accel.plain import load_runtime
from accel.runtime import TransformersRuntime
from bench.accel.errors import CannotMeasure
from bench.accel.llamacpp import LlamaCpp
from bench.accel.measure import PLAIN, STOCK, Progress, differences, figures, measure, ratio
from bench.accel.methods import Accelerated, Method, Stock, trie_drafters
from bench.accel.models import ends_of, load_model, load_tokenizer, model_folder
from bench.accel.prompts import Prompt, read_prompts
from bench.accel.report import Report, command, machine

COLD, WARM = "lookahead", "lookahead-warm"
METHODS = {
    STOCK: "the stock model's generate",
    "hf-lookup": "the same with prompt lookup of 10 tokens",
    PLAIN: "this library, drafting nothing",
    COLD: "this library, drafting from passages, prompt and answer",
    WARM: "the same with the answers to --warm known",
    "llamacpp": "llama.cpp on --gguf; needs the extra bench",
}
LOOKUP = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what ``arguments`` (the command line's, if left out) ask for, and print it; returns the exit status: 2,
    after one sentence on stderr, where that can't be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    try:
        report = _run(options, command(given))
        print(report.text())
        if options.json:
            _write(options.json, report)
    except CannotMeasure as reason:
        print(f"bench.accel: {reason}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.accel",
        description=__doc__,
        epilog="Methods: " + "; ".join(f"{name}: {what}" for name, what in METHODS.items()) + ".",
    )
    parser.add_argument("prompts", type=Path, help="JSON Lines: id, question, passages; or id, prompt_ids")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="a transformers model; the packaged one, if left out"
    )
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--max-new-tokens", type=int, default=160, metavar="N")
    parser.add_argument("--methods", default="hf,hf-lookup,plain,lookahead", help="separated by commas")
    parser.add_argument(
        "--rows", type=float, metavar="N", help="verify so many rows a step on average, not as many as are fastest"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N prompts")
    parser.add_argument("--warm", type=Path, metavar="FILE", help="prompts answered before, perhaps with answer_ids")
    parser.add_argument("--gguf", type=Path, metavar="FILE", help="the same model for llamacpp")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there, too")
    parser.add_argument("--no-pack", action="store_true", help="on the CPU: leave weights and attention as they are")
    return parser


def _run(options: argparse.Namespace, described: str) -> Report:
    names = _names(options)
    options.model = model_folder(options.model)
    tokenizer = load_tokenizer(options.model)
    prompts = read_prompts(options.prompts, tokenizer)[: options.limit]
    warm = read_prompts(options.warm, tokenizer) if options.warm else []
    stock = load_model(options.model, tokenizer, options.dtype, options.device)
    _check_lengths(stock, [*prompts, *warm], options.max_new_tokens)
    progress = _ProgressLine()
    longest = max(len(prompt.tokens) for prompt in prompts)
    methods = _methods(names, options, stock, longest, partial(_own, options, stock, tokenizer, warm, progress))
    answers = measure(methods, prompts, options.max_new_tokens, progress)
    found = {
        name: figures(of, differences(stock, prompts, of, answers[STOCK]) if STOCK in answers else None)
        for name, of in answers.items()
    }
    ratios = {
        name: {other: ratio(of, answers[other]) for other in (STOCK, PLAIN) if other in answers and other != name}
        for name, of in answers.items()
    }
    return Report(machine(options.device), described, len(prompts), found, ratios)


def _names(options: argparse.Namespace) -> list[str]:
    """The methods to measure; raises `CannotMeasure` for options that contradict themselves or each other."""
    names = list(dict.fromkeys(name.strip() for name in options.methods.split(",")))
    for name in names:
        if name not in METHODS:
            raise CannotMeasure(f"There is no method {name!r}: choose from {', '.join(METHODS)}.")
    if options.warm and WARM not in names:
        names.append(WARM)
    if WARM in names and not options.warm:
        raise CannotMeasure(f"{WARM} needs prompts that were answered before: name their file with --warm.")
    if "llamacpp" in names and not options.gguf:
        raise CannotMeasure("llamacpp needs the same model as a GGUF file: name it with --gguf.")
    if options.max_new_tokens < 1 or (options.limit is not None and options.limit < 1):
        raise CannotMeasure("--max-new-tokens and --limit must be at least 1.")
    if options.json and not options.json.absolute().parent.is_dir():
        raise CannotMeasure(f"{options.json} can't be written: its folder is not there.")
    if options.rows is not None:
        try:
            MeanRows(options.rows)
        except ValueError as error:
            raise CannotMeasure(f"--rows {options.rows:g} won't do: {error}.") from error
    return names


def _check_lengths(model: PreTrainedModel, prompts: Sequence[Prompt], max_new_tokens: int) -> None:
    most = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    for prompt in prompts:
        if most is not None and len(prompt.tokens) + max_new_tokens > most:
            raise CannotMeasure(
                f"Prompt {prompt.id} has {len(prompt.tokens)} tokens, which with {max_new_tokens} new ones is more "
                f"than the model's {most}: leave it out, or lower --max-new-tokens."
            )


def _methods(
    names: Sequence[str],
    options: argparse.Namespace,
    stock: PreTrainedModel,
    longest: int,
    own: Callable[[], dict[str, Method]],
) -> dict[str, Method]:
    """The methods called ``names``, in that order; prompts have at most ``longest`` tokens, and ``own`` makes this
    library's."""
    methods: dict[str, Method] = {STOCK: Stock(stock), "hf-lookup": Stock(stock, LOOKUP)}
    if {PLAIN, COLD, WARM} & set(names):
        methods |= own()
    if COLD in names and COLD not in methods:
        raise CannotMeasure("This model can't verify drafts: leave lookahead out of --methods.")
    if "llamacpp" in names:
        methods["llamacpp"] = LlamaCpp(
            options.gguf, ends_of(stock), longest + options.max_new_tokens, on_gpu=options.device != "cpu"
        )
    return {name: methods[name] for name in names}


def _own(
    options: argparse.Namespace,
    stock: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    warm: Sequence[Prompt],
    progress: Progress,
) -> dict[str, Method]:
    """This library's methods, on a copy of the model with packed weights where these are to be packed."""
    model = stock
    if options.device == "cpu" and not options.no_pack:
        model = load_model(options.model, tokenizer, options.dtype, options.device)
        pack_linears(model)
        group_attention(model)
    runtime, ends = load_runtime(model), ends_of(stock)
    methods: dict[str, Method] = {PLAIN: Accelerated(runtime, ends, lambda prompt: Undrafted())}
    if not isinstance(runtime, TransformersRuntime):
        return methods
    costs = step_costs(runtime)

    def lookahead(answers: AnswerTrie | None = None) -> Method:
        budget = MeanRows(options.rows) if options.rows is not None else FastestRate(costs)
        return Accelerated(runtime, ends, trie_drafters(tokenizer, ends, budget, answers))

    methods[COLD] = lookahead()
    if warm:
        methods[WARM] = lookahead(_answers(lookahead(), warm, options.max_new_tokens, progress))
    return methods


def _answers(method: Method, warm: Sequence[Prompt], max_new_tokens: int, progress: Progress) -> AnswerTrie:
    """The answers recorded with ``warm``, and those that ``method`` gives where none was."""
    answers = AnswerTrie()
    for done, prompt in enumerate(warm):
        progress("answering beforehand: prompt", done, len(warm))
        answers.insert(prompt.answer or method.answer(prompt, max_new_tokens).tokens, prompt.tokens)
    progress("", len(warm), len(warm))
    return answers


def _write(path: Path, report: Report) -> None:
    try:
        path.write_text(json.dumps(report.json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CannotMeasure(f"{path} can't be written: {error.strerror or error}.") from error


class _ProgressLine:
    """Progress as one line on stderr that is written anew for each prompt, and wiped in the end."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._width = 0

    def __call__(self, label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == 0:
            self._began = now
        line = "" if done == total else f"{label} {done + 1} of {total}"
        if line and done:
            left = (now - self._began) / done * (total - done)
            line += f", {left:.0f} s left" if left < 100 else f", {left / 60:.0f} min left"
        print(f"\r{line.ljust(self._width)}", end="" if line else "\r", file=sys.stderr, flush=True)
        self._width = len(line)


if __name__ == "__main__":
    sys.exit(main())

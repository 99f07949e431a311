"""Methods side by side: all on the same prompts, in turns, with figures that add up."""

from __future__ import annotations

import json
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from bench.accel import trace
from bench.accel.__main__ import main
from bench.accel.errors import CannotMeasure
from bench.accel.llamacpp import LlamaCpp
from bench.accel.measure import differences, figures, measure, ratio
from bench.accel.methods import Answer, Stock
from bench.accel.models import load_model, load_tokenizer
from bench.accel.prompts import Prompt, prompt_tokens, read_prompts
from bench.accel.report import command, table
from tests.conftest import ROOT, SHARED, missing

FREE = ROOT / "bench" / "accel" / "free.jsonl"
TEMPLATE = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
SENTENCE = "The fee is waived for accounts with a balance above the minimum. "
FIGURES = {
    "decode_tokens_per_s",
    "ttft_s",
    "end_to_end_s",
    "tokens_per_step",
    "rows_per_step",
    "draft_share",
    "different",
    "first_differences",
}


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random Llama whose tokens are bytes."""
    folder = tmp_path_factory.mktemp("model")
    alphabet = ["<end>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    bytes_only = Tokenizer(models.BPE({token: at for at, token in enumerate(alphabet)}, []))
    bytes_only.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_only.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_only, eos_token="<end>")  # type: ignore[no-untyped-call]
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(alphabet),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        eos_token_id=0,
    )
    model = LlamaForCausalLM(config)
    # Larger weights than training starts with, so that the scores differ by more than rounding does.
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data.mul_(4)
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def prompts_path(tmp_path: Path) -> Path:
    lines = [
        {"id": "fee", "question": "Is there a fee?", "passages": [SENTENCE * 2]},
        {"id": "free", "question": "What is a fee?", "passages": []},
        {"id": "ids", "prompt_ids": [5, 6, 7, 8] * 5},
    ]
    path = tmp_path / "prompts.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return path


def test_every_method_is_measured_and_writes_what_generate_writes(
    model_path: Path, prompts_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    arguments = [str(prompts_path), "--model", str(model_path), "--max-new-tokens", "24", "--json", str(out)]
    assert main(arguments) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found.keys() == {"machine", "versions", "command", "prompts", "methods", "ratios"}
    assert {"cpu", "cores", "threads"} <= found["machine"].keys()
    assert {"python", "torch", "transformers"} <= found["versions"].keys()
    assert found["prompts"] == 3
    assert str(tmp_path) not in found["command"]
    methods = found["methods"]
    assert list(methods) == ["hf", "hf-lookup", "plain", "lookahead"]
    for of in methods.values():
        assert of.keys() == FIGURES
        assert (of["different"], of["first_differences"]) == (0, [])
        assert 0 < of["ttft_s"] < of["end_to_end_s"]
        assert of["decode_tokens_per_s"] > 0
    for name in ("hf", "plain"):
        assert (methods[name]["tokens_per_step"], methods[name]["rows_per_step"]) == (1, 1)
    for name in ("hf-lookup", "lookahead"):
        assert methods[name]["rows_per_step"] > 1
        assert methods[name]["rows_per_step"] >= methods[name]["tokens_per_step"] >= 1
    assert methods["hf"]["draft_share"] == 0
    assert methods["hf-lookup"]["draft_share"] is None
    assert 0 < methods["lookahead"]["draft_share"] < 1
    assert found["ratios"]["lookahead"].keys() == {"hf", "plain"}
    assert found["ratios"]["hf"].keys() == {"plain"}
    printed = capsys.readouterr()
    assert [line.split()[0] for line in printed.out.splitlines() if line.startswith(("hf", "look"))] == [
        "hf", "hf-lookup", "lookahead", "hf", "hf-lookup", "lookahead",
    ]  # fmt: skip
    assert re.search(r"prompt 3 of 3, \d+ s left", printed.err)
    assert "\n" not in printed.err


def test_answers_given_before_are_drafted_from_where_asked_for(
    model_path: Path, prompts_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    arguments = [str(prompts_path), "--model", str(model_path), "--methods", "hf,lookahead", "--max-new-tokens", "24"]
    # One is recorded with its answer, the others are answered first.
    model = load_model(model_path, load_tokenizer(model_path), "float32", "cpu")
    tokens = (5, 6, 7, 8) * 5
    answer = Stock(model).answer(Prompt("ids", tokens), 24).tokens
    lines = prompts_path.read_text(encoding="utf-8").splitlines()[:2]
    lines.append(json.dumps({"id": "ids", "prompt_ids": tokens, "answer_ids": answer}))
    warm = tmp_path / "warm.jsonl"
    warm.write_text("\n".join(lines), encoding="utf-8")
    assert main([*arguments, "--warm", str(warm), "--json", str(out)]) == 0
    methods = json.loads(out.read_text(encoding="utf-8"))["methods"]
    assert list(methods) == ["hf", "lookahead", "lookahead-warm"]
    assert methods["lookahead-warm"]["different"] == 0
    assert methods["lookahead-warm"]["tokens_per_step"] > methods["lookahead"]["tokens_per_step"]
    assert "answering beforehand: prompt 3 of 3" in capsys.readouterr().err


def test_each_prompt_is_answered_by_all_methods_and_begun_by_another_one() -> None:
    calls: list[tuple[str, str, int]] = []

    class Recording:
        def __init__(self, name: str) -> None:
            self.name = name

        def answer(self, prompt: Prompt, max_new_tokens: int) -> Answer:
            calls.append((prompt.id, self.name, max_new_tokens))
            return Answer((1,), 1, 0.1, 0.1, 0, 0, 0.0)

    methods = {name: Recording(name) for name in "abc"}
    found = measure(methods, [Prompt(str(at), (at,)) for at in range(4)], 99)
    warm_up, calls = calls[:3], calls[3:]
    assert [name for _, name, _ in warm_up] == ["a", "b", "c"]
    assert all(most < 99 for *_, most in warm_up)
    turns = "".join(name for _, name, _ in calls)
    assert turns == "abc" + "bca" + "cab" + "abc"
    assert [prompt for prompt, *_ in calls] == [str(at) for at in range(4) for _ in range(3)]
    assert {name: len(of) for name, of in found.items()} == {"a": 4, "b": 4, "c": 4}


def test_figures_count_what_follows_the_first_pass() -> None:
    slow = Answer((1, 2, 3, 4, 5), 1, ttft_s=1.0, end_to_end_s=3.0, steps=2, rows=8, draft_s=0.5)
    fast = Answer((1, 2, 3), 2, ttft_s=1.0, end_to_end_s=1.5, steps=1, rows=4, draft_s=0.0)
    found = figures([slow, fast], None)
    assert (found.decode_tokens_per_s, found.tokens_per_step, found.rows_per_step) == (2.0, 5 / 3, 4.0)
    assert (found.ttft_s, found.end_to_end_s, found.draft_share, found.different) == (1.0, 2.25, 0.2, None)
    assert (ratio([fast], [slow]).decode, ratio([fast], [slow]).end_to_end) == (1.0, 2.0)
    one_token = Answer((1,), 1, 1.0, 1.0, 0, 0, 0.0)
    assert figures([one_token], []).decode_tokens_per_s is None
    assert ratio([one_token], [one_token]).decode is None


def test_a_difference_is_reported_with_the_stock_models_margin(model_path: Path) -> None:
    model = load_model(model_path, load_tokenizer(model_path), "float32", "cpu")
    prompt = Prompt("p", tuple(range(10, 30)))
    stock = Stock(model).answer(prompt, 6)
    tokens = list(stock.tokens)
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([[*prompt.tokens, *tokens[:2]]])).logits[0, -1]
    best = logits.topk(2)
    assert int(best.indices[0]) == tokens[2]
    tokens[2] = int(best.indices[1])
    other = Answer(tuple(tokens), 1, 0.1, 0.2, 5, 5, 0.0)
    assert differences(model, [prompt], [stock], [stock]) == []
    margin = float(best.values[0] - best.values[1])
    found = differences(model, [prompt], [other], [stock])
    assert [(one.id, one.position) for one in found] == [("p", 2)]
    assert found[0].margin == pytest.approx(margin, abs=1e-4)
    cut = Answer(stock.tokens[:4], 1, 0.1, 0.2, 3, 3, 0.0)
    assert [one.position for one in differences(model, [prompt], [cut], [stock])] == [4]


def test_a_prompt_is_the_numbered_passages_and_the_question_in_the_models_template(model_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(model_path)
    text = str(tokenizer.decode(list(prompt_tokens(tokenizer, "Why?", ["One.", "Two."]))))
    assert text.endswith("<end><user>[1] One.\n\n[2] Two.\n\nQuestion: Why?<end><assistant>")
    assert tokenizer.decode(list(prompt_tokens(tokenizer, "Why?", []))) == "<user>Why?<end><assistant>"
    tokenizer.chat_template = None
    assert tokenizer.decode(list(prompt_tokens(tokenizer, "Why?", []))) == "Why?\n\n"


def test_prompts_are_token_for_token_the_recorded_ones(generator_path: Path) -> None:
    folder = SHARED / "rag_prompts"
    if not folder.is_dir():
        missing("the prompts lie in no ../shared/data; set TESTS_SHARED_DATA")
    tokenizer = AutoTokenizer.from_pretrained(generator_path)
    made = read_prompts(folder / "prompts.jsonl", tokenizer)
    recorded = read_prompts(folder / "recorded.jsonl", tokenizer)
    assert [(one.id, one.tokens) for one in made] == [(one.id, one.tokens) for one in recorded]
    assert all(one.passages and not one.answer for one in made)
    assert all(one.answer and not one.passages for one in recorded)


def test_the_prompts_that_invite_no_copying_can_be_read(model_path: Path) -> None:
    prompts = read_prompts(FREE, AutoTokenizer.from_pretrained(model_path))
    assert len({prompt.id for prompt in prompts}) == 12
    assert not any(prompt.passages for prompt in prompts)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", "line 2 is not a JSON object"),
        ('{"question": "Q", "passages": []}', "line 2: id is missing"),
        ('{"id": "a", "passages": []}', "line 2: question is missing"),
        ('{"id": "a", "question": "Q"}', "line 2: passages is missing"),
        ('{"id": "a", "question": "Q", "passages": [1]}', "line 2: passages is missing, or is no list of texts"),
        ('{"id": "a", "prompt_ids": []}', "line 2: prompt_ids is empty"),
        ('{"id": "a", "prompt_ids": [100000]}', "line 2: prompt_ids is no list of this model's token ids"),
    ],
)
def test_a_bad_line_is_named(model_path: Path, tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"id": "good", "question": "Q", "passages": []}\n' + line, encoding="utf-8")
    with pytest.raises(CannotMeasure, match=sentence):
        read_prompts(path, AutoTokenizer.from_pretrained(model_path))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--methods", "hf,magic"], "There is no method 'magic'"),
        (["--methods", "lookahead-warm"], "--warm"),
        (["--methods", "llamacpp"], "--gguf"),
        (["--methods", "hf,llamacpp", "--gguf", "model.gguf"], "citewell\\[bench\\]"),
        (["--rows", "100"], "--rows 100"),
        (["--limit", "0"], "--limit"),
        (["--max-new-tokens", "500"], "Prompt fee has"),
        (["--json", "nowhere/figures.json"], "folder is not there"),
        (["--warm", "nowhere.jsonl"], "nowhere.jsonl can't be read"),
        (["--model", "nowhere"], "There is no folder nowhere"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(
    model_path: Path,
    prompts_path: Path,
    more: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    assert main([str(prompts_path), "--model", str(model_path), *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert sentence.replace("\\", "") in printed.err


def test_without_prompts_or_model_status_2_is_returned(
    model_path: Path,
    prompts_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as without:
        without.setattr("accel.packaged.PACKAGE", "no_such_wheel")
        assert main([str(prompts_path)]) == 2
        assert "The packaged language model is not installed" in capsys.readouterr().err
    assert main([str(tmp_path / "none.jsonl"), "--model", str(model_path)]) == 2
    assert "none.jsonl can't be read" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main([str(prompts_path), "--model", str(tmp_path / "empty")]) == 2
    assert "has no usable tokenizer" in capsys.readouterr().err


def test_llama_cpp_forgets_the_last_prompt_and_ends_where_the_others_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[Any] = []

    class Llama:
        def __init__(self, path: str, **options: Any) -> None:
            did.append((path, options["n_ctx"], options["n_gpu_layers"]))

        def reset(self) -> None:
            did.append("reset")

        def generate(self, tokens: list[int], temp: float) -> Iterator[int]:
            did.append((tokens, temp))
            yield from (7, 8, 2, 9)

    monkeypatch.setitem(sys.modules, "llama_cpp", types.SimpleNamespace(Llama=Llama))
    file = tmp_path / "model.gguf"
    with pytest.raises(CannotMeasure, match=r"model\.gguf is not there"):
        LlamaCpp(file, {2}, 64, on_gpu=False)
    file.touch()
    method = LlamaCpp(file, {2}, 64, on_gpu=False)
    answer = method.answer(Prompt("p", (4, 5)), 10)
    assert answer.tokens == (7, 8, 2)
    assert (answer.first, answer.steps, answer.rows) == (1, 2, 2)
    assert 0 < answer.ttft_s <= answer.end_to_end_s
    assert method.answer(Prompt("p", (4, 5)), 1).tokens == (7,)
    assert did == [(str(file), 64, 0), "reset", ([4, 5], 0.0), "reset", ([4, 5], 0.0)]


def test_a_table_is_aligned_and_a_command_names_no_folders_of_this_machine() -> None:
    assert table(["name", "n"], [["a", "1.5"], ["longer", "–"]]) == "name      n\na       1.5\nlonger    –"
    assert command(["build/p.jsonl", "--model", "/home/me/models/small one"]) == (
        "python -m bench.accel build/p.jsonl --model 'small one'"
    )


def test_a_prompts_trace_and_the_picture_of_a_step(
    model_path: Path,
    prompts_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*more: str) -> int:
        shown = ["trace", str(prompts_path), "--model", str(model_path), "--max-new-tokens", "24", *more]
        monkeypatch.setattr("sys.argv", shown)
        return trace.main()

    assert run() == 0
    assert "prefill" in capsys.readouterr().out
    assert run("--step", "2", "--svg", str(tmp_path / "tree.svg")) == 0
    assert (tmp_path / "tree.svg").read_text().startswith("<svg")
    assert run("--step", "99", "--svg", str(tmp_path / "none.svg")) == 2
    assert "There is no step 99" in capsys.readouterr().err
    assert run("--id", "nobody") == 2
    assert "has no prompt 'nobody'" in capsys.readouterr().err

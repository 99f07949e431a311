"""Stock transformers models, small and random: trees score as their branches, and lookahead is `generate`."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    Gemma2Config,
    Gemma3TextConfig,
    GPT2Config,
    GPTNeoConfig,
    GPTNeoXConfig,
    GraniteConfig,
    JambaConfig,
    LlamaConfig,
    LogitsProcessorList,
    MambaConfig,
    MistralConfig,
    MixtralConfig,
    NoRepeatNGramLogitsProcessor,
    Olmo2Config,
    OlmoConfig,
    Phi3Config,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen3Config,
    RecurrentGemmaConfig,
    RepetitionPenaltyLogitsProcessor,
    RwkvConfig,
)

from accel import (
    Drafter,
    DraftTree,
    MeanRows,
    PlainRuntime,
    Processed,
    Request,
    Runtime,
    Source,
    Step,
    TokenTrie,
    TransformersRuntime,
    TrieDrafter,
    Undrafted,
    decode,
    load_runtime,
    runtime_of,
)
from accel.runtime import _distance
from tests.accel.guessing import Guessing
from tests.accel.hash_runtime import branch

VOCABULARY, END = 97, 96
# Shorter than two of the prompts and than every answer.
WINDOW = 12
TINY: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 256,
    "bos_token_id": 0,
    "eos_token_id": END,
    "pad_token_id": 0,
    "tie_word_embeddings": False,
}
GROUPED = {**TINY, "num_key_value_heads": 2}
HEADS = {**GROUPED, "head_dim": 8}
GPT2_LIKE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "n_embd": 32,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 256,
    "bos_token_id": 0,
    "eos_token_id": END,
    "tie_word_embeddings": False,
}
IN_TURNS = ["sliding_attention", "full_attention"]
FAMILIES: dict[str, PreTrainedConfig] = {
    "Llama": LlamaConfig(**GROUPED),
    "Qwen 2": Qwen2Config(**GROUPED),
    "Qwen 3": Qwen3Config(**HEADS),
    "Mistral, window": MistralConfig(**HEADS, sliding_window=WINDOW),
    "Gemma 2, window in every second layer": Gemma2Config(**HEADS, sliding_window=WINDOW, layer_types=IN_TURNS),
    "Gemma 3, window in every second layer": Gemma3TextConfig(**HEADS, sliding_window=WINDOW, layer_types=IN_TURNS),
    "Phi-3, window": Phi3Config(**GROUPED, sliding_window=WINDOW),
    "GPT-2": GPT2Config(**GPT2_LIKE),
    "GPT-NeoX": GPTNeoXConfig(**TINY),
    "OLMo": OlmoConfig(**GROUPED),
    "OLMo 2": Olmo2Config(**GROUPED),
    "Granite": GraniteConfig(**GROUPED),
    "Mixtral, window": MixtralConfig(**GROUPED, sliding_window=WINDOW, num_local_experts=4),
}
# Scores capped softly are what scaled-dot-product attention can't do.
EAGER_ONLY = {"Gemma 2, window in every second layer"}
PROMPTS = [[(13 * i + i * i + 5 * at) % 96 for i in range(length)] for at, length in enumerate((40, 23, 5))]
MOST = 36


def tiny(config: PreTrainedConfig, attention: str) -> PreTrainedModel:
    torch.manual_seed(0)
    model: PreTrainedModel = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call] # transformers' own
        config, attn_implementation=attention
    )
    # Larger weights than training starts with, so that the scores differ by more than rounding does.
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data.mul_(4)
    model.eval()  # type: ignore[no-untyped-call]
    return model


@cache
def of_family(family: str, attention: str = "", device: str = "cpu") -> PreTrainedModel:
    model = tiny(FAMILIES[family], attention or ("eager" if family in EAGER_ONLY else "sdpa"))
    return model.to(device)  # type: ignore[arg-type] # torch's own decorator hides the argument's type


def generated(model: Any, prompt: Sequence[int], **more: Any) -> list[int]:
    """What transformers itself says after the prompt."""
    ids = torch.tensor([prompt], device=model.device)
    # The mask is given because `generate` would otherwise take a token 0 of the prompt for padding.
    ends = {"attention_mask": torch.ones_like(ids), "eos_token_id": END, "pad_token_id": 0}
    written: torch.Tensor = model.generate(ids, max_new_tokens=MOST, do_sample=False, **ends, **more)
    return written[0, len(prompt) :].tolist()


@cache
def expected(family: str, device: str = "cpu") -> list[list[int]]:
    return [generated(of_family(family, device=device), prompt) for prompt in PROMPTS]


def write(runtime: Runtime[Any], drafters: Sequence[Drafter]) -> tuple[list[list[int]], list[Step]]:
    """Answers to as many of the prompts as there are drafters, and the steps in which they were written."""
    requests = [
        Request(prompt, MOST, lambda answer: answer[-1] == END, drafter)
        for prompt, drafter in zip(PROMPTS, drafters, strict=False)
    ]
    answers: list[list[int]] = [[] for _ in requests]
    steps = list(decode(runtime, requests))
    for step in steps:
        answers[step.request] += step.tokens
    return answers, steps


def check_scores(scores: torch.Tensor, model: PreTrainedModel, texts: list[list[int]], trees: list[DraftTree]) -> None:
    """Each row's scores are those after its own tokens, read without a cache."""
    for text, tree, rows in zip(texts, trees, scores, strict=True):
        for row in range(tree.rows):
            with torch.inference_mode():
                ids = torch.tensor([[*text, *branch(tree, row)]], device=model.device)
                alone = model(ids).logits[0, -1]
            torch.testing.assert_close(rows[row], alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("family", "attention"),
    [
        (family, kind)
        for family in FAMILIES
        for kind in ("sdpa", "eager")
        if kind == "eager" or family not in EAGER_ONLY
    ],
)
def test_trees_score_as_their_branches_one_by_one(family: str, attention: str) -> None:
    check_trees(of_family(family, attention))


def check_trees(model: PreTrainedModel) -> None:
    """Trees of two requests over three steps, and of one of them alone after that."""
    runtime = TransformersRuntime(model)
    texts = [list(prompt) for prompt in PROMPTS[:2]]
    context, first = runtime.prefill(texts)
    steps = [
        ([DraftTree((5, 8, 9, 8, 11, 3), (-1, 0, 0, 1, 2, 4)), DraftTree((7, 2, 1), (-1, 0, 0))], [(0, 2, 4), (0,)]),
        ([DraftTree((20, 4, 4), (-1, 0, 1)), DraftTree((6, 5, 4, 3, 2), (-1, 0, 0, 2, 3))], [(0, 1), (0, 2, 3, 4)]),
        ([DraftTree.root(30), DraftTree((31, 1), (-1, 0))], [(0,), (0, 1)]),
    ]
    for at, text in enumerate(texts):
        check_scores(first[at : at + 1, None], model, [text[:-1]], [DraftTree.root(text[-1])])
    for trees, paths in steps:
        check_scores(runtime.verify(context, trees), model, texts, trees)
        runtime.commit(context, paths)
        for text, tree, path in zip(texts, trees, paths, strict=True):
            text += [tree.tokens[row] for row in path]
    runtime.select(context, [1])
    trees = [DraftTree((9, 8, 7), (-1, 0, 0))]
    check_scores(runtime.verify(context, trees), model, texts[1:], trees)


@pytest.mark.parametrize("family", FAMILIES)
def test_lookahead_gives_the_tokens_of_generate(family: str) -> None:
    check_lookahead(family, "cpu")


def check_lookahead(family: str, device: str) -> None:
    truth = expected(family, device)[0]
    trie = TokenTrie()
    # Right in part, so that branches of all lengths are accepted and refused.
    for passage in (truth[:15], truth[20:30] + truth[:6], truth[::2]):
        trie.insert(passage, Source.PASSAGES)
    trie.read(PROMPTS[0])
    [answer], steps = write(TransformersRuntime(of_family(family, device=device)), [TrieDrafter(trie, MeanRows(12))])
    assert answer == truth
    assert len(steps) < len(truth) * 0.75


@pytest.mark.parametrize("family", FAMILIES)
def test_prompts_of_different_lengths_are_answered_together_as_alone(family: str) -> None:
    check_together(family, "cpu")


def check_together(family: str, device: str) -> None:
    truths = expected(family, device)
    drafters = [Guessing(truth, VOCABULARY, seed) for seed, truth in enumerate(truths)]
    answers, steps = write(TransformersRuntime(of_family(family, device=device)), drafters)
    assert answers == truths
    assert sum(len(set(answer)) for answer in answers) > 20, "texts that say nothing"
    assert any(step.path != tuple(range(len(step.path))) for step in steps), "no branch was accepted"


def test_columns_that_count_for_no_request_are_dropped_now_and_then() -> None:
    """Four requests in turn accept a long draft, in the steps in which the others accept none."""
    model = of_family("Mistral, window")
    runtime = TransformersRuntime(model)
    texts = [[3 + at] for at in range(4)]
    context, _ = runtime.prefill(texts)
    chain = DraftTree(tuple(range(20, 32)), tuple(range(-1, 11)))
    for step in range(24):
        trees = [chain if step % 4 == at else DraftTree.root(50 + step) for at in range(4)]
        scores = runtime.verify(context, trees)
        runtime.commit(context, [range(tree.rows) for tree in trees])
        if step > 20:
            check_scores(scores, model, texts, trees)
        for text, tree in zip(texts, trees, strict=True):
            text += tree.tokens
        assert context.lengths == [len(text) for text in texts]
        assert context.columns <= 2 * max(context.lengths) + 64
    assert context.columns < 1 + 24 * chain.rows


def test_processors_are_given_what_generate_gives_them() -> None:
    model = of_family("Llama")
    processors = LogitsProcessorList([RepetitionPenaltyLogitsProcessor(1.4), NoRepeatNGramLogitsProcessor(2)])
    truth = generated(model, PROMPTS[1], logits_processor=processors)
    assert truth != expected("Llama")[1]
    request = Request(PROMPTS[1], MOST, drafter=Guessing(truth, VOCABULARY, 0), sampler=Processed(processors))
    assert [token for step in decode(TransformersRuntime(model), [request]) for token in step.tokens] == truth


MAMBA = MambaConfig(**{**TINY, "state_size": 8})
PLAIN: dict[str, tuple[PreTrainedConfig, str, bool]] = {
    "Mamba": (MAMBA, "layers of kind linear_attention", True),
    "RWKV": (RwkvConfig(**TINY, attention_hidden_size=32), "scores a branching tree otherwise", True),
    # Hybrids: states next to keys and values; those of RecurrentGemma lie in the model, where requests would share
    # them.
    "Jamba": (
        JambaConfig(**GROUPED, attn_layer_period=2, attn_layer_offset=1, mamba_d_state=8, use_mamba_kernels=False),
        "layers of kind linear_attention",
        True,
    ),
    "RecurrentGemma": (
        RecurrentGemmaConfig(**{**TINY, "num_hidden_layers": 3}, attention_window_size=WINDOW),
        "layers of kind linear_attention|refuses a draft tree",  # transformers 5.17 doesn't name its layers' kinds
        False,
    ),
    "Bloom, ALiBi": (BloomConfig(**GPT2_LIKE, hidden_size=32), "refuses a draft tree", True),
    "GPT-Neo, a window that can't be masked": (
        GPTNeoConfig(**TINY, num_layers=2, attention_types=[[["global", "local"], 1]], window_size=WINDOW),
        "layers of kind local",
        True,
    ),
}


@pytest.mark.parametrize("family", PLAIN)
def test_a_model_that_cannot_branch_says_so_once_and_is_decoded_plainly(
    family: str, caplog: pytest.LogCaptureFixture
) -> None:
    config, reason, cached = PLAIN[family]
    model = tiny(config, "eager")
    runtime = load_runtime(model)
    [warning] = [record.getMessage() for record in caplog.records if record.name.startswith("accel")]
    assert re.search(reason, warning)
    assert isinstance(runtime, PlainRuntime)
    assert not runtime.branches
    assert runtime.cached == cached
    answers, steps = write(runtime, [Undrafted()] * 3)
    assert answers == [generated(model, prompt) for prompt in PROMPTS]
    assert all(len(step.tokens) == 1 for step in steps)


def test_a_plain_runtime_refuses_a_draft() -> None:
    runtime = PlainRuntime(tiny(MAMBA, "eager"))
    context, _ = runtime.prefill(PROMPTS[:1])
    with pytest.raises(ValueError, match="can't branch"):
        runtime.verify(context, [DraftTree((1, 2), (-1, 0))])


def test_an_empty_prompt_is_refused() -> None:
    runtime = TransformersRuntime(of_family("Llama"))
    for prompts in ([], [[1], []]):
        with pytest.raises(ValueError, match="at least one token"):
            runtime.prefill(prompts)


@pytest.mark.parametrize("family", ["Llama", "GPT-2"])
def test_the_context_length_is_the_configurations(family: str) -> None:
    assert TransformersRuntime(of_family(family)).context_length == 256


def test_rounding_of_many_scores_is_told_from_a_wrong_mask() -> None:
    torch.manual_seed(0)
    scores = torch.randn(3, 128_000)
    rounded = scores + 0.05 * torch.randn_like(scores)
    assert (rounded - scores).abs().max() > 0.2
    assert 0.04 < _distance(rounded, scores) < 0.06
    assert _distance(scores[[0, 1, 1]], scores) > 1


def forward_passes(model: PreTrainedModel, work: Callable[[PreTrainedModel], object]) -> int:
    """How often ``work`` runs the model."""
    passes: list[int] = []
    hook = model.register_forward_pre_hook(lambda *_: passes.append(1))
    try:
        work(model)
    finally:
        hook.remove()
    return len(passes)


@pytest.mark.parametrize("config", [FAMILIES["Llama"], MAMBA], ids=["branches", "plain"])
def test_a_model_is_tested_once_and_freed_when_nobody_uses_it(config: PreTrainedConfig) -> None:
    model = tiny(config, "eager")
    assert forward_passes(model, runtime_of) > 0
    assert forward_passes(model, runtime_of) == 0
    first, again = runtime_of(model), runtime_of(model)
    assert write(first, [Undrafted()])[0] == write(again, [Undrafted()])[0]
    left = weakref.ref(model)
    del model, first, again
    gc.collect()
    assert left() is None

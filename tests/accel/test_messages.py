"""Passages are shown with the user's last message, and are texts wherever they are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from langchain_core.documents import Document
from langchain_core.messages import HumanMessage

import accel
from accel import AccelError, NotSupported, NotTexts, TokenTrie, read_prompt, with_passages
from accel.langchain import ChatLookahead
from tests.accel.numerals import numerals
from tests.accel.test_runtime import of_family

ASKED = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What does it cost?"},
    {"role": "assistant", "content": "What?"},
    {"role": "user", "content": "The card."},
]


def test_passages_stand_numbered_before_the_last_of_the_users_words() -> None:
    *before, last = with_passages(ASKED, ["A card costs EUR 8.", "A PIN is free."])
    assert before == ASKED[:-1]
    assert last == {
        "role": "user",
        "content": "Use only these passages. Quote the one that answers the question.\n\n[1] A card costs EUR 8.\n\n"
        "[2] A PIN is free.\n\nQuestion: The card.",
    }
    [*_, answered] = with_passages([*ASKED, {"role": "assistant", "content": "It"}], ["A card costs EUR 8."])
    assert answered["content"] == "It"


def test_a_passage_that_was_shown_is_not_shown_twice() -> None:
    once = with_passages(ASKED, ["A card costs EUR 8."])
    assert with_passages(once, ["A card costs EUR 8."]) == once
    assert with_passages(once, ["A card costs EUR 8.", "A PIN is free."])[-1]["content"].count("EUR 8") == 1
    assert with_passages(ASKED, []) == ASKED


def test_passages_without_a_users_message_are_refused() -> None:
    with pytest.raises(NotSupported, match="add the question"):
        with_passages(ASKED[:1], ["A card costs EUR 8."])


def generated(passages: Any) -> object:
    return accel.generate(of_family("Llama"), numerals(), "5 8", passages=passages, max_new_tokens=2)


def streamed(passages: Any) -> object:
    generator = accel.Generator(of_family("Llama"), numerals(), rows=1)
    return list(generator.stream([{"role": "user", "content": "5 8"}], passages=passages, max_new_tokens=2))


def chatted(passages: Any) -> object:
    generator = accel.Generator(of_family("Llama"), numerals(), rows=8)
    return ChatLookahead(generator=generator, max_new_tokens=2).invoke([HumanMessage("5 8")], passages=passages)


def looked_ahead(passages: Any) -> object:
    model: Any = of_family("Llama")
    ids = torch.tensor([[5, 8]])
    asked = {"attention_mask": torch.ones_like(ids), "max_new_tokens": 2, "pad_token_id": 0}
    more = {"passages": passages, "passage_tokenizer": numerals()}
    return model.generate(ids, custom_generate=accel.lookahead, **asked, **more)


def read(passages: Any) -> object:
    return read_prompt(TokenTrie(), lambda text: [5], [5, 8], passages)


@pytest.mark.parametrize("take", [generated, streamed, chatted, looked_ahead, read])
@pytest.mark.parametrize(
    ("passages", "sentence"),
    [
        ("5 8", "not of type str: put a single text into a list"),
        (None, "not None"),
        ({"5 8"}, "not of type set"),
        ([Document("5 8")], r"passages\[0\] is of type Document: give its page_content"),
        (["5 8", None], r"passages\[1\] is None: give its text"),
        ([[5, 8]], r"passages\[0\] is of type list"),
        ([5, 8], r"passages\[0\] is of type int"),
        ([b"5 8"], r"passages\[0\] is of type bytes"),
    ],
)
def test_passages_that_are_no_texts_are_refused(take: Callable[[Any], object], passages: Any, sentence: str) -> None:
    with pytest.raises(NotTexts, match=sentence) as refused:
        take(passages)
    assert isinstance(refused.value, AccelError)
    assert isinstance(refused.value, TypeError)


@pytest.mark.parametrize("take", [generated, streamed, chatted, looked_ahead, read])
@pytest.mark.parametrize("passages", [(), [], ["5 8"], ("5 8", "")])
def test_passages_that_are_texts_are_taken(take: Callable[[Any], object], passages: Any) -> None:
    take(passages)


def test_the_model_reads_the_passages_it_is_given_and_lookahead_leaves_its_input_alone() -> None:
    generator = accel.Generator(of_family("Llama"), numerals(), rows=8)
    messages = [{"role": "user", "content": "5 8"}]
    shown = generator.prompt_tokens(with_passages(messages, ["40 41 42"]))
    assert {40, 41, 42} <= set(shown)
    written = accel.generate(of_family("Llama"), numerals(), "5 8", passages=["40 41 42"], max_new_tokens=8)
    [*_, last] = generator.stream(with_passages(messages, ["40 41 42"]), max_new_tokens=8)
    assert (written.prompt_tokens, written.tokens) == (len(shown), last.generation.tokens)
    chat = ChatLookahead(generator=generator, max_new_tokens=8).invoke([HumanMessage("5 8")], passages=["40 41 42"])
    assert chat.text == written.text
    assert looked_ahead(["40 41 42"])[0, :2].tolist() == [5, 8]  # type: ignore[index] # a tensor
    assert torch.equal(looked_ahead(["40 41 42"]), looked_ahead([]))  # type: ignore[arg-type] # tensors both


def test_passages_of_lookahead_need_their_tokenizer() -> None:
    model: Any = of_family("Llama")
    with pytest.raises(NotSupported, match="passage_tokenizer=tokenizer"):
        model.generate(torch.tensor([[5, 8]]), custom_generate=accel.lookahead, passages=["5"], max_new_tokens=2)


def test_every_passage_needs_a_weight_where_any_has_one() -> None:
    with pytest.raises(ValueError, match="2 passages have 1"):
        read_prompt(TokenTrie(), lambda text: [5], [5, 8], ["5", "8"], [0.5])

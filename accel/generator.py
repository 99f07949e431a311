"""A model with its tokenizer: chat messages in, text out."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from accel.answers import AnswerTrie
from accel.budget import Budget, FastestRate, MeanRows
from accel.costs import step_costs
from accel.decoding import Request, Step, decode
from accel.draft import Drafter, Undrafted
from accel.drafter import TrieDrafter
from accel.errors import PromptTooLong
from accel.messages import Message, conversation, with_passages
from accel.passages import read_prompt, texts
from accel.plain import PlainRuntime, runtime_of
from accel.runtime import TransformersRuntime
from accel.sampling import Greedy, Sampler
from accel.text import TextStream
from accel.trace import name_of
from accel.trie import TokenTrie
from accel.turns import in_turns


@dataclass(frozen=True)
class Generation:
    """An answer and what it cost, so far or as a whole.

    ``steps`` counts forward passes after the prefill, and ``rows`` the tokens verified in them. ``by_source`` parts the
    steps by where the accepted branch was seen: the steps, and the tokens they settled. Times are in seconds, from the
    moment the model was first free for this request; what it did for others in between is in them.
    """

    prompt_tokens: int
    tokens: tuple[int, ...] = ()
    text: str = ""
    steps: int = 0
    rows: int = 0
    by_source: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    first_token_s: float = 0.0
    decode_s: float = 0.0

    def after(self, step: Step, decode_s: float) -> Generation:
        """The figures after one step more, which ended at ``decode_s``; the text is left as it is."""
        by_source = dict(self.by_source)
        if step.rows:
            steps, tokens = by_source.get(name := name_of(step.source), (0, 0))
            by_source[name] = (steps + 1, tokens + len(step.tokens))
        return replace(
            self,
            tokens=(*self.tokens, *step.tokens),
            steps=self.steps + (step.rows > 0),
            rows=self.rows + step.rows,
            by_source=by_source,
            first_token_s=self.first_token_s or decode_s,
            decode_s=decode_s,
        )

    @property
    def tokens_per_step(self) -> float:
        """Tokens a step settled on average; the first token comes from the prefill and isn't counted."""
        return (len(self.tokens) - 1) / self.steps if self.steps else 0.0


@dataclass(frozen=True)
class Chunk:
    """A piece of the answer's text, and the figures up to it, which stay as they are."""

    text: str
    generation: Generation


class Generator:
    """Writes answers with lookahead decoding. Answers may be written at once, from one thread or several: the model
    takes a step of one, then of another, and nobody waits for an answer that its reader has left.

    ``rows`` is how many rows a step verifies on average; 1 is plain decoding, and gives the same tokens. Left out, it
    is as many as give the most tokens a second by what a step costs here, which is measured now, in less than a
    second, and kept in the folder ``cache``.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str = "",
        rows: float | None = None,
        cache: Path | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.name = name or str(model.config.name_or_path)
        self._runtime = runtime_of(model)
        self._budget = _budget(self._runtime, rows, cache)
        ends = model.generation_config.eos_token_id if model.generation_config else None
        ids = ends if isinstance(ends, list) else [ends, tokenizer.eos_token_id]
        self.end = frozenset(i for i in ids if isinstance(i, int))

    @cached_property
    def vocabulary(self) -> str:
        """A hash of what each token stands for: tokens mean the same to all generators with the same one."""
        return hashlib.sha256(json.dumps(sorted(self.tokenizer.get_vocab().items())).encode()).hexdigest()

    def prompt_tokens(self, messages: Sequence[Message], opening: str = "") -> list[int]:
        """The prompt of a conversation in the model's own chat template, or plainly where it has none, and after it
        the words that the answer is made to continue."""
        if self.tokenizer.chat_template:
            harmless = [{"role": m["role"], "content": self._without_special_tokens(m["content"])} for m in messages]
            text = self.tokenizer.apply_chat_template(harmless, add_generation_prompt=True, tokenize=False)
        else:
            text = "\n\n".join(m["content"] for m in messages) + "\n\n"
        return self.tokens_of(str(text)) + self.tokens_of(opening)

    def tokens_of(self, text: str) -> list[int]:
        """The tokens of ``text``, nothing added."""
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def fits(self, prompt_tokens: int, max_new_tokens: int) -> bool:
        """Whether a prompt and an answer of these lengths fit the model's context."""
        limit = self._runtime.context_length
        return limit is None or prompt_tokens + max_new_tokens <= limit

    def stream(
        self,
        messages: Sequence[Message],
        *,
        opening: str = "",
        passages: Sequence[str] = (),
        weights: Sequence[float] = (),
        earlier: AnswerTrie | None = None,
        max_new_tokens: int = 160,
        plain: bool = False,
        enough: Callable[[str], bool] | None = None,
        sampler: Sampler | None = None,
        on_step: Callable[[Step], None] | None = None,
    ) -> Iterator[Chunk]:
        """Answer ``messages`` as they are, drafting from ``passages``, the prompt and the answer itself.

        ``passages`` are texts that the answer is likely to copy; the model sees them only where ``messages`` hold them
        too, as those of `accel.with_passages` do. ``weights`` say how far to draft from each (say, its retrieval score
        over the best one's). ``opening`` is put in the model's mouth: it continues it, and what it continues it with is
        the answer. Answers given ``earlier`` are drafted from too, and this one is put among them; all must be of one
        tenant. ``plain`` turns drafting off and changes nothing but the speed. ``enough`` is asked, after every token,
        whether the text so far will do; ``sampler`` decides each token (the likeliest, if left out); ``on_step`` is
        called with every `Step`. Raises `PromptTooLong` where prompt and answer don't fit the model, and `NotTexts`
        where ``passages`` are something else than strings.
        """
        passages = texts(passages)
        prompt = self.prompt_tokens(messages, opening)
        if not self.fits(len(prompt), max_new_tokens):
            raise PromptTooLong(
                f"The prompt has {len(prompt)} tokens, the answer may have {max_new_tokens}, the model's context is "
                f"{self._runtime.context_length}: ask with fewer or shorter passages."
            )

        def request() -> Request:
            return Request(
                prompt,
                max_new_tokens,
                ended=lambda answer: answer[-1] in self.end or (enough is not None and enough(self._text(answer))),
                drafter=Undrafted() if plain else self._drafter(prompt, passages, weights, earlier),
                sampler=sampler or Greedy(),
            )

        generation, stream = Generation(prompt_tokens=len(prompt)), TextStream(self.tokenizer)
        for step, seconds in in_turns(self._steps(request), self._runtime.turn):
            if on_step:
                on_step(step)
            text = stream.feed(step.tokens)
            generation = replace(generation.after(step, seconds), text=stream.text)
            if text:
                yield Chunk(text, generation)
        if earlier is not None:
            earlier.insert(generation.tokens, prompt)
        rest = stream.finish()
        yield Chunk(rest, replace(generation, text=stream.text))

    def _steps(self, request: Callable[[], Request]) -> Iterator[tuple[Step, float]]:
        """Each step of a request, made at the model's first turn, and the seconds from then to the step's end."""
        began = time.perf_counter()
        for step in decode(self._runtime, [request()]):
            yield step, time.perf_counter() - began

    def _drafter(
        self, prompt: list[int], passages: Sequence[str], weights: Sequence[float], earlier: AnswerTrie | None
    ) -> Drafter:
        if self._budget is None:
            return Undrafted()
        trie = TokenTrie()
        read_prompt(trie, self.tokens_of, prompt, passages, weights)
        return TrieDrafter(trie, self._budget, prompt_length=len(prompt), never=self.end, answers=earlier)

    def _without_special_tokens(self, content: str) -> str:
        """A document that spells out the template's own marks must not be able to end its turn and begin another."""
        for token in self.tokenizer.all_special_tokens:
            content = content.replace(token, f"{token[0]} {token[1:]}")
        return content

    def _text(self, answer: Sequence[int]) -> str:
        return str(self.tokenizer.decode(list(answer), skip_special_tokens=True))


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompt: str | Sequence[Message],
    *,
    passages: Sequence[str] = (),
    weights: Sequence[float] = (),
    max_new_tokens: int = 160,
    rows: float = 8,
    sampler: Sampler | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Generation:
    """One answer to ``prompt``, a user's message or a conversation, from ``passages``, which the model is shown as
    `accel.with_passages` does; the rest is as for `Generator.stream`.

    Verifies ``rows`` rows a step on average. A `Generator` measures how many are fastest, which pays for more than one
    answer, and gives them piece by piece.
    """
    messages = with_passages(conversation(prompt), passages)
    *_, last = Generator(model, tokenizer, rows=rows).stream(
        messages, passages=passages, weights=weights, max_new_tokens=max_new_tokens, sampler=sampler, on_step=on_step
    )
    return last.generation


def _budget(runtime: TransformersRuntime | PlainRuntime, rows: float | None, cache: Path | None) -> Budget | None:
    """None where nothing is to be drafted."""
    if isinstance(runtime, PlainRuntime) or rows == 1:
        return None
    if rows is not None:
        return MeanRows(rows)
    with runtime.turn:
        return FastestRate(step_costs(runtime, cache))

"""The generator as a LangChain chat model. LangChain's types stay in this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

from accel.generator import Chunk, Generator
from accel.messages import Message, with_passages
from accel.sampling import sampling

ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class ChatLookahead(BaseChatModel):
    """Answers with lookahead decoding, from texts given as ``passages``:

    ``ChatLookahead(generator=…).bind(passages=[…]).stream("…")``

    The model is shown them before the last human message, but for those that stand in a message already, and drafts
    from all.

    ``temperature`` 0 takes the likeliest token each time; otherwise tokens are drawn as `accel.sampling` says, by
    numbers that ``seed`` fixes.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    generator: Generator
    max_new_tokens: int = 160
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int = 0

    @property
    def _llm_type(self) -> str:
        return "citewell-lookahead"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.generator.name, "max_new_tokens": self.max_new_tokens} | self._sampling

    @property
    def _sampling(self) -> dict[str, Any]:
        names = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty", "seed")
        return {name: getattr(self, name) for name in names}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = LangSmithParams(
            ls_provider="citewell",
            ls_model_name=kwargs.get("model", self.generator.name),
            ls_model_type="chat",
            ls_temperature=self.temperature,
            ls_max_tokens=self.max_new_tokens,
        )
        if stop:
            params["ls_stop"] = stop
        return params

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        passages: Sequence[str] = (),
        weights: Sequence[float] = (),
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Pieces of the answer; the last one is empty and carries usage and acceptance figures. Raises `NotTexts` where
        ``passages`` are something else than strings: LangChain's documents have theirs in ``page_content``."""
        chunk: Chunk | None = None
        shown = 0
        for chunk in self.generator.stream(
            with_passages([_message(message) for message in messages], passages),
            passages=passages,
            weights=weights,
            sampler=sampling(**self._sampling),
            max_new_tokens=self.max_new_tokens,
            enough=None if not stop else lambda text: any(word in text for word in stop),
        ):
            # What might turn out to be the beginning of a stop word is held back until it can't be one any more.
            text = _before(stop, chunk.generation.text)
            safe = len(text) if text != chunk.generation.text else len(text) - _undecided(stop, text)
            if safe > shown:
                yield self._piece(text[shown:safe], run_manager)
                shown = safe
        assert chunk is not None  # a generator always yields its figures last
        if rest := _before(stop, chunk.generation.text)[shown:]:
            yield self._piece(rest, run_manager)
        yield _figures(chunk, self.generator.name)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = list(self._stream(messages, stop, run_manager, **kwargs))
        last = chunks[-1].message
        assert isinstance(last, AIMessageChunk)
        message = AIMessage(
            content="".join(str(chunk.message.content) for chunk in chunks),
            usage_metadata=last.usage_metadata,
            response_metadata=last.response_metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _piece(self, text: str, run_manager: CallbackManagerForLLMRun | None) -> ChatGenerationChunk:
        piece = ChatGenerationChunk(message=AIMessageChunk(content=text))
        if run_manager:
            run_manager.on_llm_new_token(text, chunk=piece)
        return piece


def _message(message: BaseMessage) -> Message:
    if message.type not in ROLES:
        raise ValueError(f"This model reads system, human and ai messages, not {message.type!r}.")
    return {"role": ROLES[message.type], "content": message.text}


def _before(stop: list[str] | None, text: str) -> str:
    """``text`` up to the first stop word in it."""
    return text[: min((at for word in stop or () if (at := text.find(word)) >= 0), default=len(text))]


def _undecided(stop: list[str] | None, text: str) -> int:
    """Length of the longest end of ``text`` that begins a stop word."""
    lengths = (n for word in stop or () for n in range(1, len(word)) if text.endswith(word[:n]))
    return max(lengths, default=0)


def _figures(chunk: Chunk, model: str) -> ChatGenerationChunk:
    generation = chunk.generation
    usage = UsageMetadata(
        input_tokens=generation.prompt_tokens,
        output_tokens=len(generation.tokens),
        total_tokens=generation.prompt_tokens + len(generation.tokens),
    )
    figures = {
        "model_name": model,
        "steps": generation.steps,
        "rows": generation.rows,
        "tokens_per_step": generation.tokens_per_step,
    }
    return ChatGenerationChunk(
        message=AIMessageChunk(content="", usage_metadata=usage, response_metadata=figures, chunk_position="last")
    )

"""The sections of the configuration, each value with its default; `config.yaml` says what it means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from app.mode import ASKED, Mode
from retrieval.ranking_recipe import Recipe

# Fewer would not hold one answer: an answer fills at most a sixteenth (`accel.AnswerTrie`).
LEAST_REMEMBERED = 4096
# In MiB; with less a process that reads can't even start.
LEAST_MEMORY = 512


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_ORIGIN = r"https?://[^\s/@?#;,]+"
Host = Annotated[str, Field(pattern=r"^(\[[0-9a-fA-F:.]+\]|[^\s/:@?#\[\]]+)$")]
Origin = Annotated[str, Field(pattern=f"^{_ORIGIN}$")]
Ancestor = Annotated[str, Field(pattern=f"^(self|{_ORIGIN})$")]


def off_in_words(setting: object) -> object:
    """A setting of which one value is off, a word that YAML takes for a boolean."""
    return "off" if setting is False else setting


class ServerSettings(Section):
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    hosts: tuple[Host, ...] = ()
    origins: tuple[Origin, ...] = ()
    frame_ancestors: tuple[Ancestor, ...] = ()
    waiting: int = Field(32, ge=0, le=10_000)
    wait_seconds: float = Field(60, gt=0, le=3600)
    allow_write: Literal["qualified", "always"] = "qualified"
    log_level: Literal["debug", "info", "warning", "error", "off"] = "info"
    log_questions: bool = False


class GeneratorSettings(Section):
    path: str | None = None
    device: str = "cpu"
    dtype: Literal["float32", "bfloat16"] = "float32"
    threads: PositiveInt | None = None
    rows: PositiveInt | None = None
    max_new_tokens: PositiveInt = 160
    remembered_tokens: int = Field(0, ge=0, le=2**30)

    @field_validator("remembered_tokens")
    @classmethod
    def _enough_or_none(cls, tokens: int) -> int:
        if 0 < tokens < LEAST_REMEMBERED:
            raise ValueError(f"must be 0, or at least {LEAST_REMEMBERED}")
        return tokens


class EmbedderSettings(Section):
    path: str | None = None
    device: str = "cpu"
    dtype: Literal["float32", "bfloat16"] | None = None


class RetrievalSettings(Section):
    k: int = Field(4, ge=1, le=20)
    candidates: PositiveInt = 400
    lexical_weight: float = Field(0.25, ge=0, le=1)
    pair_weight: float = Field(0.02, ge=0, le=1)
    reference_weight: float = Field(0.1, ge=0, le=1)
    widest: PositiveInt | None = 1600
    whole_sections: bool = False
    reranker: str | None = None
    reranked: PositiveInt = 40

    @property
    def recipe(self) -> Recipe:
        """How passages are ranked."""
        return Recipe(
            lexical_weight=self.lexical_weight,
            pair_weight=self.pair_weight,
            reference_weight=self.reference_weight,
            candidates=self.candidates,
            widest=self.widest,
            whole_sections=self.whole_sections,
            reranked=self.reranked,
        )


class AnsweringSettings(Section):
    mode: Mode = Mode.AUTO
    min_confidence: float | None = Field(None, ge=0, le=1)
    min_support: float = Field(0.6, ge=0, le=1)
    follow_ups: Literal["rules", "model"] = "rules"
    figures: Literal["off", "cells", "computed"] = "cells"

    @field_validator("mode")
    @classmethod
    def _can_be_asked_for(cls, mode: Mode) -> Mode:
        if mode not in ASKED:
            raise ValueError("must be quote, write or auto")
        return mode

    @field_validator("figures", mode="before")
    @classmethod
    def _off_is_a_word(cls, figures: object) -> object:
        return off_in_words(figures)


class KeySettings(Section):
    name: str = Field(min_length=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    labels: tuple[str, ...] = ()
    manages: bool = False


class AccessSettings(Section):
    keys: tuple[KeySettings, ...] = ()
    anonymous_reads: bool = False


class IngestionSettings(Section):
    hidden: Literal["skip", "read"] = "skip"
    originals: Literal["keep", "discard"] = "keep"
    ocr: Literal["off", "scanned"] = "off"
    ocr_languages: str = Field("eng", pattern=r"^[A-Za-z0-9_]+(\+[A-Za-z0-9_]+)*$")

    @field_validator("ocr", mode="before")
    @classmethod
    def _off_is_a_word(cls, ocr: object) -> object:
        return off_in_words(ocr)


class LimitSettings(Section):
    question_chars: PositiveInt = 2000
    file_mib: PositiveInt = 100
    unpacked_mib: PositiveInt = 200
    pages: PositiveInt = 5000
    cells: PositiveInt = 1_000_000
    seconds: PositiveInt = 300
    memory_mib: int = Field(1024, ge=LEAST_MEMORY)

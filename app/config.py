"""The settings: command line over environment over config.yaml over defaults."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource
from pydantic_settings.exceptions import SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.answering.question import ASKED, Mode
from app.errors import BadSettings
from corpus.database import masked
from retrieval.recipe import Recipe

PREFIX = "CITEWELL_"
CONFIG_VARIABLE = "CITEWELL_CONFIG"
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
    remembered_tokens: int = Field(2**18, ge=0, le=2**30)

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
        return "off" if figures is False else figures  # YAML takes the word for a boolean


class KeySettings(Section):
    name: str = Field(min_length=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    labels: tuple[str, ...] = ()
    manages: bool = False


class AccessSettings(Section):
    keys: tuple[KeySettings, ...] = ()
    anonymous_reads: bool = False


class LimitSettings(Section):
    question_chars: PositiveInt = 2000
    file_mib: PositiveInt = 100
    unpacked_mib: PositiveInt = 200
    pages: PositiveInt = 5000
    cells: PositiveInt = 1_000_000
    seconds: PositiveInt = 300
    memory_mib: int = Field(1024, ge=LEAST_MEMORY)


class Settings(BaseSettings):
    """One instance's configuration. `load_settings` makes it; `config.yaml` says what each value means."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", yaml_file_encoding="utf-8"
    )

    data_dir: Path = Path("var")
    database_url: str | None = None
    collection: str = Field("default", min_length=1, max_length=100)
    timezone: str = "UTC"
    server: ServerSettings = ServerSettings()
    generator: GeneratorSettings = GeneratorSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answering: AnsweringSettings = AnsweringSettings()
    access: AccessSettings = AccessSettings()
    limits: LimitSettings = LimitSettings()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            _zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            known = "give an IANA name that this machine knows, such as Europe/Vienna (tzdata has them all)"
            raise ValueError(known) from error
        return name

    @property
    def zone(self) -> tzinfo:
        """The time zone whose day is today."""
        return _zone(self.timezone)

    @property
    def resolved_database_url(self) -> str:
        """``database_url``, or SQLite in ``data_dir``."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'citewell.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)


def _zone(name: str) -> tzinfo:
    # That one needs no list of time zones, which a small container may lack.
    return UTC if name == "UTC" else ZoneInfo(name)


def load_settings(config: Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """Merge all sources. ``overrides`` come from the command line, as ``generator.rows=16``.

    ``config`` defaults to the file that ``CITEWELL_CONFIG`` names, or ``config.yaml`` where one lies in the current
    folder. Raises `BadSettings`, with the key's name, for an unknown key or a value that can't be.
    """
    named = config or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    if named and not os.path.isfile(named):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        raise BadSettings(f"There is no configuration file {named}: give the path of one that exists.")
    path = named or Path("config.yaml")
    _refuse_unknown_variables()

    class FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=path if path.is_file() else None)

    try:
        return FromFile(**_nested(overrides))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            raise BadSettings(
                f"There is no setting {key!r}: remove it, or see citewell config for those there are."
            ) from error
        raise BadSettings(f"Setting {key!r}: {first['msg']} (it is {first['input']!r}).") from error
    except SettingsError as error:
        raise BadSettings(f"An environment variable can't be read: {error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        raise BadSettings(f"{path} is not YAML of settings and their values: {' '.join(str(error).split())}") from error


def as_yaml(settings: Settings) -> str:
    """The merged settings, a password in ``database_url`` masked."""
    shown = settings.model_dump(mode="json")
    if settings.database_url:
        try:
            shown["database_url"] = masked(make_url(settings.database_url))
        except (ArgumentError, ValueError):
            shown["database_url"] = "***"
    return yaml.safe_dump(shown, sort_keys=False, allow_unicode=True)


def _refuse_unknown_variables() -> None:
    """pydantic-settings passes over unknown variables, and a misspelt one would silently do nothing."""
    for name in os.environ:
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE:
            key = name.removeprefix(PREFIX).lower().split("__")[0]
            if key not in Settings.model_fields:
                raise BadSettings(f"There is no setting {key!r} for the variable {name}: unset it or correct its name.")


def _nested(overrides: Sequence[str]) -> dict[str, Any]:
    """``["a.b=1"]`` as ``{"a": {"b": 1}}``; values are read as YAML."""
    merged: dict[str, Any] = {}
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise BadSettings(f"--set takes KEY=VALUE, such as generator.rows=16, not {override!r}.")
        *path, last = key.split(".")
        inner = merged
        for part in path:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise BadSettings(f"--set gives {key!r} both a value and parts of one: keep one of them.")
        try:
            inner[last] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise BadSettings(f"--set {override!r}: the value can't be read; put it in quotes.") from error
    return merged

"""The settings: command line over environment over config.yaml over defaults."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource
from pydantic_settings.exceptions import SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.errors import BadSettings
from app.settings import (
    AccessSettings,
    AnsweringSettings,
    EmbedderSettings,
    GeneratorSettings,
    IngestionSettings,
    LimitSettings,
    RetrievalSettings,
    ServerSettings,
)
from corpus.database import masked

PREFIX = "CITEWELL_"
CONFIG_VARIABLE = "CITEWELL_CONFIG"


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
    ingestion: IngestionSettings = IngestionSettings()
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
    def answerability_path(self) -> Path:
        """Where this instance's own answerability model lies: with the index whose scores it reads."""
        return self.data_dir / "indexes" / "gate.json"

    @property
    def uploads_dir(self) -> Path:
        """Where files that were uploaded wait to be read."""
        return self.data_dir.resolve() / "uploads"

    @property
    def originals_dir(self) -> Path:
        """Where the originals of ingested files are kept."""
        return self.data_dir.resolve() / "originals"

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

"""Settings: who overrides whom, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.config import Settings, as_yaml, load_settings
from app.errors import BadSettings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_command_line_over_environment_over_file_over_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().generator.rows == Settings().generator.rows
    (tmp_path / "config.yaml").write_text("generator: {rows: 2, max_new_tokens: 20}\nretrieval: {k: 2}")
    monkeypatch.setenv("CITEWELL_GENERATOR__ROWS", "3")
    monkeypatch.setenv("CITEWELL_GENERATOR__MAX_NEW_TOKENS", "30")
    settings = load_settings(overrides=["generator.rows=4"])
    assert (settings.generator.rows, settings.generator.max_new_tokens, settings.retrieval.k) == (4, 30, 2)


def test_the_file_in_the_repository_states_the_defaults() -> None:
    stated = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert stated == Settings().model_dump(mode="json")


@pytest.mark.parametrize(
    ("file", "variables", "overrides", "key"),
    [
        ("colour: red", {}, [], "'colour'"),
        ("generator: {colour: red}", {}, [], "'generator.colour'"),
        ("generator: {rows: many}", {}, [], "'generator.rows'"),
        ("generator: [", {}, [], "not YAML"),
        ("- a list", {}, [], "not YAML of settings"),
        ("", {}, ["retrieval.k=["], "--set 'retrieval.k=['"),
        ("", {"CITEWELL_COLOUR": "red"}, [], "CITEWELL_COLOUR"),
        ("", {"CITEWELL_GENERATOR__COLOUR": "red"}, [], "'generator.colour'"),
        ("", {"CITEWELL_SERVER": "red"}, [], "server"),
        ("", {}, ["colour=red"], "'colour'"),
        ("", {}, ["generator.rows"], "KEY=VALUE"),
        ("", {}, ["server=1", "server.port=2"], "'server.port'"),
        ("", {}, ["server.port=99999"], "'server.port'"),
    ],
)
def test_what_is_unknown_or_wrong_is_refused_by_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    variables: dict[str, str],
    overrides: list[str],
    key: str,
) -> None:
    (tmp_path / "config.yaml").write_text(file)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        load_settings(overrides=overrides)
    assert key in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_configuration_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"gone\.yaml"):
        load_settings(tmp_path / "gone.yaml")


def test_secrets_are_masked() -> None:
    shown = as_yaml(load_settings(overrides=["database_url=postgresql://me:hunter2@host/db"]))
    assert "hunter2" not in shown
    assert "postgresql://me:***@host/db" in shown


def test_the_database_lies_in_the_data_folder_unless_it_is_named(tmp_path: Path) -> None:
    assert load_settings(overrides=["data_dir=here"]).resolved_database_url == f"sqlite:///{tmp_path}/here/citewell.db"
    assert load_settings(overrides=["database_url=sqlite:///x.db"]).resolved_database_url == "sqlite:///x.db"


@pytest.mark.parametrize("word", ["off", "cells", "computed"])
def test_figures_are_one_of_three_words_even_the_one_that_yaml_takes_for_no(tmp_path: Path, word: str) -> None:
    (tmp_path / "config.yaml").write_text(f"answering: {{figures: {word}}}")
    assert load_settings(tmp_path / "config.yaml").answering.figures == word
    assert load_settings(overrides=[f"answering.figures={word}"]).answering.figures == word


def test_a_calculation_cannot_be_the_configured_mode() -> None:
    with pytest.raises(BadSettings, match="quote, write or auto"):
        load_settings(overrides=["answering.mode=calculated"])


@pytest.mark.parametrize("word", ["off", "scanned"])
def test_text_recognition_is_off_or_for_scanned_pages(tmp_path: Path, word: str) -> None:
    (tmp_path / "config.yaml").write_text(f"ingestion: {{ocr: {word}}}")
    assert load_settings(tmp_path / "config.yaml").ingestion.ocr == word
    with pytest.raises(BadSettings, match="ocr_languages"):
        load_settings(overrides=["ingestion.ocr_languages='../eng'"])

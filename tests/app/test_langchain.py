"""The Python example of the README, run as it stands there."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


def test_the_readmes_example_uses_pipeline_retriever_and_chat_model(
    tmp_path: Path, sample_dir: Path, generator_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## In Python\n")[2].partition("\n## ")[0]
    code = [line for line in section.splitlines() if line.startswith("    ") or not line]
    shutil.copytree(sample_dir, tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITEWELL_GENERATOR__PATH", str(generator_path))
    monkeypatch.setenv("CITEWELL_GENERATOR__MAX_NEW_TOKENS", "40")
    names: dict[str, Any] = {}
    exec(textwrap.dedent("\n".join(code)), names)
    assert names["answer"].citations[0].document == "lending/mortgage-early-repayment"
    assert len(names["passages"]) == 4
    assert names["reply"].text
    assert names["reply"].response_metadata["tokens_per_step"] >= 1
    names["service"].database.close()

"""What the command line says of itself, and how it counts."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

from app.cli.console import counted
from tests.conftest import ROOT


def test_the_version_is_printed_without_a_configuration() -> None:
    command = [sys.executable, "-m", "app.cli", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"CITEWELL_CONFIG": "/nowhere"})
    assert (said.returncode, said.stdout) == (0, f"citewell {version('citewell')}\n")


def test_one_is_singular() -> None:
    assert [counted(count, "file") for count in (0, 1, 2, 1200)] == ["0 files", "1 file", "2 files", "1,200 files"]

"""Two versions of a document are compared on the command line and over HTTP: lines, and cells of tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.api.server import create_app
from app.cli import app as program
from app.cli import documents
from app.config import load_settings
from app.service import Citewell
from corpus import ingest
from corpus.loaders import Limits

FEES = "# Fees\n\n| Card | Annual fee |\n| --- | --- |\n| Platinum | {platinum} |\n| Gold | EUR 20 |\n{more}"
CHANGE = "Platinum, Annual fee: EUR 40 -> EUR 45"


@pytest.fixture
def instance(tmp_path: Path) -> Citewell:
    """A service with a document of two versions."""
    made = Citewell(load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}"]))
    for values in ({"platinum": "EUR 40", "more": ""}, {"platinum": "EUR 45", "more": "| Basic | free |\n"}):
        (tmp_path / "fees.md").write_text(FEES.format(**values))
        plan = ingest.plan(made.database, [tmp_path / "fees.md"], "default")
        list(ingest.carry_out(made.database, plan, Limits()))
    return made


def printed(instance: Citewell) -> str:
    instance.database.close()
    command = ["--data-dir", instance.settings.data_dir, "documents", "diff", "fees.md", "1", "2"]
    return CliRunner().invoke(program, list(map(str, command))).output


def test_a_piped_diff_has_remarks_only_above_what_programs_read(instance: Citewell) -> None:
    assert printed(instance).splitlines() == [
        f"# Fees: {CHANGE}",
        "# Fees: row added: Basic",
        "--- fees.md (version 1)",
        "+++ fees.md (version 2)",
        "@@ -1,4 +1,5 @@ Fees",
        " Fees",
        " Card | Annual fee",
        "-Platinum | EUR 40",
        "+Platinum | EUR 45",
        " Gold | EUR 20",
        "+Basic | free",
    ]


def test_on_a_terminal_a_changed_cell_stands_below_its_row(instance: Citewell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents.out, "_force_terminal", True)
    monkeypatch.setattr(documents.out, "no_color", True)
    shown = printed(instance)
    assert f"+Platinum | EUR 45\n# {CHANGE}\n" in shown
    assert shown.startswith("--- fees.md")


def test_over_http_a_line_brings_what_changed_in_its_row(instance: Citewell) -> None:
    client = TestClient(create_app(instance), base_url="http://localhost")
    [hunk] = client.get("/v1/documents/1/diff", params={"old": 1, "new": 2}).json()["hunks"]
    changes = {line["sign"] + line["text"]: line.pop("changes") for line in hunk["lines"]}
    assert [line for line, found in changes.items() if found] == ["+Platinum | EUR 45", "+Basic | free"]
    assert changes["+Platinum | EUR 45"] == [
        {"kind": "cell changed", "row": "Platinum", "column": "Annual fee", "old": "EUR 40", "new": "EUR 45",
         "text": CHANGE}
    ]  # fmt: skip
    assert hunk["lines"][0] == {"sign": " ", "text": "Fees", "page": None, "heading": ""}

"""A server killed in the middle of ingesting: after a new start, nothing is lost and nothing is half there."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.config import load_settings
from app.service import Citewell
from tests.conftest import ROOT, SAMPLE, environment, settings_of


def counts(folder: Path) -> tuple[int, int]:
    """Passages and embeddings in the database, read as another process would."""
    try:
        connection = sqlite3.connect(f"file:{folder / 'citewell.db'}?mode=ro", uri=True)
        with connection:
            passages = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
            return passages, connection.execute("SELECT count(*) FROM embeddings").fetchone()[0]
    except sqlite3.OperationalError:
        return 0, 0


def state(service: Citewell) -> list[tuple[str, int, int, str]]:
    with service.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT d.name, v.number, p.start, p.text FROM passages p JOIN pages g ON g.id = p.page_id "
            "JOIN versions v ON v.id = g.version_id JOIN documents d ON d.id = v.document_id ORDER BY 1, 2, g.number, 3"
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("moment", ["while documents are read", "while passages are embedded"])
def test_database_and_index_agree_after_a_kill(
    tmp_path: Path, generator_path: Path, service: Citewell, moment: str
) -> None:
    folder = tmp_path / "var"
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--sample", str(SAMPLE)],
        cwd=ROOT,
        env=environment(folder, generator_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while counts(folder)[moment == "while passages are embedded"] == 0:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.05))
    process.send_signal(signal.SIGKILL)
    process.wait()
    passages, embedded = counts(folder)
    assert embedded < passages or passages < len(state(service)), "killed too late to show anything"

    again = Citewell(load_settings(overrides=settings_of(folder, generator_path)))
    again.resume()
    assert state(again) == state(service)
    passages, embedded, indexed = again.index_sizes()
    assert passages == embedded == indexed == len(state(service))
    again.database.close()

"""A server killed in the middle of ingesting: after a new start, nothing is lost and nothing is half there."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from app.config import load_settings
from app.service import Citewell
from tests import commands
from tests.conftest import SAMPLE, environment, settings_of
from tests.e2e.kills import differences, reached, stored


@pytest.mark.parametrize("moment", ["while documents are read", "while passages are embedded"])
def test_database_and_index_agree_after_a_kill(
    tmp_path: Path, generator_path: Path, service: Citewell, moment: str
) -> None:
    folder = tmp_path / "var"
    server = commands.Server(["serve", "--port", "0", "--sample", str(SAMPLE)], environment(folder, generator_path))
    deadline = time.monotonic() + 120
    embeds = moment == "while passages are embedded"
    while not (reached(folder).embedded if embeds else reached(folder).files):
        assert server.is_running
        assert time.monotonic() < deadline
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.05))
    server.kill()
    assert reached(folder).state == ("embedding" if embeds else "reading"), "killed too late to show anything"

    again = Citewell(load_settings(overrides=settings_of(folder, generator_path)))
    again.models.embedder = service.models.embedder
    again.ingestion.resume()
    assert reached(folder).state == "done"
    assert list(differences(again, stored(service))) == []
    again.database.close()

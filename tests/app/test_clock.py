"""Which day is today, wherever the service stands."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.config import load_settings
from app.errors import BadSettings
from app.service import Citewell
from corpus import ingest, store
from corpus.clock import Clock
from corpus.loaders import Limits

# Three in the morning in Vienna, ten in the evening of the day before in New York.
MOMENT = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("UTC", date(2026, 1, 1)), ("America/New_York", date(2025, 12, 31)), ("Pacific/Auckland", date(2026, 1, 1))],
)
def test_today_is_the_day_of_the_service_in_questions_and_for_new_texts(tmp_path: Path, zone: str, today: date) -> None:
    settings = load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}", f"timezone={zone}"])
    assert settings.zone == (UTC if zone == "UTC" else ZoneInfo(zone))
    service = Citewell(settings, clock=Clock(settings.zone, lambda: MOMENT))
    for text in ("The fee is 5 euros.", "The fee is 6 euros."):
        (tmp_path / "fees.md").write_text(f"# Fees\n\n{text}\n")
        plan = ingest.plan(service.database, [tmp_path / "fees.md"], "default")
        with closing(service.ingestion.work(plan)) as steps:
            next(steps)
    with service.database.reading() as session:
        assert store.document(session, "default", "fees.md").versions[1].effective_from == today
    assert service.question("What is the fee?").query.day == today
    assert service.question("What is the fee?", as_of=date(2024, 2, 29)).query.day == date(2024, 2, 29)
    service.database.close()


def test_the_command_line_takes_the_services_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "today", lambda clock: date(2030, 1, 1) if str(clock.zone) == "Asia/Tokyo" else date.min)
    service = Citewell(load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}"]))
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    plan = ingest.plan(service.database, [tmp_path / "fees.md"], "default", effective_from=date(2029, 12, 31))
    list(ingest.carry_out(service.database, plan, Limits()))
    service.database.close()
    for command in (["documents", "list"], ["documents", "show", "fees.md"]):
        shown = CliRunner().invoke(app, ["--data-dir", str(tmp_path / "var"), "--set", "timezone=Asia/Tokyo", *command])
        assert "current" in shown.stdout


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    for name in ("Europe/Atlantis", "../etc/passwd", ""):
        with pytest.raises(BadSettings, match=r"timezone.*such as Europe/Vienna"):
            load_settings(overrides=[f"timezone={name!r}"])

"""Questions are replayed against a running server; what goes wrong is counted, not lost."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar

import pytest

from eval.errors import BadRun
from eval.gold.model import read_gold
from eval.runs.evaluate import choose
from eval.runs.load import check_server, read_key, replay, schedule
from eval.runs.record import Failure
from eval.scoring.registry import BY_NAME
from tests.conftest import ROOT, Run

GOLD = ROOT / "eval/gold/sample.jsonl"


def test_arrivals_come_at_the_rate_and_each_question_once() -> None:
    asked = choose([read_gold(GOLD)], None) * 20
    arrivals = schedule(asked, rate=4)
    assert [arrival.gold for arrival in arrivals] == [item.gold for item in asked]
    assert all(a.at < b.at for a, b in zip(arrivals, arrivals[1:], strict=False))
    assert len(arrivals) / arrivals[-1].at == pytest.approx(4, rel=0.1)
    assert arrivals[0].gold_set == "sample at 4/s"
    assert arrivals == schedule(asked, rate=4)


def test_a_real_server_answers_and_the_report_is_written(citewell: Run, server: str, tmp_path: Path) -> None:
    done = citewell(
        "eval", "load", GOLD, "--url", server, "--limit", "4", "--rate", "2", "--rate", "4", "--out", tmp_path / "run"
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    groups = json.loads((tmp_path / "run" / "groups.json").read_text())
    assert summary["load.errors"] == {"value": 0.0, "low": 0.0, "high": 0.0, "n": 8}
    assert summary["latency.p95_s"]["value"] > 0
    assert {"gold:sample at 2/s", "gold:sample at 4/s"} <= set(groups)
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000


class Failing(BaseHTTPRequestHandler):
    """Refuses every second question, and leaves the others waiting until nobody does any more."""

    asked = 0
    given_up = Event()
    keys: ClassVar[set[str | None]] = set()

    def do_POST(self) -> None:
        Failing.keys.add(self.headers["authorization"])
        self.rfile.read(int(self.headers["content-length"]))
        Failing.asked += 1
        if Failing.asked % 2:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b'{"detail": "The model is busy."}')
        else:
            self.given_up.wait(60)

    def log_message(self, *_: object) -> None:
        pass


def test_refusals_and_timeouts_are_errors_of_their_questions() -> None:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    Thread(target=httpd.serve_forever, daemon=True).start()
    arrivals = schedule(choose([read_gold(GOLD)], 4), rate=100)
    records = list(replay(f"http://127.0.0.1:{httpd.server_port}", arrivals, None, timeout_s=1, key="a-key"))
    Failing.given_up.set()
    httpd.shutdown()
    assert Failing.keys == {"Bearer a-key"}
    assert {record.failure for record in records} == {Failure.ERROR}
    assert (
        sorted(str(record.error) for record in records) == ["503: The model is busy."] * 2 + ["No answer in 1 s."] * 2
    )
    assert all(record.scores["load.errors"] == 1 for record in records)
    assert {name for record in records for name in record.scores} <= set(BY_NAME)
    assert all(record.total_s is not None for record in records)


def test_without_a_server_there_is_one_sentence() -> None:
    with pytest.raises(BadRun, match="citewell serve"):
        check_server("http://127.0.0.1:9")


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("cw-123\n")
    assert read_key(tmp_path / "key") == "cw-123"
    for content in ("", "two words", "schlüssel"):
        (tmp_path / "key").write_text(content)
        with pytest.raises(BadRun, match="citewell keys make"):
            read_key(tmp_path / "key")
    with pytest.raises(BadRun, match="can't be read"):
        read_key(tmp_path)

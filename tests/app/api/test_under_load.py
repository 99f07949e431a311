"""More questions than the model can answer: those who wait hold up nobody else, and those too many are told when to
come again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from app.answering.qualification import Qualification, identity
from app.api.server import create_app
from app.api.turns import Turns
from app.errors import Busy
from app.mode import Mode
from app.service import Citewell
from tests.app.api.serving import DEADLINE_S, QUESTION, Held, served, small, until

WRITE = {"question": QUESTION, "mode": "write"}
WAITING = 8
WRITES = "answering.mode=write"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, generator_path: Path, service: Citewell) -> Iterator[Citewell]:
    """An instance with the models of ``service`` that lets few wait, for long."""
    settings = (WRITES, f"server.waiting={WAITING}", "server.wait_seconds=3600")
    loaded = small(tmp_path_factory.mktemp("load"), generator_path, *settings, models=service)
    yield loaded
    loaded.database.close()


@pytest.fixture
def held(loaded: Citewell) -> Iterator[Held]:
    """The model of ``loaded``, held; let go at the end at the latest."""
    generator = loaded.models.generator
    held = Held(generator)
    loaded.models.generator = held  # type: ignore[assignment]
    yield held
    held.go_on.set()
    loaded.models.generator = generator


def is_busy(response: httpx.Response) -> bool:
    if response.status_code == 200:
        return False
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
    assert response.json()["type"] == "urn:citewell:problem:busy"
    assert int(response.headers["retry-after"]) >= 1
    return True


def test_while_the_model_is_busy_all_else_is_answered_and_those_too_many_come_again(
    loaded: Citewell, held: Held
) -> None:
    async def everything(address: str) -> tuple[int, list[httpx.Response], list[httpx.Response]]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, timeout=DEADLINE_S, limits=limits) as client:
            bodies = [WRITE | {"stream": number % 2 == 0} for number in range(60)]
            writes = [asyncio.ensure_future(client.post("/v1/answers", json=body)) for body in bodies]
            refused = []
            for write in asyncio.as_completed(writes):
                refused.append(await write)
                if len(refused) == 60 - 1 - WAITING:
                    break
            others = await asyncio.gather(
                client.post("/v1/search", json={"question": QUESTION}),
                client.post("/v1/answers", json={"question": QUESTION, "mode": "quote"}),
                client.post("/v1/answers", json={"question": QUESTION, "mode": "quote", "stream": True}),
                client.get("/v1/documents"),
                client.get("/healthz"),
                client.get("/readyz"),
            )
            waiting = sum(not write.done() for write in writes)
            held.go_on.set()
            answered = [answer for answer in await asyncio.gather(*writes) if answer not in refused]
        assert [other.status_code for other in others] == [200] * len(others)
        return waiting, refused, answered

    with served(loaded) as address:
        waiting, refused, answered = asyncio.run(everything(address))
    assert waiting == 1 + WAITING
    assert all(map(is_busy, refused))
    assert [is_busy(answer) for answer in answered] == [False] * (1 + WAITING)
    assert all('"mode":"write"' in answer.text.replace(": ", ":") for answer in answered)


def test_who_goes_away_leaves_the_queue(loaded: Citewell, held: Held) -> None:
    app: Any = create_app(loaded)
    turns: Turns = app.state.turns

    async def ask_and_leave(address: str, stream: bool) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=DEADLINE_S) as client:
            task = asyncio.create_task(client.post("/v1/answers", json=WRITE | {"stream": stream}))
            async with asyncio.timeout(DEADLINE_S):
                while turns.taken < 2:
                    await asyncio.sleep(0.01)
            task.cancel()

    with served(loaded, app) as address, httpx.Client(base_url=address, timeout=DEADLINE_S) as client:
        for stream in (False, True):
            held.go_on.clear()
            held.waiting.clear()
            first = asyncio.run(_begun(address, held))
            assert first == "begun"
            until(lambda: turns.taken == 1)
            asyncio.run(ask_and_leave(address, stream))
            until(lambda: turns.taken == 1)
            held.go_on.set()
            until(lambda: turns.taken == 0)
            assert client.post("/v1/answers", json=WRITE).status_code == 200


async def _waiting(held: Held) -> None:
    """Until the model is at it."""
    async with asyncio.timeout(DEADLINE_S):
        while not held.waiting.is_set():
            await asyncio.sleep(0.01)


async def _begun(address: str, held: Held) -> str:
    """Ask, and go away when the model is at it."""
    async with httpx.AsyncClient(base_url=address, timeout=DEADLINE_S) as client:
        task = asyncio.create_task(client.post("/v1/answers", json=WRITE))
        await _waiting(held)
        task.cancel()
    return "begun"


def test_waiting_has_an_end(loaded: Citewell, held: Held, tmp_path: Path, generator_path: Path) -> None:
    impatient = small(tmp_path, generator_path, WRITES, "server.wait_seconds=0.1", models=loaded)

    async def two(address: str) -> tuple[httpx.Response, httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=DEADLINE_S) as client:
            first = asyncio.create_task(client.post("/v1/answers", json=WRITE))
            await _waiting(held)
            second = await client.post("/v1/answers", json=WRITE | {"stream": True})
            held.go_on.set()
            return await first, second

    with served(impatient) as address:
        first, second = asyncio.run(two(address))
    assert not is_busy(first)
    assert is_busy(second)
    impatient.database.close()


def test_a_follow_up_that_the_model_rewords_waits_for_it_as_an_answer_does(
    loaded: Citewell, held: Held, tmp_path: Path, generator_path: Path
) -> None:
    settings = ("answering.follow_ups=model", "answering.mode=quote", "server.waiting=0")
    rewording = small(tmp_path, generator_path, *settings, models=loaded)
    body = {"question": "And a letter?", "history": [QUESTION]}

    async def three(address: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=DEADLINE_S) as client:
            first = asyncio.create_task(client.post("/v1/answers", json=body))
            await _waiting(held)
            others = [await client.post(path, json=body) for path in ("/v1/answers", "/v1/search")]
            held.go_on.set()
            return [await first, *others]

    with served(rewording) as address:
        first, *others = asyncio.run(three(address))
    assert first.status_code == 200
    assert all(map(is_busy, others))
    rewording.database.close()


def test_how_long_to_stay_away_follows_from_what_answers_take() -> None:
    async def retry_after(turns: Turns, answer_s: float, others: int) -> int:
        turns.answer_s = answer_s
        with ExitStack() as places:
            for _ in range(others):
                places.enter_context(turns.place())
            with pytest.raises(Busy) as caught, turns.place():
                pass
        assert turns.taken == 0
        return caught.value.retry_after

    assert asyncio.run(retry_after(Turns(waiting=2, wait_seconds=9), 2.5, 3)) == 8
    assert asyncio.run(retry_after(Turns(waiting=0, wait_seconds=9), 0.01, 1)) == 1
    assert asyncio.run(retry_after(Turns(waiting=9, wait_seconds=9), 900.0, 10)) == 300


def test_nobody_has_an_unqualified_model_write_unless_it_is_configured(
    loaded: Citewell, tmp_path: Path, generator_path: Path
) -> None:
    qualified = small(tmp_path, generator_path, models=loaded)
    for stream in (False, True):
        response = TestClient(create_app(qualified), base_url="http://localhost").post(
            "/v1/answers", json=WRITE | {"stream": stream}
        )
        assert (response.status_code, response.json()["type"]) == (403, "urn:citewell:problem:not-qualified")
        assert "leave mode out" in response.json()["detail"]
    assert (
        TestClient(create_app(qualified), base_url="http://localhost")
        .post("/v1/answers", json={"question": QUESTION})
        .status_code
        == 200
    )
    assert qualified.answer(qualified.question(QUESTION, mode=Mode.WRITE)).mode is Mode.WRITE  # the operator may

    name = identity(qualified.settings.generator.path)
    trust = Qualification(generator=name, questions=9, supported=1, right=1, quoted_right=0.5, measured_on="gold")
    (tmp_path / "var" / "trust.json").write_text(trust.model_dump_json())
    for settings in ((), ("server.allow_write=always",)):
        made = small(tmp_path, generator_path, *settings, models=loaded)
        answer = TestClient(create_app(made), base_url="http://localhost").post("/v1/answers", json=WRITE)
        assert (answer.status_code, answer.json()["mode"]) == (200, "write")
        made.database.close()
        (tmp_path / "var" / "trust.json").unlink(missing_ok=True)
    qualified.database.close()


def test_readiness_is_told_without_work(loaded: Citewell, tmp_path: Path, generator_path: Path) -> None:
    own = small(tmp_path, generator_path, WRITES, models=loaded)
    served_app: Any = create_app(own)
    with TestClient(served_app, base_url="http://localhost") as client:
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json() == {
            "ready": True,
            "ingesting": False,
            "failed_jobs": 0,
            "passages": 1,
            "embedded": 1,
            "indexed": 1,
            "model": own.models.generator.name,
        }
        served_app.state.watch.stop()
        before = list(vars(own.database))
        own.index._changing.acquire()  # as a rebuild does
        own.database.reading = lambda: pytest.fail("the database is asked")  # type: ignore[method-assign]
        assert client.get("/readyz").json() == ready.json()
        own.index._changing.release()
        del own.database.reading  # type: ignore[method-assign]
        assert list(vars(own.database)) == before


def test_readiness_sees_what_others_change_and_when_the_database_is_gone(
    loaded: Citewell, tmp_path: Path, generator_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = small(tmp_path, generator_path, models=loaded)
    other = Citewell(own.settings)
    other.models.embedder = loaded.models.embedder
    with TestClient(create_app(own), base_url="http://localhost") as client:
        (tmp_path / "more.md").write_text("# More\n\nA parcel abroad costs 9 crowns.\n")
        other.ingest([tmp_path / "more.md"], "default")
        until(lambda: client.get("/readyz").json()["indexed"] == 2)
        with monkeypatch.context() as patch:
            patch.setattr(own.database, "reading", _gone)
            until(lambda: client.get("/readyz").status_code == 503)
        until(lambda: client.get("/readyz").status_code == 200)
    other.database.close()
    own.database.close()


def _gone() -> Any:
    raise OSError("the database is gone")

"""Load as evaluation: gold questions asked of a running server at given rates."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import httpx
from pydantic import ValidationError

from eval.errors import BadRun
from eval.gold.model import GoldQuestion
from eval.runs.evaluate import Asked
from eval.runs.record import Record, given
from eval.scoring.places import Places
from eval.scoring.relevance import Judge
from eval.scoring.score import scored

# A connection of its own for each question: customers don't share one either, and none must wait for another's.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)


@dataclass(frozen=True)
class Arrival:
    """A question, and when it arrives, in seconds from the start. ``gold_set`` names the set and the rate."""

    at: float
    gold_set: str
    gold: GoldQuestion


def schedule(asked: Sequence[Asked], rate: float, seed: int = 0) -> list[Arrival]:
    """All questions once, arriving as independent customers do: a Poisson process of ``rate`` questions a second."""
    gaps = random.Random(seed)
    times = accumulate(gaps.expovariate(rate) for _ in asked)
    return [Arrival(at, f"{item.gold_set} at {rate:g}/s", item.gold) for at, item in zip(times, asked, strict=True)]


def check_server(url: str) -> None:
    """Raise `BadRun` where no Citewell server answers."""
    try:
        httpx.get(f"{url}/healthz", timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadRun(f"No server answers at {url} ({type(error).__name__}): start one with citewell serve.") from error


def read_key(path: Path) -> str:
    """The key that a file holds. Raises `BadRun` where it can't be one."""
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRun(f"{path} can't be read as a key: give the path of a file that holds one.") from error
    if not key.isascii() or not key.isprintable() or not key or " " in key:
        raise BadRun(f"{path} holds no key: put one into it, as citewell keys make prints it, and nothing else.")
    return key


def replay(
    url: str, arrivals: Sequence[Arrival], collection: str | None, timeout_s: float, key: str | None = None
) -> Iterator[Record]:
    """Ask every question when it arrives, whether or not earlier ones are answered, and give out records as they end.

    ``total_s`` counts from the moment of arrival, so that waiting is part of it. What goes wrong, an answer that takes
    longer than ``timeout_s`` included, is the record's error. Evidence isn't judged: the documents are the server's.
    ``key`` is the one that the server asks for.
    """
    with asyncio.Runner() as runner:
        records = _replay(url, arrivals, collection, timeout_s, key)
        while (record := runner.run(anext(records, None))) is not None:
            yield record


async def _replay(
    url: str, arrivals: Sequence[Arrival], collection: str | None, timeout_s: float, key: str | None
) -> AsyncIterator[Record]:
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(base_url=url, timeout=timeout_s, limits=LIMITS, headers=headers) as client:
        tasks = [asyncio.create_task(_ask(client, arrival, began, collection)) for arrival in arrivals]
        for task in asyncio.as_completed(tasks):
            yield await task


async def _ask(client: httpx.AsyncClient, arrival: Arrival, began: float, collection: str | None) -> Record:
    due = began + arrival.at
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    gold = arrival.gold
    body = {"question": gold.question, "collection": collection, "as_of": gold.as_of and gold.as_of.isoformat()}
    answer, error = None, None
    try:
        response = await client.post("/v1/answers", json=body)
        if response.is_success:
            answer = given(response.json())
        else:
            error = _problem(response)
    except httpx.TimeoutException:
        error = f"No answer in {client.timeout.read:g} s."
    except httpx.HTTPError as problem:
        error = f"{type(problem).__name__}: {problem}"
    except ValidationError:
        error = "The server's answer is not one of this version of Citewell."
    record = Record(
        gold_set=arrival.gold_set,
        gold=gold.model_copy(update={"evidence": ()}),
        ranking=answer.sources if answer else [],
        answer=answer,
        search_s=answer.stats.retrieval_ms / 1000 if answer else None,
        total_s=time.perf_counter() - due,
        error=error,
    )
    record = scored(record, Judge((), Places(())))
    return record.model_copy(update={"scores": record.scores | {"load.errors": float(error is not None)}})


def _problem(response: httpx.Response) -> str:
    try:
        return f"{response.status_code}: {response.json()['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"The server answers with status {response.status_code}."

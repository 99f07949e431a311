"""Kills an ingestion again and again, and compares what it comes to with one that nobody disturbed.

``python -m tests.e2e.kills --kills 20`` ingests the 85 guides of the shared data; each process is ended by SIGKILL at a
random moment of reading, embedding or writing the index, and the next one goes on.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import select, text

from app.config import load_settings
from app.service import Citewell
from corpus.jobs import JobState
from corpus.schema import Document, Page, Passage, Version
from retrieval.dense import DenseIndex
from retrieval.embedder import Vectors
from retrieval.schema import Embedding
from tests.conftest import ROOT, SHARED, environment

GUIDES = SHARED / "policies" / "documents" / "us-ask-cfpb-guides-md"
PLACE = (Document.name, Version.number, Page.number, Passage.start)
PHASES = (JobState.READING, JobState.EMBEDDING, JobState.INDEXING)


class Reached(NamedTuple):
    """How far an ingestion is: the state of its newest job, files done, passages and embeddings stored."""

    state: str = ""
    files: int = 0
    passages: int = 0
    embedded: int = 0


def reached(folder: Path) -> Reached:
    """How far the ingestion in a data folder is, read as another process would."""
    try:
        connection = sqlite3.connect(f"file:{folder / 'citewell.db'}?mode=ro", uri=True)
        with connection:
            row = connection.execute(
                "SELECT (SELECT state FROM jobs ORDER BY id DESC), "
                "(SELECT count(*) FROM job_files WHERE state = 'done'), "
                "(SELECT count(*) FROM passages), (SELECT count(*) FROM embeddings)"
            ).fetchone()
        connection.close()
        return Reached(row[0] or "", *row[1:])
    except sqlite3.OperationalError:
        return Reached()


class Kill(NamedTuple):
    """When to kill: in ``phase``, when that share of its files or passages is done; of indexing, of its usual time."""

    phase: JobState
    share: float

    def is_due(self, start: Reached, at: Reached, whole: Reached) -> bool:
        """Whether the moment has come, for a process that began at ``start``."""
        if self.phase is JobState.READING:
            return at.files >= max(start.files + 1, self.share * whole.files)
        if self.phase is JobState.EMBEDDING:
            return at.embedded >= max(start.embedded + 1, self.share * whole.passages)
        return at.state == self.phase


class Stored(NamedTuple):
    """All that a data folder holds: rows by their place (document, version, page, first character), without ids."""

    versions: list[tuple[object, ...]]
    passages: dict[tuple[object, ...], tuple[object, ...]]
    embeddings: dict[tuple[object, ...], Vectors]


def stored(service: Citewell) -> Stored:
    """What the database of an instance holds."""
    version = (Version.title, Version.format, Version.content_hash, Version.effective_from, Version.effective_to)
    passage = (Passage.end, Passage.heading, Passage.context, Passage.text, Page.text)
    joined = select(Document).join(Version).join(Page).join(Passage)
    with service.database.reading() as session:
        versions = select(Document.name, Version.number, *version).join(Version).order_by(Document.name, Version.number)
        vectors = joined.join(Embedding).where(Embedding.model == service.models.embedding_model)
        return Stored(
            [tuple(row) for row in session.execute(versions)],
            {tuple(row[:4]): tuple(row[4:]) for row in session.execute(joined.with_only_columns(*PLACE, *passage))},
            {
                tuple(row[:4]): np.frombuffer(row[4], dtype="<f4")
                for row in session.execute(vectors.with_only_columns(*PLACE, Embedding.vector))
            },
        )


def differences(service: Citewell, wanted: Stored) -> Iterator[str]:
    """What differs between an instance, its saved index included, and what an undisturbed one holds."""
    found = stored(service)
    if found.versions != wanted.versions:
        yield f"{len(found.versions)} versions, not the {len(wanted.versions)} wanted"
    if found.passages != wanted.passages:
        yield f"{len(found.passages)} passages, not the {len(wanted.passages)} wanted"
    if found.embeddings.keys() != wanted.embeddings.keys():
        yield f"{len(found.embeddings)} embeddings, not the {len(wanted.embeddings)} wanted"
    dimension = len(next(iter(wanted.embeddings.values())))
    index = DenseIndex(service.settings.data_dir / "indexes", service.models.embedding_model, dimension)
    with service.database.reading() as session:
        if index.refresh(session):
            yield "the saved index did not agree with the database"
        places = select(Document).join(Version).join(Page).join(Passage).with_only_columns(*PLACE, Passage.id)
        for *place, passage_id in session.execute(places):
            vector = wanted.embeddings.get(tuple(place))
            similarity = 0.0 if vector is None else index.similarities(vector, [passage_id]).get(passage_id, 0.0)
            if abs(similarity - 1) > 1e-5:
                yield f"the vector of {place} in the index is another (cosine {similarity:.6f})"
        if len(index) != len(found.passages):
            yield f"{len(index)} vectors in the index for {len(found.passages)} passages"
        if session.scalar(text("PRAGMA integrity_check")) != "ok":
            yield "the database is damaged"
        session.execute(text("INSERT INTO passages_fts (passages_fts) VALUES ('integrity-check')"))


def start(folder: Path, documents: Path) -> subprocess.Popen[bytes]:
    """A process that resumes the ingestion in ``folder``, or begins it."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest", "--if-empty", str(documents)],
        cwd=ROOT,
        env=environment(folder, Path("unused")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def wait(process: subprocess.Popen[bytes]) -> None:
    """Let a process end by itself; it must have nothing to complain of."""
    _, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors.decode()


def kill_at(folder: Path, documents: Path, kill: Kill, whole: Reached, pause_s: float) -> bool:
    """Run until the moment, wait ``pause_s`` longer, and kill. Returns False where the process was done before."""
    begun, process = reached(folder), start(folder, documents)
    while not kill.is_due(begun, reached(folder), whole) and process.poll() is None:
        time.sleep(0.001)
    time.sleep(pause_s)
    process.send_signal(signal.SIGKILL)
    return process.wait(60) == -signal.SIGKILL and reached(folder).state != JobState.DONE


def moments(kills: int, chance: random.Random) -> list[Kill]:
    """Kills spread over the phases, two fifths each of reading and embedding and one of indexing, in their order."""
    reading = embedding = round(kills * 0.4)
    counts = (reading, embedding, kills - reading - embedding)
    return [
        Kill(phase, share)
        for phase, count in zip(PHASES, counts, strict=True)
        for share in sorted(chance.random() for _ in range(count))
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill, resume and compare; exit status 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--documents", type=Path, default=GUIDES)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        undisturbed = Path(scratch) / "undisturbed"
        process, indexing = start(undisturbed, options.documents), [0.0, 0.0]
        while process.poll() is None:
            state = reached(undisturbed).state
            if state == JobState.INDEXING:
                indexing = [indexing[0] or time.monotonic(), time.monotonic()]
            time.sleep(0.001)
        wait(process)
        whole, indexing_s = reached(undisturbed), indexing[1] - indexing[0]
        wanted = stored(opened(undisturbed))
        print(f"undisturbed: {whole.files} files, {whole.passages} passages; indexing took {indexing_s:.2f} s")
        differing, rounds, tries = 0, 1, 0
        folder = Path(scratch) / "killed-1"
        for kill in moments(options.kills, chance):
            done = False
            while not done:
                tries += 1
                pause_s = kill.share * indexing_s if kill.phase is JobState.INDEXING else chance.uniform(0, 0.05)
                done = kill_at(folder, options.documents, kill, whole, pause_s)
                if not done:
                    differing += report(folder, wanted)
                    rounds += 1
                    folder = Path(scratch) / f"killed-{rounds}"
            print(f"killed while {kill.phase}, at {tuple(reached(folder))}", flush=True)
        wait(start(folder, options.documents))
        differing += report(folder, wanted)
        print(f"{options.kills} kills in {rounds} ingestions: {differing} differences")
        sys.exit(bool(differing))


def report(folder: Path, wanted: Stored) -> int:
    """Print what differs in a folder whose ingestion has ended; returns how much does."""
    found = list(differences(opened(folder), wanted))
    print(f"{folder.name} is done: {'; '.join(found) or 'all as in the undisturbed one'}", flush=True)
    return len(found)


def opened(folder: Path) -> Citewell:
    return Citewell(load_settings(overrides=[f"data_dir={str(folder)!r}"]))


if __name__ == "__main__":
    main()

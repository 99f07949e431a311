"""What a run was made with: gold sets, corpus, models, settings and versions."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from app.answering.qualification import fingerprint
from app.config import as_yaml
from app.mode import Mode
from app.service import Citewell
from corpus import store
from corpus.schema import now
from eval.gold.model import GoldSet
from eval.runs.folder import Corpus, GoldFile, Kind, RunInfo

LIBRARIES = ("torch", "transformers", "sentence-transformers", "faiss-cpu", "numpy", "citewell")
# Where things lie and are served doesn't change an answer.
ELSEWHERE = {"data_dir", "database_url", "server"}


def describe(
    service: Citewell, kind: Kind, gold: Sequence[tuple[Path, GoldSet]], asked: int, options: dict[str, Any]
) -> RunInfo:
    """The description of a run that asks ``gold`` of ``service``; ``asked`` questions of all sets together."""
    settings = yaml.safe_load(as_yaml(service.settings))
    return RunInfo(
        kind=kind,
        started_at=now().isoformat(timespec="seconds"),
        gold=[describe_gold(path, each) for path, each in gold],
        corpus=describe_corpus(service, options["collection"]),
        models=models(service, options["mode"]),
        settings={key: value for key, value in settings.items() if key not in ELSEWHERE},
        options=options | {"questions": asked},
        versions=versions(),
        machine=machine(),
    )


def describe_gold(path: Path, gold: GoldSet) -> GoldFile:
    return GoldFile(name=gold.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), questions=len(gold.questions))


def describe_corpus(service: Citewell, collection: str) -> Corpus:
    """Sizes and one hash over all versions' names, numbers, dates and contents."""
    with service.database.reading() as session:
        documents = store.documents(session, collection)
    stored = [(document.name, each) for document in documents for each in document.versions]
    lines = sorted(f"{name}\t{v.number}\t{v.effective_from}\t{v.content_hash}" for name, v in stored)
    return Corpus(
        collection=collection,
        documents=len(documents),
        versions=len(stored),
        passages=sum(each.passages for _, each in stored),
        sha256=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    )


def models(service: Citewell, mode: str) -> dict[str, str]:
    """Names and fingerprints of the models: of their weights, and of the answerability model's numbers. Without one
    that writes there is no generator."""
    answerability = service.answerability
    digest = hashlib.sha256(answerability.model_dump_json().encode()).hexdigest()[:12]
    named = {
        "embedder": service.models.embedder.identity,
        "answerability": f"{answerability.fitted_on}@{digest}",
    }
    return named if mode == Mode.QUOTE else named | {"generator": _generator(service)}


def _generator(service: Citewell) -> str:
    from accel.packaged import packaged_model

    path = service.settings.generator.path
    folder = Path(path) if path else packaged_model(service.settings.data_dir / "models")
    return f"{service.models.generator.name}@{fingerprint(sorted(folder.glob('*.safetensors')))}"


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that figures depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def machine() -> str:
    """The processor and how many cores of it there are, in words."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        name = found[0] if found else name
    return f"{name}, {os.cpu_count()} cores"

"""Which models may write: those whose answers to gold questions were supported, and not worse than quotes; and
whether the configured one does."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accel.packaged import NAME
from app.config import Settings
from app.errors import BadQualification, NotQualified
from app.mode import Mode
from app.once import once

# The share of the sentences it wrote that have to be supported: one sentence in twenty is dropped at most.
SUPPORTED = 0.95


class Qualification(BaseModel):
    """What ``citewell eval qualify`` measured for a model on ``questions`` gold questions.

    ``supported`` is the share of the sentences it wrote that a source supports, guards included; ``right`` and
    ``quoted_right`` are the shares of the questions answered or declined rightly in all respects, in modes write and
    quote. ``generator`` is the model's identity, ``measured_on`` says in words on what.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    generator: str
    questions: int = Field(ge=1)
    supported: float = Field(ge=0, le=1)
    right: float = Field(ge=0, le=1)
    quoted_right: float = Field(ge=0, le=1)
    measured_on: str

    @property
    def may_write(self) -> bool:
        """Whether mode auto lets this model write."""
        return self.supported >= SUPPORTED and self.right >= self.quoted_right


def may_write(path: Path, generator: str | None) -> bool:
    """Whether the model in the folder, or of the id, ``generator`` (None is the packaged one) was measured, in the file
    ``path``, and may write. Raises `BadQualification` for a file that is something else."""
    try:
        qualification = Qualification.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, ValidationError) as error:
        raise BadQualification(f"{path} can't be read: delete it, or run citewell eval qualify again.") from error
    # In this order, as weights take time to read.
    return qualification.may_write and qualification.generator == identity(generator)


def identity(generator: str | None) -> str:
    """What tells a model from another without loading it: its name, and for a folder a fingerprint of its weights."""
    if generator is None:
        return NAME
    folder = Path(generator)
    if not folder.is_dir():
        return generator
    return f"{folder.name}@{fingerprint(sorted([*folder.glob('*.safetensors'), *folder.glob('*.bin')]))}"


def fingerprint(files: Sequence[Path]) -> str:
    """Twelve hexadecimal digits of the SHA-256 of all files together, or "hub" where there are none."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12] if files else "hub"


class Modes:
    """In which mode one instance answers: whether its model writes or is left out."""

    def __init__(self, settings: Settings) -> None:
        self.lock = threading.RLock()
        self._settings = settings

    @property
    def path(self) -> Path:
        """The file with the model's qualification, whether it is there or not."""
        return self._settings.data_dir / "trust.json"

    def resolve(self, mode: Mode | None = None) -> Mode:
        """``mode``, or else the configured one; what auto comes to, which is write or quote."""
        mode = mode or self._settings.answering.mode
        return self._automatic if mode is Mode.AUTO else mode

    def require_writing(self) -> None:
        """Raise `NotQualified` unless whoever asks over the network may have the model write: the configuration says
        so, or the model is qualified."""
        may = self._settings.server.allow_write == "always" or self.resolve() is Mode.WRITE
        if not may and self._automatic is not Mode.WRITE:
            raise NotQualified(
                "This server's language model is not qualified to write answers: leave mode out, or ask the operator "
                "to run citewell eval qualify or to set server.allow_write to always."
            )

    @once
    def _automatic(self) -> Mode:
        return Mode.WRITE if may_write(self.path, self._settings.generator.path) else Mode.QUOTE

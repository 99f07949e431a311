"""Which models may write: those whose answers to gold questions were supported, and not worse than quotes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accel.packaged import NAME
from app.errors import BadTrust

# The share of the sentences it wrote that have to be supported: one sentence in twenty is dropped at most.
SUPPORTED = 0.95


class Trust(BaseModel):
    """What ``citewell eval qualify`` measured of a model on ``questions`` gold questions.

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
    ``path``, and may write. Raises `BadTrust` for a file that is something else."""
    try:
        trust = Trust.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, ValidationError) as error:
        raise BadTrust(f"{path} can't be read: delete it, or run citewell eval qualify again.") from error
    # In this order, as weights take time to read.
    return trust.may_write and trust.generator == identity(generator)


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

"""Keys of those who ask over HTTP, of which the configuration knows only digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.config import KeySettings
from app.errors import NoKey
from corpus.access import ANYONE, Reader


@dataclass(frozen=True)
class Caller:
    """One who asks over HTTP: what they may read, and whether they may take documents in, delete them, and see jobs.
    ``name`` is their key's, for the log."""

    reader: Reader
    manages: bool
    name: str | None = field(default=None, compare=False)


def make_key() -> str:
    """A new key, with 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """The SHA-256 of a key, in hexadecimal digits."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def caller_of(authorization: str | None, keys: Sequence[KeySettings]) -> Caller:
    """Whose request has this ``Authorization`` header. Raises `NoKey`, unless no keys are configured: then whoever asks
    manages documents, and reads what has no labels."""
    if not keys:
        return Caller(ANYONE, manages=True)
    scheme, _, key = (authorization or "").partition(" ")
    given = digest(key.strip())
    # All are compared, and each in constant time, so that how long it takes tells nothing of them.
    found = [each for each in keys if hmac.compare_digest(each.sha256, given)]
    if scheme.lower() != "bearer" or not found:
        raise NoKey("This service answers to those who have a key: send the header Authorization: Bearer KEY.")
    return Caller(Reader(frozenset(found[0].labels)), found[0].manages, found[0].name)

"""Keys for the HTTP API. The configuration holds only their digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import NoKey
from app.settings import KeySettings
from corpus.access import ANYONE, Principal


@dataclass(frozen=True)
class Caller:
    """One who asks over HTTP: what they may read, and whether they may take documents in, delete them, and see jobs.
    Who is ``anonymous`` brought no key, and could do more with one. ``name`` is their key's, for the log."""

    principal: Principal
    manages: bool
    anonymous: bool = False
    name: str | None = field(default=None, compare=False)


def make_key() -> str:
    """A new key, with 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """The SHA-256 of a key, in hexadecimal digits."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def caller_of(authorization: str | None, keys: Sequence[KeySettings], anonymous_reads: bool = False) -> Caller:
    """Whose request has this ``Authorization`` header. Raises `NoKey` for a key that isn't known.

    Without the header, anybody reads what has no labels where ``anonymous_reads``, and manages documents, too, where it
    is off and no keys are configured; else `NoKey` is raised.
    """
    if not keys and not anonymous_reads:
        return Caller(ANYONE, manages=True)
    if authorization is None and anonymous_reads:
        return Caller(ANYONE, manages=False, anonymous=True)
    scheme, _, key = (authorization or "").partition(" ")
    given = digest(key.strip())
    # All are compared, and each in constant time, so that how long it takes tells nothing of them.
    found = [each for each in keys if hmac.compare_digest(each.sha256, given)]
    if authorization is None:
        raise NoKey("This service answers to those who have a key: send the header Authorization: Bearer KEY.")
    if scheme.lower() != "bearer" or not found:
        raise NoKey("This key isn't known here: check it, and send the header Authorization: Bearer KEY.")
    return Caller(Principal(frozenset(found[0].labels)), found[0].manages, name=found[0].name)

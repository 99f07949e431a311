"""Objects of other programs in an Office file, which aren't read: whether one asks for a password."""

from __future__ import annotations

from contextlib import suppress
from zipfile import BadZipFile, ZipFile

# The ends of the types of links to such objects. The last is a whole document, put in as a paragraph.
EMBEDDED = frozenset(("oleObject", "package", "aFChunk"))

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What such a file calls the part that holds all the others under a password (MS-OFFCRYPTO, 2.3.4).
_UNDER_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_LOOKED_AT = 2**20


def kind_of_embedded(archive: ZipFile, name: str) -> str:
    """What an embedded object is counted as: "locked" where it asks for a password, else "embedded"."""
    with suppress(KeyError, BadZipFile), archive.open(name) as part:
        return kind_of_bytes(part.read(_LOOKED_AT))
    return "embedded"


def kind_of_bytes(data: bytes) -> str:
    """The same of its bytes, or the first of them."""
    return "locked" if data.startswith(_OLD_OFFICE) and _UNDER_PASSWORD in data[:_LOOKED_AT] else "embedded"

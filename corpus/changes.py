"""Whether a text would change a document, held against all of its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus import store
from corpus.schema import Document, Version
from corpus.timeline import VersionStatus, status


@dataclass(frozen=True)
class Wish:
    """A text, by its hash, that is to be in force from a day on, None for whenever its document has it; an older text
    again only to ``restore`` it."""

    content_hash: str
    effective_from: date | None
    restore: bool = False


def same_texts(document: Document, content_hash: str) -> list[Version]:
    """The versions that have a text, the oldest number first."""
    return [version for version in document.versions if version.content_hash == content_hash]


def remark(document: Document, wish: Wish, today: date) -> str | None:
    """What is to be said of a wish that changes nothing, empty for a text that is in force; None if it does change
    something.

    A text that is the last in force changes something by a day that no version with it has. An older one would come
    into force again, which nobody means who ingests a folder once more: it changes something only before the last
    version begins, or to be restored.
    """
    same = same_texts(document, wish.content_hash)
    if not same:
        return None
    last = store.last_in_force(document)
    day = wish.effective_from
    if last not in same:
        fills_in = day is not None and day < (last.effective_from or date.min)
        if wish.restore or (fills_in and all(version.effective_from != day for version in same)):
            return None
    elif day is not None and all(version.effective_from != day for version in same):
        return None
    return _which(same, today)


def date_undated(document: Document, content_hash: str, effective_from: date) -> bool:
    """Where the version last in force is this text without a date, date it instead of storing the text again."""
    last = store.last_in_force(document)
    if last.content_hash != content_hash or last.effective_from is not None:
        return False
    store.date_version(document, last, effective_from)
    return True


def _which(same: list[Version], today: date) -> str:
    """Which version a text is, if none of those that have it is in force."""
    states = [status(version.effective_from, version.effective_to, today) for version in same]
    if VersionStatus.CURRENT in states:
        return ""
    if VersionStatus.UPCOMING in states:
        version = same[states.index(VersionStatus.UPCOMING)]
        return f"it is version {version.number}, in force from {version.effective_from}"
    version = same[-1]
    return f"it is version {version.number}, withdrawn on {version.effective_to}; --restore puts it into force again"

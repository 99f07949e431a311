"""Who may retrieve what: labels on documents, and principals who have some of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.errors import BadLabel, Unreadable

_LABEL = re.compile(r"\w[\w.:/-]{0,99}")


@dataclass(frozen=True)
class Principal:
    """One who asks. Documents without labels are for everybody, others for those who have at least one of their
    labels; ``labels`` of None has them all."""

    labels: frozenset[str] | None = None

    def may_read(self, access: Iterable[str]) -> bool:
        """Whether a document with these labels is for this principal."""
        needed = frozenset(access)
        return self.labels is None or not needed or bool(self.labels & needed)

    def labels_for_new(self, asked: Iterable[str] | None) -> frozenset[str]:
        """The labels of a new document of this principal's: those ``asked`` for, or else all of the principal's own.

        Raises `Unreadable` for labels that the principal doesn't have.
        """
        return self._own(asked) if asked is not None else self.labels or frozenset()

    def labels_instead(self, held: Iterable[str], asked: Iterable[str]) -> frozenset[str]:
        """The labels of a document that has those ``held``, when this principal asks for others: labels that the
        principal doesn't have stay, and a public document stays public. Raises `Unreadable` for those that it may not
        set, and where it would lose the document."""
        if self.labels is None:
            return frozenset(asked)
        own, held = self._own(asked), frozenset(held)
        if own and not held:
            raise Unreadable(
                "this document is public, and a key with labels can't take it from the others: send it without labels"
            )
        labels = (held - self.labels) | own
        if not self.may_read(labels):
            raise Unreadable("its other labels would stay, and this key would lose it: keep one of this key's labels")
        return labels

    def _own(self, asked: Iterable[str]) -> frozenset[str]:
        labels = frozenset(asked)
        if self.labels is not None and (beyond := labels - self.labels):
            theirs = ", ".join(sorted(self.labels)) or "none"
            raise Unreadable(
                f"this key can't give the label {', '.join(sorted(beyond))}: give labels that the key has ({theirs})"
            )
        return labels


# Said of any name that a key can't use, so that it tells nothing of what the name stands for, or whether for anything.
NAME_REFUSED = "this name can't be used with this key: choose another name, or ask those who run the service"

# The one who runs the program sees every document; who brings no key, those without labels.
OPERATOR = Principal()
ANYONE = Principal(frozenset())


def check_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, each once and sorted; raises `BadLabel` for what can't be one."""
    named = set(labels)
    for label in named:
        if not _LABEL.fullmatch(label):
            raise BadLabel(f"{label!r} is no label: write letters, digits and . : / - without spaces, 100 at most.")
    return tuple(sorted(named))

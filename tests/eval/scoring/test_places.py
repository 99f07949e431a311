"""Which versions a gold set's file names mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.store import DocumentRecord, VersionRecord
from eval.scoring.places import Places


def document(name: str, *sources: str) -> DocumentRecord:
    versions = tuple(
        VersionRecord(number, name, "markdown", source, "", None, None, datetime.now(UTC), 1, 1)
        for number, source in enumerate(sources, start=1)
    )
    return DocumentRecord(1, "default", name, versions)


PLACES = Places(
    [
        document("cards/card-fees", "/in/cards/card-fees-2024.md", "/in/cards/card-fees-2026.md"),
        document("accounts/limits.md", "/in/accounts/limits.md"),
        document("limits.md", "/in/limits.md"),
        document("rules.pdf", "/tmp/upload-1"),
        document("old/rules.xml", "/x/2015.xml", "/x/2016.xml"),
        document("edited.md", "/in/edited.md", "/in/edited.md"),
        document("windows.md", "C:\\in\\guides\\windows-2020.md"),
    ]
)


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("cards/card-fees-2026.md", {("cards/card-fees", 2)}),
        ("card-fees-2024.md", {("cards/card-fees", 1)}),
        ("/in/cards/card-fees-2024.md", {("cards/card-fees", 1)}),
        ("./cards/card-fees-2024.md", {("cards/card-fees", 1)}),
        ("card-fees", {("cards/card-fees", 1), ("cards/card-fees", 2)}),
        ("cards/card-fees", {("cards/card-fees", 1), ("cards/card-fees", 2)}),
        ("documents/cards/card-fees", {("cards/card-fees", 1), ("cards/card-fees", 2)}),
        ("accounts/limits.md", {("accounts/limits.md", 1)}),
        ("documents/hk/rules.pdf", {("rules.pdf", 1)}),
        ("rules.xml", {("old/rules.xml", 1), ("old/rules.xml", 2)}),
        ("edited.md", {("edited.md", 1), ("edited.md", 2)}),
        ("guides/windows-2020.md", {("windows.md", 1)}),
        ("guides\\windows-2020.md", {("windows.md", 1)}),
        ("ards/card-fees-2024.md", set()),
        ("ees-2024.md", set()),
        ("fees", set()),
        ("gone.md", set()),
        ("", set()),
    ],
)
def test_a_file_is_found_by_any_end_of_its_path(doc: str, expected: set[tuple[str, int]]) -> None:
    assert PLACES.find(doc) == expected


def test_of_files_with_one_end_the_document_of_exactly_that_name_is_meant() -> None:
    assert PLACES.find("limits.md") == {("limits.md", 1)}
    nested = Places([document("a/limits.md", "/in/a/limits.md"), document("b/limits.md", "/in/b/limits.md")])
    assert nested.find("limits.md") == {("a/limits.md", 1), ("b/limits.md", 1)}
    assert nested.find("in/b/limits.md") == {("b/limits.md", 1)}

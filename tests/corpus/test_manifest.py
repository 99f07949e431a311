"""A folder's manifest, in either form, says what its files are; each of its faults is a sentence with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.errors import BadManifest
from corpus.manifest import MOST_FAULTS, Entry
from corpus.sources import SourceFile, find_sources

IN_YAML = """
documents:
  - file: new.md
    document: fees
    title: "Fees, all of them"
    effective_from: 2026-01-01
    origin: https://bank.example/fees
  - {file: old.md, document: fees, effective_from: "2020-01-01"}
  - {file: rest.md, title: 2026, effective_from: }
"""
IN_CSV = """File,document,title,effective_from,origin
new.md,fees,"Fees, all of them",2026-01-01,https://bank.example/fees
old.md,fees,,2020-01-01,

rest.md,,2026
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new.md", "old.md", "rest.md"):
        (tmp_path / name).write_text("# Fees\n\nThe fee is 5 euros.\n")
    return tmp_path


def faults(folder: Path, name: str, manifest: str) -> list[str]:
    (folder / name).write_text(manifest)
    with pytest.raises(BadManifest) as caught:
        find_sources([folder])
    return [sentence.removeprefix(f"{folder / name}, ") for sentence in str(caught.value).split("\n")]


@pytest.mark.parametrize(
    ("name", "manifest"),
    [
        ("manifest.yaml", IN_YAML),
        ("manifest.csv", IN_CSV),
        ("manifest.csv", "\ufeff" + IN_CSV.replace(",", ";").replace("Fees;", "Fees,").replace("\n", "\r\n")),
    ],
    ids=["yaml", "csv", "csv as spreadsheets write it"],
)
def test_both_forms_say_the_same(folder: Path, name: str, manifest: str) -> None:
    (folder / name).write_text(manifest, encoding="utf-8", newline="")
    named = {"folder": folder, "is_named": True}
    assert find_sources([folder]) == [
        SourceFile(
            folder / "new.md", "fees", "Fees, all of them", date(2026, 1, 1), "https://bank.example/fees", **named
        ),
        SourceFile(folder / "old.md", "fees", None, date(2020, 1, 1), **named),
        SourceFile(folder / "rest.md", "rest.md", "2026", folder=folder),
    ]


def test_every_fault_of_a_yaml_manifest_has_its_line(folder: Path) -> None:
    manifest = (
        "documents:\n- file: new.md\n  effective_from: 2026-02-30\n  colour: red\n- {title: Fees}\n"
        "- file: gone.md\n- file: ../secret.md\n- file: old.md\n- {file: old.md}\n- {file: rest.md, title: [a]}\n"
    )
    assert faults(folder, "manifest.yaml", manifest) == [
        "line 3: effective_from: give a date such as 2026-01-31, not '2026-02-30'.",
        f"line 4: there is no field 'colour'; there are {', '.join(Entry.model_fields)}.",
        "line 5: the field 'file' is missing.",
        "line 6: there is no file 'gone.md'; remove the entry or add the file.",
        "line 7: '../secret.md' lies outside the folder; list only files below it.",
        "line 9: 'old.md' stands in line 8 already; remove one of them.",
        "line 10: title: input should be a valid string, not ['a'].",
    ]


def test_every_fault_of_a_csv_manifest_has_its_row(folder: Path) -> None:
    assert faults(folder, "manifest.csv", "file,effective_from\nnew.md,31/01/2026\n\ngone.md\n,2026-01-01\n") == [
        "row 2: effective_from: give a date such as 2026-01-31, not '31/01/2026'.",
        "row 4: there is no file 'gone.md'; remove the entry or add the file.",
        "row 5: file: input should be a valid string, not None.",
    ]
    assert "row 1: there is no field 'colour'" in faults(folder, "manifest.csv", "file,colour\nnew.md,red\n")[0]
    assert faults(folder, "manifest.csv", "file\nnew.md,Fees\n") == [
        "row 2: it has 2 cells, and the first row names 1."
    ]


def test_the_faults_of_a_long_manifest_are_not_all_told(folder: Path) -> None:
    told = faults(folder, "manifest.csv", "file\n" + "gone.md\n" * 1000)
    assert len(told) == MOST_FAULTS + 1
    assert told[-1] == "There are 980 faults more."


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ("documents: [", "line 1: it is not YAML"),
        ("documents:\n  - file: a\n b: [}", "line 3: it is not YAML"),
        ("- file: new.md", "line 1: it holds one list"),
        ("", "line 1: it holds one list"),
        ("documents:\n  file: new.md", "line 2: documents is a list"),
        ("documents:\n- new.md", "line 2: an entry is fields"),
        ("documents: " + "[" * 5000, "it is not YAML"),
    ],
)
def test_what_is_no_list_of_entries_is_refused(folder: Path, manifest: str, sentence: str) -> None:
    assert sentence in faults(folder, "manifest.yaml", manifest)[0]


def test_a_csv_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "manifest.csv").write_bytes(b"file\0\nnew.md")
    with pytest.raises(BadManifest, match="binary"):
        find_sources([folder])


def test_two_manifests_in_one_folder_are_refused(folder: Path) -> None:
    (folder / "manifest.yaml").write_text(IN_YAML)
    (folder / "manifest.csv").write_text(IN_CSV)
    with pytest.raises(BadManifest, match=r"both manifest\.yaml and manifest\.csv"):
        find_sources([folder])

"""The command line as a person or a script meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run

QUESTION = "What does a cash withdrawal abroad with a debit card cost?"


def test_ask_json_and_plain_give_the_same_answer_and_a_trace_stands_beside_it(citewell: Run, sample_copy: Path) -> None:
    variables = {"CITEWELL_GENERATOR__MAX_NEW_TOKENS": "40"}
    traced = citewell("ask", QUESTION, "--json", "--trace", data_dir=sample_copy, **variables)
    assert "prefill" in traced.stderr
    assert "✓" in traced.stderr
    assert "from passages" in traced.stderr
    ahead = json.loads(traced.stdout)
    plain = json.loads(citewell("ask", QUESTION, "--json", "--plain", data_dir=sample_copy, **variables).stdout)
    assert ahead["answer"] == plain["answer"]
    assert ahead["citations"] == plain["citations"] != []
    assert ahead["stats"]["tokens"] == plain["stats"]["tokens"]
    assert plain["stats"]["tokens_per_step"] == 1
    assert ahead["stats"]["tokens_per_step"] > 2


def test_search_prints_hits_with_scores(citewell: Run, sample_copy: Path) -> None:
    printed = citewell("search", "cash withdrawal abroad", "-k", "2", data_dir=sample_copy).stdout
    assert "1. cards/card-fees (version 2) · Card fees > Cash withdrawals abroad" in printed
    assert printed.count("similarity") == printed.count("BM25") == 2


def test_documents_go_in_are_listed_shown_and_deleted(citewell: Run, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    (folder / "broken.pdf").write_bytes(b"no pdf")
    first = citewell("ingest", folder)
    assert first.returncode == 1
    assert "broken.pdf: it is not a PDF" in first.stderr
    assert "1 added" in first.stdout
    assert "Embedding passages" in first.stderr
    assert re.search(r"fees.md .* 1 of 1 +current", citewell("documents", "list").stdout)
    shown = citewell("documents", "show", "fees.md").stdout
    assert "version 1: Fees · markdown · current, from always" in shown
    again = citewell("documents", "reread")
    assert "1 version: 0 read again, 1 unchanged, 0 without a file, 0 failed" in again.stdout
    assert (again.returncode, "Reading documents again" in again.stderr) == (0, True)
    assert citewell("documents", "delete", "fees.md", "--yes").stdout.startswith("Deleted fees.md")
    assert "fees.md" not in citewell("documents", "list").stdout


def test_two_data_folders_are_two_instances(citewell: Run, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    citewell("ingest", tmp_path / "fees.md", data_dir=tmp_path / "one")
    other = citewell("documents", "list", data_dir=tmp_path / "two")
    assert other.returncode == 2
    assert "nothing has been ingested yet" in other.stderr


def test_config_prints_the_merged_settings(citewell: Run) -> None:
    printed = citewell("--set", "retrieval.k=3", "config", CITEWELL_GENERATOR__ROWS="5").stdout
    assert "k: 3" in printed
    assert "rows: 5" in printed


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        (["ask", ""], {}, "empty"),
        (["ask", "x" * 100_000], {}, "100,000 characters"),
        (["ask", "a fee?", "--collection", "other"], {}, "no collection 'other'"),
        (["ask", "a fee?", "--as-of", "yesterday"], {}, "--as-of takes a date"),
        (["ask", "a fee?", "--mode", "write"], {"CITEWELL_GENERATOR__PATH": "/nowhere/model"}, "generator.path"),
        (["ask", "a fee?"], {"CITEWELL_EMBEDDER__PATH": "/nowhere/model"}, "embedder.path"),
        (["search", "a fee?"], {"CITEWELL_DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, "can't be used"),
        (["ask", "a fee?"], {"CITEWELL_COLOUR": "red"}, "colour"),
        (["ingest", "/nowhere"], {}, "does not exist"),
        (["ingest", "n" * 300], {}, "can't be opened"),
        (["ingest", "corpus/sample", "--effective-from", "soon"], {}, "--effective-from takes a date"),
        (["ingest", "README.md", "--as-version-of", "gone.md"], {}, "no document 'gone.md'"),
        (["batch", "gone.xlsx", "-o", "out.xlsx"], {}, "can't be opened"),
        (["documents", "delete", "gone.md", "--yes"], {}, "no document 'gone.md'"),
        (["serve", "--host", "256.1.1.1"], {}, "Can't listen"),
        (["frobnicate"], {}, "No such command"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_bad_input_is_one_sentence_and_exit_status_2(
    citewell: Run, sample_copy: Path, arguments: list[str], variables: dict[str, str], sentence: str
) -> None:
    done = citewell(*arguments, data_dir=sample_copy, **variables)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""

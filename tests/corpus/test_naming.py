"""Which document a file belongs to, wherever it lies and whatever it is called now."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus import ingest, jobs, passage_store, store
from corpus.database import Database
from corpus.jobs import FileReport, JobState, Outcome
from corpus.loaders import Limits
from corpus.schema import now
from tests.conftest import ROOT, SAMPLE

OLD_DATA = ROOT / "tests" / "fixtures" / "data-0.1.0" / "var.tar.gz"


def take_in(database: Database, *paths: Path, day: date | None = None, **how: object) -> list[FileReport]:
    plan = ingest.plan(database, paths, "default", effective_from=day, **how)  # type: ignore[arg-type]
    reports = list(ingest.carry_out(database, plan, Limits()))
    jobs.advance(database, plan.id, JobState.DONE)
    return reports


def outcomes(reports: list[FileReport]) -> list[tuple[str, str]]:
    return [(report.document, report.outcome.value) for report in reports]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Fees\n\n{text}\n")
    return path


def in_force(database: Database, day: date | None = None) -> list[str]:
    with database.reading() as session:
        ids = passage_store.eligible_passage_ids(
            session, store.require_collection(session, "default"), day or now().date()
        )
        return sorted(record.text for record in passage_store.passages(session, ids))


def names(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {record.name: len(record.versions) for record in store.documents(session, "default")}


def test_a_withdrawn_text_stays_withdrawn_until_it_is_restored(database: Database, tmp_path: Path) -> None:
    folder, fees = tmp_path / "policies", tmp_path / "policies" / "fees.md"
    take_in(database, write(fees, "Five euros.").parent)
    take_in(database, write(tmp_path / "new.md", "Six euros."), version_of="fees.md")
    for _ in range(2):
        [report] = take_in(database, folder)
        assert report.outcome is Outcome.UNCHANGED
        assert report.reason.startswith(f"it is version 1, withdrawn on {now().date()}")
    assert in_force(database) == ["Six euros."]
    take_in(database, folder, day=now().date())
    assert in_force(database) == ["Six euros."]
    assert outcomes(take_in(database, folder, restore=True)) == [("fees.md", "new version")]
    assert in_force(database) == ["Five euros."]
    assert outcomes(take_in(database, folder, restore=True)) == [("fees.md", "unchanged")]


def test_what_applies_later_is_said_to_and_does_not_begin_before(database: Database, tmp_path: Path) -> None:
    fees = write(tmp_path / "fees.md", "Five euros.")
    take_in(database, fees)
    later = write(tmp_path / "later" / "fees-2999.md", "Nine euros.")
    take_in(database, later, day=date(2999, 1, 1), version_of="fees.md")
    [now_in_force], [upcoming] = take_in(database, fees), take_in(database, later)
    assert (now_in_force.outcome, now_in_force.reason) == (Outcome.UNCHANGED, "")
    assert (upcoming.document, upcoming.reason) == ("fees.md", "it is version 2, in force from 2999-01-01")
    assert in_force(database) == ["Five euros."]


def test_files_of_one_name_in_two_folders_are_two_documents(database: Database, tmp_path: Path) -> None:
    retail, corporate = (
        write(tmp_path / "retail" / "fees.md", "Four."),
        write(tmp_path / "corporate" / "fees.md", "Twenty-five."),
    )
    assert outcomes(take_in(database, retail.parent)) == [("fees.md", "added")]
    [other] = take_in(database, corporate.parent)
    assert (other.document, other.outcome) == ("corporate/fees.md", Outcome.ADDED)
    assert "'fees.md' is the document from" in other.warnings[0]
    assert str(retail) in other.warnings[0]
    write(corporate, "Twenty-six.")
    for paths in ((retail.parent, corporate.parent), (corporate, retail), (tmp_path,)):
        found = dict(outcomes(take_in(database, *paths)))
        assert found.keys() == {"fees.md", "corporate/fees.md"}
    assert in_force(database) == ["Four.", "Twenty-six."]
    assert names(database) == {"corporate/fees.md": 2, "fees.md": 1}


def test_files_of_one_name_in_one_call_are_two_documents(database: Database, tmp_path: Path) -> None:
    folders = [write(tmp_path / name / "de" / "cards" / "fees.md", f"As in {name}.").parents[1] for name in "ab"]
    expected = ["cards/fees.md", "de/cards/fees.md"]
    assert outcomes(take_in(database, *folders)) == [(name, "added") for name in expected]
    third = write(tmp_path / "c" / "de" / "cards" / "fees.md", "As in c.").parents[1]
    assert outcomes(take_in(database, third)) == [("c/de/cards/fees.md", "added")]
    assert outcomes(take_in(database, *folders, third)) == [
        (name, "unchanged") for name in (*expected, "c/de/cards/fees.md")
    ]


def test_a_renamed_file_stays_its_document(database: Database, tmp_path: Path) -> None:
    fees = write(tmp_path / "cards" / "fees.md", "Five euros.")
    take_in(database, tmp_path)
    renamed = fees.rename(tmp_path / "card-fees.md")
    [report] = take_in(database, tmp_path)
    assert (report.document, report.outcome) == ("cards/fees.md", Outcome.UNCHANGED)
    assert report.reason == "the same text as cards/fees.md, which it was called before"
    write(renamed, "Six euros.")
    assert outcomes(take_in(database, tmp_path)) == [("cards/fees.md", "new version")]
    assert in_force(database) == ["Six euros."]


def test_a_copy_beside_its_original_is_a_document_of_its_own(database: Database, tmp_path: Path) -> None:
    fees = write(tmp_path / "fees.md", "Five euros.")
    take_in(database, fees)
    shutil.copy(fees, tmp_path / "copy.md")
    copy, original = take_in(database, tmp_path)
    assert (copy.document, copy.outcome, original.outcome) == ("copy.md", Outcome.ADDED, Outcome.UNCHANGED)
    assert copy.warnings == ("it holds the same text as fees.md, which stays a document of its own",)


def test_a_folder_that_moved_is_known_again(database: Database, tmp_path: Path) -> None:
    old = tmp_path / "old" / "policies"
    for name in ("a.md", "b.md", "cards/c.md"):
        write(old / name, f"The text of {name}.")
    take_in(database, old)
    (tmp_path / "new").mkdir()
    new = old.rename(tmp_path / "new" / "rules")
    write(new / "b.md", "Another text.")
    assert outcomes(take_in(database, new)) == [
        ("a.md", "unchanged"),
        ("b.md", "new version"),
        ("cards/c.md", "unchanged"),
    ]
    write(new / "a.md", "Yet another.")
    assert outcomes(take_in(database, new)) == [
        ("a.md", "new version"),
        ("b.md", "unchanged"),
        ("cards/c.md", "unchanged"),
    ]


def test_another_folder_in_place_of_one_that_is_gone_replaces_nothing(database: Database, tmp_path: Path) -> None:
    retail = write(tmp_path / "retail" / "fees.md", "Four.")
    take_in(database, retail.parent)
    shutil.rmtree(retail.parent)
    assert outcomes(take_in(database, write(tmp_path / "corporate" / "fees.md", "Twenty-five.").parent)) == [
        ("corporate/fees.md", "added")
    ]
    assert in_force(database) == ["Four.", "Twenty-five."]


def test_a_copy_of_a_folder_changes_nothing(database: Database, tmp_path: Path) -> None:
    take_in(database, SAMPLE)
    before = names(database)
    shutil.copytree(SAMPLE, tmp_path / "other" / "checkout")
    assert {outcome for _, outcome in outcomes(take_in(database, tmp_path / "other" / "checkout"))} == {"unchanged"}
    assert names(database) == before


def test_a_path_may_be_written_in_every_way(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fees = write(tmp_path / "policies" / "cards" / "fees.md", "Five euros.")
    take_in(database, fees)
    (tmp_path / "link").symlink_to(tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    for path in (
        Path("policies"),
        Path("policies/cards"),
        Path("link/cards/fees.md"),
        Path("link"),
        Path("./link/../link"),
    ):
        assert outcomes(take_in(database, path)) == [("fees.md", "unchanged")]
    fees.write_text("# Fees\n\nSix euros.\n")
    assert outcomes(take_in(database, Path("link"))) == [("fees.md", "new version")]


def test_a_file_behind_a_link_that_is_changed_stays_its_document(database: Database, tmp_path: Path) -> None:
    first, second = write(tmp_path / "..1" / "fees.md", "Five."), write(tmp_path / "..2" / "fees.md", "Six.")
    (tmp_path / "fees.md").symlink_to(first)
    take_in(database, tmp_path)
    (tmp_path / "fees.md").unlink()
    (tmp_path / "fees.md").symlink_to(second)
    assert outcomes(take_in(database, tmp_path)) == [("fees.md", "new version")]


def test_a_file_given_as_a_version_stays_one_when_its_folder_comes(database: Database, tmp_path: Path) -> None:
    take_in(database, write(tmp_path / "a" / "fees.md", "Five."))
    new = write(tmp_path / "b" / "fees-2027.md", "Six.")
    assert outcomes(take_in(database, new)) == [("fees-2027.md", "added")]
    take_in(database, new, version_of="fees.md")
    assert outcomes(take_in(database, new.parent)) == [("fees.md", "unchanged")]


def test_what_could_be_two_documents_is_refused_with_both(database: Database, tmp_path: Path) -> None:
    one, two = write(tmp_path / "a" / "one.md", "The same."), write(tmp_path / "a" / "two.md", "The same.")
    take_in(database, one.parent)
    one.unlink()
    two.rename(tmp_path / "a" / "three.md")
    [report] = take_in(database, tmp_path / "a")
    assert report.outcome is Outcome.FAILED
    assert str(one) in report.reason
    assert str(two) in report.reason


@pytest.mark.parametrize("day", [None, date(2030, 1, 1)], ids=["undated", "of one day"])
def test_two_new_texts_for_one_document_in_one_job_are_refused_with_both(
    database: Database, tmp_path: Path, day: date | None
) -> None:
    one, two = write(tmp_path / "a" / "fees.md", "Five."), write(tmp_path / "b" / "fees.md", "Six.")
    take_in(database, one)
    take_in(database, two, version_of="fees.md")
    write(one, "Seven.")
    write(two, "Eight.")
    first, second = take_in(database, tmp_path, day=day)
    assert (first.outcome, second.outcome) == (Outcome.NEW_VERSION, Outcome.FAILED)
    assert str(one) in second.reason
    assert str(two) in second.reason


@pytest.fixture
def old(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database of version 0.1.0, and the folder of the documents that it was made of."""
    folder = tmp_path / "old"
    with tarfile.open(OLD_DATA) as archive:
        archive.extractall(folder, filter="data")
    (folder / "v2").mkdir()
    shutil.copy(folder / "cards2.md", folder / "v2" / "cards.md")
    database = Database(f"sqlite:///{folder / 'var' / 'citewell.db'}")
    yield database, folder
    database.close()


@pytest.mark.parametrize("is_there", [True, False], ids=["in their places", "at other places"])
def test_documents_of_version_0_1_0_keep_their_names_and_are_found(old: tuple[Database, Path], is_there: bool) -> None:
    database, folder = old
    was_at = folder if is_there else folder / "gone"
    with sqlite3.connect(folder / "var" / "citewell.db") as connection:
        connection.execute("UPDATE versions SET source = replace(source, '/tmp/fx', ?)", [str(was_at)])
    database.migrate()
    before = names(database)
    for path in (folder / "docs", folder / "v2", folder / "docs" / "plans", folder / "docs"):
        assert {report.outcome for report in take_in(database, path)} == {Outcome.UNCHANGED}
    assert names(database) == before == {"accounts.txt": 1, "board.md": 1, "cards.md": 2}
    write(folder / "v2" / "cards.md", "A newer text.")
    assert outcomes(take_in(database, folder / "v2")) == [("cards.md", "new version")]
    with database.reading() as session:
        assert jobs.files(session, 1)[0].document == "cards.md"


def test_a_place_that_is_no_text_fails_alone(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    write(folder / "fees.md", "Five.")
    [report] = take_in(database, folder)
    assert "no text" in report.reason


@pytest.fixture
def two_desks(database: Database, tmp_path: Path) -> Path:
    """A folder with those of two desks, which have files of the same names; the second one's are for the board."""
    retail, corporate = tmp_path / "in" / "retail", tmp_path / "in" / "corporate"
    for desk in (retail, corporate):
        write(desk / "fees.md", f"As in {desk.name}.")
        write(desk / "privacy.md", "The same for both.")
    take_in(database, retail)
    take_in(database, corporate, access=["board"])
    return retail.parent


def labels_and_versions(database: Database) -> dict[str, tuple[tuple[str, ...], int]]:
    with database.reading() as session:
        return {each.name: (each.access, len(each.versions)) for each in store.documents(session, "default")}


@pytest.mark.parametrize("access", [None, ["board"]])
def test_two_folders_that_moved_keep_their_documents_apart(
    database: Database, two_desks: Path, access: list[str] | None
) -> None:
    before = labels_and_versions(database)
    assert before["fees.md"] == ((), 1)
    assert before["corporate/fees.md"] == (("board",), 1)
    new = two_desks.rename(two_desks.with_name("new"))
    for desk, labels in ((new / "corporate", access), (new / "retail", None)):
        assert {report.outcome for report in take_in(database, desk, access=labels)} == {Outcome.UNCHANGED}
    assert labels_and_versions(database) == before
    write(new / "corporate" / "fees.md", "Another text.")
    assert ("corporate/fees.md", "new version") in outcomes(take_in(database, new / "corporate"))


def test_an_amended_file_that_could_be_of_two_folders_that_moved_is_refused(
    database: Database, two_desks: Path
) -> None:
    before = labels_and_versions(database)
    new = two_desks.rename(two_desks.with_name("new"))
    write(new / "corporate" / "fees.md", "Another text.")
    fees, _ = take_in(database, new / "corporate")
    assert fees.outcome is Outcome.FAILED
    assert str(two_desks / "retail" / "fees.md") in fees.reason
    assert str(two_desks / "corporate" / "fees.md") in fees.reason
    assert labels_and_versions(database) == before


def test_a_file_with_labels_is_no_version_of_a_public_document_by_likeness(database: Database, tmp_path: Path) -> None:
    old = tmp_path / "old"
    write(old / "fees.md", "Five.")
    write(old / "privacy.md", "The same.")
    take_in(database, old)
    new = old.rename(tmp_path / "new")
    write(new / "fees.md", "For the board alone.")
    reports = take_in(database, new / "fees.md", access=["board"])
    assert outcomes(reports) == [("new/fees.md", "added")]
    assert labels_and_versions(database)["fees.md"] == ((), 1)


def test_the_missing_file_of_an_old_text_makes_no_two_documents_one(database: Database, tmp_path: Path) -> None:
    retail = write(tmp_path / "retail" / "fees.md", "Six.")
    first = write(tmp_path / "first" / "fees.md", "Five.")
    take_in(database, first)
    take_in(database, retail, version_of="fees.md")
    first.unlink()
    [other] = take_in(database, write(tmp_path / "corporate" / "fees.md", "Five."))
    assert (other.document, other.outcome) == ("corporate/fees.md", Outcome.ADDED)
    assert in_force(database) == ["Five.", "Six."]


@pytest.mark.parametrize("name", ["fees.md", "charges.md"])
def test_a_folder_that_is_away_gets_no_file_of_another_that_has_an_old_text(
    database: Database, tmp_path: Path, name: str
) -> None:
    fees = write(tmp_path / "share" / "docs" / "fees.md", "Five.")
    write(fees.with_name("terms.md"), "Terms.")
    take_in(database, fees.parent)
    write(fees, "Six.")
    take_in(database, fees.parent)
    (tmp_path / "share").rename(tmp_path / "away")
    other = write(tmp_path / "other" / name, "Five.")
    write(other.with_name("terms.md"), "Other terms.")
    write(other.with_name("more.md"), "More.")
    [report] = take_in(database, other)
    assert (report.outcome, report.document) == (
        Outcome.ADDED,
        "other/fees.md" if name == "fees.md" else name,
    )
    assert any("same text as fees.md" in warning for warning in report.warnings)
    assert in_force(database) == ["Five.", "Six.", "Terms."]


def test_a_copy_whose_original_is_amended_in_the_same_job_stays_in_force(database: Database, tmp_path: Path) -> None:
    a, b = write(tmp_path / "a" / "fees.md", "Five."), write(tmp_path / "b" / "fees.md", "Five.")
    take_in(database, a.parent)
    assert outcomes(take_in(database, b.parent)) == [("fees.md", "unchanged")]
    write(a, "Six.")
    assert outcomes(take_in(database, a.parent, b.parent)) == [("fees.md", "new version"), ("b/fees.md", "added")]
    assert in_force(database) == ["Five.", "Six."]


def test_a_text_that_one_live_file_has_in_force_is_not_replaced_by_another_file(
    database: Database, tmp_path: Path
) -> None:
    one, two = write(tmp_path / "a" / "fees.md", "Five."), write(tmp_path / "b" / "fees.md", "Six.")
    take_in(database, one)
    take_in(database, two, version_of="fees.md")
    write(one, "Seven.")
    write(two, "Eight.")
    for _ in range(2):
        reports = take_in(database, tmp_path)
        assert reports[1].outcome is Outcome.FAILED
        assert str(one) in reports[1].reason
        assert str(two) in reports[1].reason
        assert in_force(database) == ["Seven."]
    assert outcomes(take_in(database, two, version_of="fees.md")) == [("fees.md", "new version")]


def test_a_known_file_that_is_named_later_says_what_stays_in_force(database: Database, tmp_path: Path) -> None:
    fees = write(tmp_path / "fees.md", "Five.")
    take_in(database, fees)
    take_in(database, write(tmp_path / "old" / "prices.md", "Four."))
    (tmp_path / "manifest.csv").write_text("file,document\nfees.md,charges\n")
    [named, *_] = take_in(database, tmp_path)
    expected = "this file was 'fees.md', which stays in force: delete it if it is replaced by this one"
    assert (named.document, named.outcome) == ("charges", Outcome.ADDED)
    assert expected in named.warnings
    [known] = take_in(database, fees, version_of="prices.md")
    assert known.warnings == (expected.replace("fees.md", "charges"),)

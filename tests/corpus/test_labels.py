"""What a manager of some labels may change by ingesting and deleting, and what becomes of labels then."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from corpus import ingest, jobs, passage_store, store
from corpus.access import ANYONE, NAME_REFUSED, OPERATOR, Principal
from corpus.database import Database
from corpus.errors import UnknownDocument, UnknownJob
from corpus.jobs import FileReport, FileState, JobState, Outcome
from corpus.loaders import Limits
from corpus.schema import now
from corpus.sources import SourceFile

RETAIL, BOARD = Principal(frozenset({"retail"})), Principal(frozenset({"board"}))


def upload(
    database: Database,
    file: Path,
    principal: Principal,
    *access: str,
    name: str = "plans.md",
    day: date | None = None,
    collection: str = "default",
) -> FileReport:
    """Ingest a file that ``principal`` sends over the network, with the labels ``access`` if there are any."""
    source = SourceFile(file, name, effective_from=day, access=access or None)
    plan = jobs.note(database, [source], collection, principal)
    [report] = ingest.carry_out(database, plan, Limits())
    jobs.advance(database, plan.id, JobState.DONE)
    return report


def text(tmp_path: Path, words: str) -> Path:
    path = tmp_path / "sent.md"
    path.write_text(f"# Plans\n\n{words}\n" if words else "")
    return path


def labels(database: Database, name: str = "plans.md") -> tuple[str, ...]:
    with database.reading() as session:
        return store.document(session, "default", name).access


def test_a_refused_file_changes_no_labels_and_says_so(database: Database, tmp_path: Path) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    for principal in (OPERATOR, BOARD):
        report = upload(database, text(tmp_path, ""), principal, *(["board"] if principal is BOARD else ["retail"]))
        assert (report.outcome, report.reason) == (Outcome.FAILED, "the file is empty; labels stay as they were")
    assert labels(database) == ("board",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_at_no_moment_is_a_labelled_text_open_to_others(database: Database, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(_: Session) -> None:
        with database.reading() as session:
            seen.extend(len(each.versions) for each in store.documents(session, "default", principal=RETAIL))

    upload(database, text(tmp_path, "All is well."), OPERATOR, "retail")
    event.listen(Session, "after_commit", look)
    try:
        upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board", name="new.md")
        upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    finally:
        event.remove(Session, "after_commit", look)
    assert set(seen) == {1}
    assert labels(database) == labels(database, "new.md") == ("board",)


@pytest.mark.parametrize("words", ["", "Lisbon closes.", "Another text."], ids=["empty", "the same", "another"])
@pytest.mark.parametrize("access", [(), ("retail",)])
@pytest.mark.parametrize("principal", [RETAIL, ANYONE])
def test_a_document_that_a_manager_cannot_see_is_out_of_reach(
    database: Database, tmp_path: Path, words: str, access: tuple[str, ...], principal: Principal
) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    for day in (None, date(2020, 1, 1)):
        report = upload(database, text(tmp_path, words), principal, *access, day=day)
        assert report.outcome is Outcome.FAILED
        expected = NAME_REFUSED if words else "the file is empty"
        if words and access and principal is ANYONE:
            # Said before the name is looked at, so that it tells nothing of that.
            expected = "this key can't give the label retail: give labels that the key has (none)"
        assert report.reason == expected + ("; labels stay as they were" if access else "")
    with database.reading() as session:
        [record] = store.documents(session, "default")
        assert (record.access, len(record.versions), record.versions[0].effective_from) == (("board",), 1, None)
    with database.changing_corpus() as session, pytest.raises(UnknownDocument):
        store.delete_document(session, "default", record.id, principal)


def test_the_same_text_under_another_name_tells_nothing_of_one_that_is_not_seen(
    database: Database, tmp_path: Path
) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    report = upload(database, text(tmp_path, "Lisbon closes."), RETAIL, name="copy.md")
    assert (report.outcome, report.warnings) == (Outcome.ADDED, ())
    assert upload(database, text(tmp_path, "Lisbon closes."), BOARD, name="other.md").warnings != ()


def test_what_a_manager_sends_is_for_its_own_labels(database: Database, tmp_path: Path) -> None:
    both = Principal(frozenset({"retail", "audit"}))
    upload(database, text(tmp_path, "One."), both)
    assert labels(database) == ("audit", "retail")
    upload(database, text(tmp_path, "Two."), both, "audit", name="audit.md")
    assert labels(database, "audit.md") == ("audit",)
    upload(database, text(tmp_path, "Three."), ANYONE, name="public.md")
    assert labels(database, "public.md") == ()
    for principal in (ANYONE, RETAIL):
        report = upload(database, text(tmp_path, "Four."), principal, "board", name="four.md")
        assert "this key can't give the label board" in report.reason
    with database.reading() as session, pytest.raises(UnknownDocument):
        store.document(session, "default", "four.md")


def test_labels_that_a_manager_does_not_have_stay(database: Database, tmp_path: Path) -> None:
    upload(database, text(tmp_path, "One."), OPERATOR, "board", "retail")
    both = Principal(frozenset({"retail", "audit"}))
    assert upload(database, text(tmp_path, "One."), both, "audit").outcome is Outcome.UNCHANGED
    assert labels(database) == ("audit", "board")
    upload(database, text(tmp_path, "Two."), BOARD)
    assert labels(database) == ("audit", "board")
    assert upload(database, text(tmp_path, "Two."), OPERATOR, "retail").outcome is Outcome.UNCHANGED
    assert labels(database) == ("retail",)


def test_a_key_with_labels_takes_no_public_document_from_the_others(database: Database, tmp_path: Path) -> None:
    upload(database, text(tmp_path, "One."), ANYONE)
    for words in ("One.", "Two."):
        report = upload(database, text(tmp_path, words), RETAIL, "retail")
        assert (report.outcome, labels(database)) == (Outcome.FAILED, ())
        assert report.reason.startswith("this document is public")
    assert upload(database, text(tmp_path, "Two."), RETAIL).outcome is Outcome.NEW_VERSION
    assert labels(database) == ()
    assert upload(database, text(tmp_path, "Two."), OPERATOR, "retail").outcome is Outcome.UNCHANGED
    assert labels(database) == ("retail",)


@pytest.mark.parametrize("principal", [RETAIL, ANYONE])
def test_a_file_that_is_not_stored_tells_nothing_of_a_name(
    database: Database, tmp_path: Path, principal: Principal
) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7 and no more")
    for file, access in ((damaged, ()), (text(tmp_path, "Any."), ("audit",))):
        reports = [upload(database, file, principal, *access, name=name) for name in ("plans.md", "free.md")]
        assert {report.outcome for report in reports} == {Outcome.FAILED}
        assert reports[0].reason == reports[1].reason != NAME_REFUSED


def test_a_job_is_seen_by_those_who_have_its_askers_labels(database: Database, tmp_path: Path) -> None:
    both = Principal(frozenset({"retail", "board"}))
    for number, principal in enumerate((OPERATOR, ANYONE, RETAIL, both), start=1):
        upload(database, text(tmp_path, "One."), principal, name=f"{number}.md")
    ingest.plan(database, [text(tmp_path, "Five.")], "default", principal=BOARD)
    seen = {ANYONE: {2}, RETAIL: {2, 3}, BOARD: {2, 5}, both: {2, 3, 4, 5}, OPERATOR: {1, 2, 3, 4, 5}}
    with database.reading() as session:
        for principal, expected in seen.items():
            assert {record.id for record in jobs.records(session, principal=principal)} == expected
            assert jobs.count(session, principal) == len(expected)
            assert jobs.any_unfinished(session, principal) == (5 in expected)
            for job_id in range(1, 6):
                if job_id in expected:
                    assert jobs.record(session, job_id, principal).id == job_id
                    assert len(jobs.files(session, job_id, principal)) == 1
                else:
                    for ask in (jobs.record, jobs.files):
                        with pytest.raises(UnknownJob):
                            ask(session, job_id, principal)
    assert jobs.resumed(database, 5).principal == BOARD


def test_a_resumed_job_acts_within_the_labels_of_its_asker(database: Database, tmp_path: Path) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), OPERATOR, "board")
    jobs.note(database, [SourceFile(text(tmp_path, "Lisbon stays."), "plans.md")], "default", RETAIL)
    [left] = jobs.unfinished(database)
    [report] = ingest.carry_out(database, left, Limits())
    assert report.reason == NAME_REFUSED
    with database.reading() as session:
        [file] = jobs.files(session, left.id)
    assert (file.state, file.document) == (FileState.FAILED, "plans.md")


LABELS = ("retail", "board", "audit")
PRINCIPALS = st.sampled_from(
    [OPERATOR, *(Principal(frozenset(own)) for own in ((), *((one,) for one in LABELS), LABELS[:2]))]
)
ACCESS = st.one_of(st.none(), st.sets(st.sampled_from(LABELS), max_size=2))
ACTS = st.lists(
    st.tuples(
        PRINCIPALS,
        st.sampled_from(["send", "send", "send", "send empty", "delete"]),
        st.sampled_from(["a.md", "b.md"]),
        st.sampled_from(["One.", "Two.", "Three."]),
        ACCESS,
        st.sampled_from([None, date(2020, 1, 1), date(2030, 1, 1)]),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_reader_ever_sees_a_version_of_others_unless_one_of_them_changed_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count()

    @settings(max_examples=60)
    @given(ACTS)
    def check(acts: list[tuple[Principal, str, str, str, set[str] | None, date | None]]) -> None:
        collection = f"c{next(numbers)}"
        # What each name's labels are while nobody who may see the document has changed them.
        model: dict[str, frozenset[str]] = {}
        for principal, act, name, words, access, day in acts:
            held = model.get(name)
            may = held is None or principal.may_read(held)
            before = stored(database, collection)
            if act == "delete":
                if held is not None:
                    try:
                        with database.changing_corpus() as session:
                            store.delete_document(session, collection, name, principal)
                        assert may
                        del model[name]
                    except UnknownDocument:
                        assert not may
            else:
                path = text(tmp_path, words if act == "send" else "")
                asked = sorted(access) if access is not None else []
                report = upload(database, path, principal, *asked, name=name, day=day, collection=collection)
                if report.outcome is Outcome.FAILED:
                    assert act == "send empty" or report.reason.startswith(("this ", "its other"))
                    assert stored(database, collection) == before
                    continue
                assert may
                wanted = frozenset(asked) if asked else None
                own = principal.labels
                if own is not None and wanted is not None:
                    assert wanted <= own
                if held is None:
                    model[name] = wanted if wanted is not None else own or frozenset()
                elif wanted is not None:
                    model[name] = wanted if own is None else (held - own) | wanted
                assert principal.may_read(model[name])
            found = {each: labels for each, (labels, _) in stored(database, collection).items()}
            assert found == model

    check()


def stored(database: Database, collection: str) -> dict[str, tuple[frozenset[str], int]]:
    """The labels of each document of a collection, and how many versions it has."""
    with database.reading() as session:
        if store.is_empty(session, collection):
            return {}
        return {
            each.name: (frozenset(each.access), len(each.versions)) for each in store.documents(session, collection)
        }


def test_what_is_found_for_a_reader_is_what_was_stored_for_it(database: Database, tmp_path: Path) -> None:
    upload(database, text(tmp_path, "Lisbon closes."), BOARD)
    upload(database, text(tmp_path, "All is public."), ANYONE, name="open.md")
    for principal, seen in ((RETAIL, 1), (ANYONE, 1), (BOARD, 2), (OPERATOR, 2)):
        with database.reading() as session:
            collection = store.require_collection(session, "default")
            assert len(passage_store.eligible_passage_ids(session, collection, now().date(), principal)) == seen


def test_a_manifest_labels_a_known_document_that_is_found_at_a_new_place(database: Database, tmp_path: Path) -> None:
    def take_in(path: Path) -> Outcome:
        plan = ingest.plan(database, [path], "default")
        [report] = ingest.carry_out(database, plan, Limits())
        return report.outcome

    plans = text(tmp_path, "Lisbon closes.").rename(tmp_path / "plans.md")
    take_in(plans)
    (tmp_path / "folder").mkdir()
    plans.rename(tmp_path / "folder" / "plans.md")
    manifest = tmp_path / "folder" / "manifest.csv"
    for listed, expected in (("staff audit", ("audit", "staff")), ("", ("audit", "staff"))):
        manifest.write_text(f"file,access\nplans.md,{listed}\n")
        assert take_in(tmp_path / "folder") is Outcome.UNCHANGED
        assert labels(database) == expected

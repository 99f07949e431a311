"""Stored versions are read again from their originals; what was read before stays for those who quote it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from corpus import ingest, page_store, passage_store, rereading, store, version_text
from corpus import reading as readings
from corpus.content import Content, Kind, PageBuilder
from corpus.database import Database
from corpus.errors import UnknownCollection, UnknownDocument, UnknownPage, UnknownVersion
from corpus.jobs import Outcome
from corpus.loaders import Limits
from corpus.originals import Originals
from corpus.passages import CHARACTERS, Size
from corpus.recognition import Recognition
from corpus.rereading import RereadOutcome, VersionReport
from corpus.schema import EarlierPage, Page, Passage, Version
from retrieval import lexical
from tests.corpus.deadly import Deadly
from tests.corpus.test_ingest import INTEGRITY_CHECK
from tests.corpus.test_jobs import migrate
from tests.corpus.test_recognised import picture, scan

DAY = date(2026, 1, 1)
OLD, NEW = "The fee is EUR 152.", "The fee is EUR 15 (note 2)."


Loads = Callable[..., None]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    """Has every file read as one page of these paragraphs from now on, with a title of its own or without."""

    def load(*paragraphs: str, title: str | None = "Fees", warnings: tuple[str, ...] = ()) -> None:
        builder = PageBuilder()
        for paragraph in paragraphs:
            builder.add(Kind.PARAGRAPH, paragraph)
        content = Content(title, (builder.page(1),), warnings=warnings)
        monkeypatch.setattr(readings, "load", lambda *_: content)

    return load


def take_in(database: Database, originals: Originals | None, *paths: Path, effective_from: date | None = DAY) -> None:
    plan = ingest.plan(database, paths, "default", effective_from=effective_from, access=["board"])
    for report in ingest.carry_out(database, plan, Limits(), originals=originals):
        assert report.outcome in (Outcome.ADDED, Outcome.NEW_VERSION), report


def reread(database: Database, originals: Originals, *documents: str, size: Size = CHARACTERS) -> list[VersionReport]:
    with database.reading() as session:
        wanted = rereading.versions(session, "default", documents)
    return list(rereading.carry_out(database, wanted, originals, Limits(), size))


def outcomes(reports: Sequence[VersionReport]) -> list[RereadOutcome]:
    return [report.outcome for report in reports]


def fees(folder: Path, words: str = "The fee is 5 euros.") -> Path:
    (folder / "fees.md").write_text(f"# Fees\n\n{words}\n")
    return folder / "fees.md"


def found(database: Database) -> list[str]:
    """The texts of all passages that may be found."""
    with database.reading() as session:
        ids = passage_store.eligible_passage_ids(session, store.require_collection(session, "default"), DAY)
        return sorted(passage.text for passage in passage_store.passages(session, ids))


def stored(database: Database) -> store.DocumentRecord:
    with database.reading() as session:
        return store.document(session, "default", "fees.md")


def test_a_better_reading_takes_the_place_of_the_one_before_which_is_kept(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    loads("Page 1 of 1", OLD)
    take_in(database, originals, fees(tmp_path))
    before = stored(database)
    with database.reading() as session:
        held = store.content_hash(session, "default")
    loads(NEW, warnings=("a picture isn't read",))
    (tmp_path / "fees.md").unlink()
    [report] = reread(database, originals)
    assert report == VersionReport("fees.md", 1, RereadOutcome.READ_AGAIN, 1, warnings=("a picture isn't read",))

    assert found(database) == [NEW]
    after = stored(database)
    assert (after.name, after.access, after.title) == (before.name, ("board",), "Fees")
    [was], [now] = before.versions, after.versions
    assert (was.reading, now.reading) == (1, 2)
    assert (was.number, was.effective_from, was.ingested_at) == (now.number, now.effective_from, now.ingested_at)
    with database.reading() as session:
        assert store.content_hash(session, "default") != held
    with database.writing() as session:
        last, first = (page_store.page(session, after.id, 1, 1, reading) for reading in (None, 1))
        assert (last.reading, last.text) == (2, NEW)
        assert (first.reading, first.text) == (1, f"Page 1 of 1\n\n{OLD}")
        assert page_store.page(session, after.id, 1, 1, 2) == last
        [line] = version_text.read(session, after, 1).lines
        assert line.text == NEW
        session.execute(text(INTEGRITY_CHECK[session.get_bind().dialect.name]))


def test_a_quote_stands_in_the_reading_that_its_passage_names(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    take_in(database, originals, fees(tmp_path))
    quoted = []
    for paragraphs in (["Page 1 of 1", OLD], [NEW], ["Fees", "of 2026", NEW]):
        loads(*paragraphs)
        reread(database, originals)
        with database.reading() as session:
            ids = passage_store.eligible_passage_ids(session, 1, DAY)
            quoted += passage_store.passages(session, ids)
    assert [passage.reading for passage in quoted] == [2, 3, 4]
    for passage in quoted:
        with database.reading() as session:
            page = page_store.page(session, stored(database).id, passage.version, 1, passage.reading)
        assert page.text[passage.start : passage.end] == passage.text


def test_the_same_reading_changes_nothing(database: Database, originals: Originals, tmp_path: Path) -> None:
    take_in(database, originals, fees(tmp_path))
    with database.reading() as session:
        before = store.state(session), session.scalars(select(Passage.id)).all()
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED]
    with database.reading() as session:
        assert (store.state(session), session.scalars(select(Passage.id)).all()) == before
        assert session.scalar(select(func.count()).select_from(EarlierPage)) == 0
    assert stored(database).versions[0].reading == 1


@pytest.mark.parametrize("column", ["context", "heading", "text", '"end"'])
def test_whatever_is_stored_otherwise_is_read_again(
    database: Database, originals: Originals, tmp_path: Path, column: str
) -> None:
    take_in(database, originals, fees(tmp_path))
    other = "3" if column == '"end"' else "'Other.'"
    with database.changing_corpus() as session:
        session.execute(text(f"UPDATE passages SET {column} = {other}"))
        lexical.rebuild(session)
    assert outcomes(reread(database, originals)) == [RereadOutcome.READ_AGAIN]
    assert found(database) == ["The fee is 5 euros."]


def test_all_versions_of_the_documents_that_are_named_are_read(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    (tmp_path / "other.md").write_text("# Other\n\nNothing.\n")
    take_in(database, originals, fees(tmp_path), tmp_path / "other.md")
    take_in(database, originals, fees(tmp_path, "The fee is 6 euros."), effective_from=date(2027, 1, 1))
    loads(NEW)
    with database.reading() as session:
        number = store.document(session, "default", "fees.md").id
    assert [(each.document, each.version) for each in reread(database, originals, str(number))] == [
        ("fees.md", 1),
        ("fees.md", 2),
    ]
    assert outcomes(reread(database, originals)) == [
        RereadOutcome.UNCHANGED,
        RereadOutcome.UNCHANGED,
        RereadOutcome.READ_AGAIN,
    ]
    with pytest.raises(UnknownDocument):
        reread(database, originals, "nothing.md")
    with database.reading() as session, pytest.raises(UnknownCollection):
        rereading.versions(session, "nowhere")


@pytest.mark.parametrize(
    ("given", "first", "then", "expected"),
    [
        (None, "Fees", "All fees", "All fees"),
        (None, None, None, "fees"),
        ("Prices", "Fees", "All fees", "Prices"),
        (None, "Fees", None, "Fees"),
    ],
    ids=["of the file", "of the file's name", "given", "of the file, which no longer says it"],
)
def test_a_title_stays_unless_it_came_from_the_file(
    database: Database,
    originals: Originals,
    tmp_path: Path,
    loads: Loads,
    given: str | None,
    first: str | None,
    then: str | None,
    expected: str,
) -> None:
    # The copy has the name of whichever file with these bytes came first.
    take_in(database, originals, fees(tmp_path).rename(tmp_path / "duplicate.md"))
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "duplicate.md")
    papers = tmp_path / "papers"
    papers.mkdir()
    fees(papers)
    if given:
        (papers / "manifest.yaml").write_text(f"documents: [{{file: fees.md, title: {given}}}]")
    loads(OLD, title=first)
    take_in(database, originals, papers)
    loads(NEW, title=then)
    assert outcomes(reread(database, originals)) == [RereadOutcome.READ_AGAIN]
    assert stored(database).title == expected
    with database.reading() as session:
        assert session.scalars(select(Passage.heading)).all() == [expected]
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED]


def test_a_title_stays_where_nobody_knows_whether_it_was_given(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    take_in(database, originals, fees(tmp_path))
    with database.writing() as session:
        session.execute(update(Version).values(title_given=None, title="Prices"))
    loads(NEW, title="All fees")
    reread(database, originals)
    assert stored(database).title == "Prices"


def test_without_an_original_the_file_itself_is_read_if_it_holds_the_same(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    take_in(database, None, fees(tmp_path))
    loads(NEW)
    assert outcomes(reread(database, originals)) == [RereadOutcome.READ_AGAIN]


def test_a_version_whose_file_is_gone_is_named_and_left_as_it_is(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    (tmp_path / "other.md").write_text("# Other\n\nNothing.\n")
    take_in(database, None, fees(tmp_path), tmp_path / "other.md")
    with database.reading() as session:
        before = store.state(session)
    loads(NEW)
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 6 euros.\n")
    (tmp_path / "other.md").unlink()
    changed, gone = reread(database, originals)
    assert (changed.outcome, gone.outcome) == (RereadOutcome.NO_FILE, RereadOutcome.NO_FILE)
    assert changed.reason.startswith(f"its original isn't kept, and {tmp_path / 'fees.md'} holds something else now")
    assert gone.reason.startswith(f"its original isn't kept, and {tmp_path / 'other.md'} isn't there any more")
    with database.reading() as session:
        assert store.state(session) == before
    assert stored(database).versions[0].reading == 1


def test_a_damaged_original_is_not_read(database: Database, originals: Originals, tmp_path: Path, loads: Loads) -> None:
    take_in(database, originals, fees(tmp_path))
    [original] = originals.folder.rglob("fees.md")
    original.write_text("# Fees\n\nThe fee is 9 euros.\n")
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED]
    (tmp_path / "fees.md").unlink()
    [report] = reread(database, originals)
    assert report.outcome is RereadOutcome.NO_FILE
    assert f"its original {original} holds something else now" in report.reason
    assert found(database) == ["The fee is 5 euros."]

    assert "remove that original, ingest the same file again" in report.reason
    original.unlink()
    (tmp_path / "papers").mkdir()
    plan = ingest.plan(database, [fees(tmp_path / "papers")], "default", version_of="fees.md")
    [again] = ingest.carry_out(database, plan, Limits(), originals=originals)
    assert again.outcome is Outcome.UNCHANGED
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED]


def test_whoever_is_killed_in_between_finds_all_as_it_was_and_does_it_again(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.md").write_text("# Other\n\nNothing.\n")
    take_in(database, originals, fees(tmp_path), tmp_path / "other.md")
    loads(NEW)
    read_again, times = page_store.read_again, []

    def read_again_and_die(*arguments: object) -> None:
        read_again(*arguments)  # type: ignore[arg-type]
        arguments[0].flush()  # type: ignore[attr-defined]
        times.append(arguments)
        if len(times) == 2:
            raise SystemExit

    monkeypatch.setattr(page_store, "read_again", read_again_and_die)
    with pytest.raises(SystemExit):
        reread(database, originals)
    monkeypatch.setattr(page_store, "read_again", read_again)
    assert found(database) == ["Nothing.", NEW]
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED, RereadOutcome.READ_AGAIN]
    assert found(database) == [NEW, NEW]


def test_what_is_deleted_meanwhile_stays_deleted_and_no_other_document_changes(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    take_in(database, originals, fees(tmp_path))
    with database.reading() as session:
        wanted = rereading.versions(session, "default")
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "fees.md")
    take_in(database, originals, fees(tmp_path).rename(tmp_path / "other.md"))
    loads(NEW)
    [report] = rereading.carry_out(database, wanted, originals, Limits())
    assert (report.outcome, report.reason) == (RereadOutcome.FAILED, "it was deleted meanwhile")
    assert found(database) == ["The fee is 5 euros."]


def test_two_processes_that_read_again_store_one_reading(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(database, originals, fees(tmp_path))
    loads(NEW)
    changing_corpus, others = database.changing_corpus, []

    def changing_after_another() -> AbstractContextManager[Session]:
        monkeypatch.setattr(database, "changing_corpus", changing_corpus)
        others.extend(reread(database, originals))
        return changing_corpus()

    monkeypatch.setattr(database, "changing_corpus", changing_after_another)
    assert outcomes(reread(database, originals)) == [RereadOutcome.UNCHANGED]
    assert outcomes(others) == [RereadOutcome.READ_AGAIN]
    assert stored(database).versions[0].reading == 2


def test_an_upgrade_learns_from_the_jobs_which_titles_were_given(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    fees(papers)
    (papers / "other.md").write_text("# Other\n\nNothing.\n")
    (papers / "manifest.yaml").write_text("documents: [{file: fees.md, title: Prices}]")
    take_in(database, originals, papers)
    with database.changing_corpus() as session:
        holder = store.make_document(session, "default", "of before.md")
        version = Version(number=1, title="T", format="text", source="", content_hash="0", paged=False)
        holder.versions.append(version)
    migrate(database, command.downgrade, "0005")
    migrate(database, command.upgrade, "head")
    with database.reading() as session:
        rows = session.execute(select(Version.title, Version.title_given, Version.reading))
        assert {tuple(row) for row in rows} == {("Prices", True, 1), ("Other", False, 1), ("T", None, 1)}
    assert outcomes(reread(database, originals)) == [
        RereadOutcome.UNCHANGED,
        RereadOutcome.NO_FILE,
        RereadOutcome.UNCHANGED,
    ]


@pytest.mark.sandboxed
def test_a_file_that_kills_its_reader_is_left_as_it_is_and_the_others_are_read(
    database: Database, originals: Originals, tmp_path: Path
) -> None:
    (tmp_path / "other.md").write_text("# A poison\n\nNothing.\n")
    take_in(database, originals, fees(tmp_path), tmp_path / "other.md")
    with database.changing_corpus() as session:
        session.execute(text("UPDATE passages SET context = 'Other.'"))
        lexical.rebuild(session)
    read, killed = reread(database, originals, size=Size(Deadly()))
    assert (read.outcome, killed.outcome) == (RereadOutcome.READ_AGAIN, RereadOutcome.FAILED)
    assert "crashed" in killed.reason
    assert stored(database).versions[0].reading == 2


def test_all_readings_go_with_their_document(
    database: Database, originals: Originals, tmp_path: Path, loads: Loads
) -> None:
    take_in(database, originals, fees(tmp_path))
    loads(NEW)
    reread(database, originals)
    record = stored(database)
    with database.reading() as session:
        for missing in ((1, 2, None), (1, 1, 3), (1, 2, 1)):
            with pytest.raises(UnknownPage):
                page_store.page(session, record.id, *missing)
        with pytest.raises(UnknownVersion):
            record.version(2)
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "fees.md")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EarlierPage)) == 0


def test_a_scan_is_recognised_when_it_is_read_again_with_text_recognition(
    database: Database, originals: Originals, tmp_path: Path, recognition: Recognition
) -> None:
    take_in(database, originals, scan(tmp_path / "fees.pdf", picture()))
    with_recognition = Limits(ocr=recognition)
    for outcome, reading in ((RereadOutcome.READ_AGAIN, 2), (RereadOutcome.UNCHANGED, 2)):
        with database.reading() as session:
            wanted = rereading.versions(session, "default")
        [report] = rereading.carry_out(database, wanted, originals, with_recognition)
        assert report.outcome is outcome
        assert "page 2 was recognised from a picture" in report.warnings[0]
        with database.reading() as session:
            assert session.scalar(select(Version.reading)) == reading
            of_print, of_scan = session.scalars(select(Page.recognised).order_by(Page.number))
        assert of_print is None
        assert of_scan is not None

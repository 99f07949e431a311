"""The real models, a service over the sample corpus, and a real server."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
from sqlalchemy import make_url

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

from accel.packaged import packaged_model
from app.config import Settings, load_settings
from app.service import Citewell
from corpus import ingest, rereading
from corpus.database import Database
from corpus.errors import NoRecognition
from corpus.originals import Originals
from corpus.recognition import Recognition, find_recognition
from retrieval.embedder import Embedder
from tests import commands
from tests.postgres import Cluster, programs
from tests.reading_here import ReadingHere

# What takes how long is measured by benchmarks: on a busy machine a test must not fail by being slow.
hypothesis.settings.register_profile("citewell", deadline=None)
hypothesis.settings.load_profile("citewell")

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpus" / "sample"
SHARED = Path(os.environ.get("TESTS_SHARED_DATA", ROOT.parent / "shared" / "data"))


# Files whose tests take longest come first, so that no process is left alone with one of them at the end.
LONGEST = (
    "tests/e2e/",
    "tests/eval/test_faults.py",
    "tests/app/",
    "tests/retrieval/test_embedder.py",
    "tests/corpus/test_pdf.py",
    "tests/accel/test_langchain.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave the order of the tests in each."""

    def place(item: pytest.Item) -> int:
        return next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))

    items.sort(key=place)


def pytest_sessionstart() -> None:
    """Look for no garbage until everything is imported: there is none, and it takes a fifth of that time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Have no search for garbage look through the million objects of the libraries each time."""
    gc.enable()
    gc.freeze()


@pytest.fixture(scope="session")
def generator_path(request: pytest.FixtureRequest) -> Path:
    """The packaged model, converted once and kept between runs."""
    return packaged_model(request.config.cache.mkdir("models"))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged embedding model, loaded once for the session."""
    return Embedder()


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory, generator_path: Path, embedder: Embedder) -> Path:
    """A data folder with the sample corpus in it, made once for all processes. Nobody opens it: copy it. An open
    database has files beside it that come and go, and a copy made meanwhile by another process may miss one."""
    everyones = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        everyones = everyones.parent
    folder = everyones / "sample"
    with (everyones / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = everyones / "sample-in-the-making"
            service = Citewell(load_settings(overrides=settings_of(making, generator_path)))
            service.models.embedder = embedder
            service.ingest([SAMPLE], "default")
            service.database.close()
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sample_copy(tmp_path_factory: pytest.TempPathFactory, sample_dir: Path) -> Path:
    """A copy of `sample_dir` for commands that only read."""
    folder = tmp_path_factory.mktemp("sample") / "var"
    shutil.copytree(sample_dir, folder)
    return folder


@pytest.fixture(autouse=True)
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has files read in this process, but for tests marked as sandboxed."""
    if "sandboxed" not in request.keywords:
        monkeypatch.setattr(ingest, "Sandbox", ReadingHere)
        monkeypatch.setattr(rereading, "Sandbox", ReadingHere)


def settings_of(data_dir: Path, generator_path: Path, *more: str) -> list[str]:
    """Overrides for an instance in ``data_dir`` with the shared converted model. It answers in the default mode."""
    return [f"data_dir={str(data_dir)!r}", f"generator.path={str(generator_path)!r}", *more]


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, sample_dir: Path, generator_path: Path, embedder: Embedder
) -> Iterator[Citewell]:
    """The whole service over the sample corpus, its models loaded once for the session."""
    # A copy, because copying `sample_dir` later would drop the locks that this process held on its database.
    folder = tmp_path_factory.mktemp("service") / "var"
    shutil.copytree(sample_dir, folder)
    more = ("generator.max_new_tokens=60", "generator.remembered_tokens=262144")
    service = Citewell(load_settings(overrides=settings_of(folder, generator_path, *more)))
    service.models.embedder = embedder
    yield service
    service.database.close()


@pytest.fixture
def empty(tmp_path: Path, generator_path: Path, embedder: Embedder) -> Iterator[Citewell]:
    """A service of its own with nothing in it."""
    service = Citewell(load_settings(overrides=settings_of(tmp_path / "var", generator_path)))
    service.models.embedder = embedder
    yield service
    service.database.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the session."""
    found = programs()
    if found is None:
        missing("no PostgreSQL on this machine: install it to test with it")
    cluster = Cluster(found)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the newest tables and nothing in them, to be copied: making them takes longer than most
    tests."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """The name of such a database of the server."""
    url = make_url(postgres.database())
    migrate(url.render_as_string(hide_password=False))
    return url.database or ""


def migrate(url: str) -> None:
    """Make the tables of a database."""
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the newest tables and nothing in them, of each kind in turn."""
    if request.param == "postgresql":
        template = request.getfixturevalue("postgres_template")
        return request.getfixturevalue("postgres").database(f"TEMPLATE {template}")
    path = tmp_path / "var" / "test.db"
    path.parent.mkdir(exist_ok=True)
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'test.db'}"
    return request.getfixturevalue("postgres").database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of the newest form, of each kind in turn."""
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    """Where the files of versions are kept, with nothing in it."""
    return Originals(tmp_path / "var" / "originals", tmp_path / "var" / "uploads")


@pytest.fixture
def either(database_url: str, tmp_path: Path, service: Citewell) -> Iterator[Citewell]:
    """A service with nothing in it, on each kind of database in turn; its models are those of ``service``."""
    path = Path(service.settings.generator.path or "")
    overrides = settings_of(tmp_path / "var", path, f"database_url={database_url!r}", "generator.max_new_tokens=60")
    either = Citewell(load_settings(overrides=overrides))
    either.models.embedder, either.models.generator = service.models.embedder, service.models.generator
    yield either
    either.database.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Defaults, in a folder of their own."""
    return load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}"])


# Answers are short, and whoever asks for written ones gets them.
SERVED = ("--set", "generator.max_new_tokens=60", "--set", "server.allow_write=always")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def citewell(tmp_path: Path, generator_path: Path) -> Run:
    """Runs the command line as a process of its own, on a data folder of its own."""

    def run(
        *arguments: str | Path, data_dir: Path = tmp_path / "var", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return commands.run(list(map(str, arguments)), environment(data_dir, generator_path) | variables, 280)

    return run


def environment(data_dir: Path, generator_path: Path) -> dict[str, str]:
    """The variables of a process that works in ``data_dir``."""
    return os.environ | {"CITEWELL_DATA_DIR": str(data_dir), "CITEWELL_GENERATOR__PATH": str(generator_path)}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, sample_dir: Path, generator_path: Path) -> Iterator[str]:
    """The address of a real server over a copy of the sample corpus."""
    folder = tmp_path_factory.mktemp("server") / "var"
    shutil.copytree(sample_dir, folder)
    served = commands.Server([*SERVED, "serve", "--port", "0"], environment(folder, generator_path))
    yield served.address()
    served.stop()


@pytest.fixture(scope="session")
def recognition() -> Recognition:
    """What pictures are read with on this machine."""
    try:
        return find_recognition("eng")
    except NoRecognition as error:
        missing(f"no text recognition on this machine: {error}")


@pytest.fixture(scope="session")
def guides() -> Path:
    """85 real consumer guides, which aren't part of the repository."""
    folder = SHARED / "policies" / "documents" / "us-ask-cfpb-guides-md"
    if not folder.is_dir():
        missing("the real guides lie in no ../shared/data; set TESTS_SHARED_DATA")
    return folder


def missing(what: str) -> NoReturn:
    """Skip for something this machine lacks; where nothing may be skipped, fail."""
    if os.environ.get("TESTS_NO_SKIP"):
        pytest.fail(what)
    pytest.skip(what)

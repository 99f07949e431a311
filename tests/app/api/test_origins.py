"""Who reaches the API from where: addresses, hosts, sites, and those without a key."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from app.api.server import bind, create_app, run
from app.config import load_settings
from app.errors import BadSettings, NoKey
from app.keys import Caller, caller_of, digest
from app.service import Citewell
from app.settings import AccessSettings, KeySettings
from corpus.access import ANYONE
from tests.conftest import Run

KEY = KeySettings(name="k", sha256=digest("k"))
FORM = {"files": {"files": ("planted.md", b"# Planted\n")}}


def client(tmp_path: Path, *settings: str) -> TestClient:
    overrides = [f"data_dir={str(tmp_path / 'var')!r}", *settings]
    return TestClient(create_app(Citewell(load_settings(overrides=overrides))), base_url="http://localhost:8000")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", socket.gethostname()])
def test_an_open_address_needs_keys_or_a_word_on_who_may_read(host: str) -> None:
    try:
        listener = bind(host, 0, AccessSettings(keys=(KEY,)))
    except BadSettings as error:
        pytest.skip(str(error))  # without IPv6
    address = listener.getsockname()[0]
    listener.close()
    if address.startswith("127."):
        pytest.skip("this machine's name is its loopback address")
    with pytest.raises(BadSettings, match=r"access\.anonymous_reads"):
        bind(host, 0, AccessSettings())
    bind(host, 0, AccessSettings(anonymous_reads=True)).close()


def test_an_open_address_that_was_taken_elsewhere_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: pytest.fail("it serves"))
    service = Citewell(load_settings(overrides=[f"data_dir={str(tmp_path / 'var')!r}"]))
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        with pytest.raises(BadSettings, match=r"access\.anonymous_reads"):
            run(service, listener)
    service.database.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost"])
def test_this_machine_alone_needs_none(host: str) -> None:
    bind(host, 0, AccessSettings()).close()


def test_an_address_that_cannot_be_is_refused_by_name() -> None:
    for host in ("no.such.host.invalid", "x" * 80, "192.0.2.1"):
        with pytest.raises(BadSettings, match="--host"):
            bind(host, 0, AccessSettings())


def test_the_command_refuses_in_one_sentence(citewell: Run) -> None:
    ended = citewell("serve", "--host", "0.0.0.0", "--port", "0")
    assert ended.returncode == 2
    said = [line for line in ended.stderr.splitlines() if line.startswith("citewell: ")]
    assert len(said) == 1
    assert "without keys anybody could read and change all documents" in said[0]
    assert "Serving" not in ended.stdout


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "10.1.2.3", "a@b", ""])
def test_a_name_that_is_not_served_is_answered_nothing(tmp_path: Path, host: str) -> None:
    asking = client(tmp_path)
    for method, path in (("GET", "/v1/documents"), ("POST", "/v1/documents"), ("GET", "/"), ("DELETE", "/v1/jobs")):
        reply = asking.request(method, path, headers={"Host": host, "Origin": f"http://{host}"})
        assert (reply.status_code, reply.json()["type"]) == (421, "urn:citewell:problem:unknown-host")
        assert "server.hosts" in reply.json()["detail"]
    assert asking.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ((), "localhost:1234"),
        ((), "LOCALHOST."),
        ((), "127.0.0.1"),
        ((), "[::1]:8000"),
        (("server.hosts=[answers.bank.example]",), "Answers.Bank.Example"),
        (("server.host=inner.example",), "inner.example:8000"),
        (("server.host=0.0.0.0", "access.anonymous_reads=true"), "10.1.2.3:8000"),
    ],
)
def test_names_that_are_served(tmp_path: Path, settings: tuple[str, ...], host: str) -> None:
    asking = client(tmp_path, *settings)
    assert asking.get("/", headers={"Host": host}).status_code == 200
    assert asking.get("/", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["null", "http://evil.example", "http://localhost:9", "https://localhost:8000.evil.example", "file://", "http://"],
)
def test_a_page_of_another_site_may_send_nothing(tmp_path: Path, origin: str) -> None:
    asking = client(tmp_path)
    for reply in (
        asking.post("/v1/documents", headers={"Origin": origin}, **FORM),  # type: ignore[arg-type]
        asking.post("/v1/answers", headers={"Origin": origin, "Content-Type": "text/plain"}, content=b"{}"),
        asking.delete("/v1/documents/1", headers={"Origin": origin}),
        asking.get("/v1/jobs", headers={"Origin": origin}),
    ):
        assert (reply.status_code, reply.json()["type"]) == (403, "urn:citewell:problem:other-origin")
        assert "server.origins" in reply.json()["detail"]
    assert asking.get("/v1/jobs").json()["total"] == 0


def test_its_own_pages_those_of_listed_sites_and_programs_may(tmp_path: Path) -> None:
    asking = client(tmp_path, "server.origins=[https://intranet.bank.example]", "server.hosts=[bank.example]")
    for headers in (
        {},
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://intranet.bank.example"},
        {"Origin": "https://bank.example", "Host": "bank.example"},  # behind a proxy that speaks TLS
        {"Origin": "https://bank.example", "Host": "bank.example:443"},
    ):
        assert asking.get("/v1/jobs", headers=headers).status_code == 200


def test_an_anonymous_reader_reads_and_manages_nothing(tmp_path: Path) -> None:
    keys = json.dumps([{"name": "m", "sha256": digest("m"), "labels": [], "manages": True}])
    asking = client(tmp_path, f"access.keys={keys}", "access.anonymous_reads=true")
    with_key = {"Authorization": "Bearer m"}
    assert asking.get("/v1/jobs", headers=with_key).status_code == 200
    reading = asking.get("/v1/documents?collection=none")
    assert (reading.status_code, reading.headers["www-authenticate"]) == (404, "Bearer")
    assert "www-authenticate" not in asking.get("/v1/documents?collection=none", headers=with_key).headers
    for reply in (
        asking.get("/v1/jobs"),
        asking.post("/v1/documents", **FORM),  # type: ignore[arg-type]
        asking.delete("/v1/documents/1"),
        asking.get("/v1/documents", headers={"Authorization": "Bearer wrong"}),
    ):
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_who_is_who() -> None:
    assert caller_of(None, ()) == Caller(ANYONE, manages=True)
    assert caller_of(None, (), anonymous_reads=True) == Caller(ANYONE, manages=False, anonymous=True)
    assert caller_of(None, (KEY,), anonymous_reads=True) == Caller(ANYONE, manages=False, anonymous=True)
    assert caller_of("Bearer k", (KEY,), anonymous_reads=True) == Caller(ANYONE, manages=False)
    for header, anonymous_reads in ((None, False), ("Bearer wrong", False), ("Bearer wrong", True), ("", True)):
        with pytest.raises(NoKey):
            caller_of(header, (KEY,), anonymous_reads)


@pytest.mark.parametrize(
    "setting",
    ["server.origins=[bank.example]", "server.hosts=['https://bank.example']", "server.frame_ancestors=['*; x']"],
)
def test_a_site_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises(BadSettings, match="server"):
        load_settings(overrides=[setting])


def test_every_reply_tells_browsers_what_not_to_do(tmp_path: Path) -> None:
    asking = client(tmp_path)
    for path in ("/", "/docs", "/docs/swagger-ui.css", "/v1/jobs", "/v1/nothing", "/openapi.json"):
        headers = asking.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
    framed = client(tmp_path, "server.frame_ancestors=[self, https://intranet.bank.example]")
    policy = framed.get("/").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://intranet.bank.example")

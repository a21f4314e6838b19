"""The server's edges as browsers, proxies and strangers meet them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mien.bootstrap.tls import TlsFiles
from tests.certificates import write_certificate
from tests.integration.conftest import API_KEY, Server, running_server

USAGE, INSTALLATION = 2, 5
APP, STRANGER = "https://app.example.org", "https://evil.example"
LIMITED = {"MIEN_UNSAFE_NO_RATE_LIMITS": ""}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Server]:
    """A server with nothing but defaults."""
    folder = tmp_path_factory.mktemp("plain") / "data"
    shutil.copytree(models_dir, folder / "models")
    with running_server(folder, **LIMITED) as running:
        yield running


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Server]:
    """A server that knows a web site, a proxy and a name of its own."""
    folder = tmp_path_factory.mktemp("known") / "data"
    shutil.copytree(models_dir, folder / "models")
    environment = {
        "MIEN_CORS_ORIGINS": json.dumps([APP]),
        "MIEN_TRUSTED_PROXIES": '["127.0.0.1"]',
        "MIEN_ALLOWED_HOSTS": '["mien.example.org"]',
    }
    with running_server(folder, **LIMITED, **environment) as running:
        yield running


def preflight(server: Server, origin: str, header: str = "x-api-key") -> httpx.Response:
    return httpx.options(
        server.url + "/api/v1/users/ada",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": header,
        },
    )


def test_no_web_site_may_call_the_server_unless_it_is_named(plain: Server) -> None:
    assert "access-control-allow-origin" not in preflight(plain, APP).headers
    answer = plain.client.get("/api/v1/users", headers={"Origin": APP})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_named_web_site_may_and_no_other(known: Server) -> None:
    allowed = preflight(known, APP)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == APP
    methods = allowed.headers["access-control-allow-methods"].split(", ")
    assert {"DELETE", "GET", "PATCH", "POST", "PUT"} <= set(methods)
    assert "access-control-allow-credentials" not in allowed.headers
    refused = preflight(known, STRANGER)
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers
    assert preflight(known, APP, header="x-forwarded-for").status_code == 400


def test_a_named_web_site_can_read_refusals_too(known: Server) -> None:
    answer = httpx.get(known.url + "/api/v1/users", headers={"Origin": APP})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == APP
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


def test_a_foreign_name_in_a_request_is_refused_before_anything_else(plain: Server) -> None:
    answer = plain.client.get("/api/v1/users", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "HOST_NOT_ALLOWED")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_that_is_listed_is_answered_to(plain: Server, known: Server) -> None:
    asked = {"Host": "mien.example.org"}
    assert known.client.get("/health", headers=asked).status_code == 200
    assert plain.client.get("/health", headers=asked).status_code == 421


def statuses_of_many(server: Server, **headers: str) -> list[int]:
    """Send forty requests at once, each in the name of another address."""
    with httpx.Client(base_url=server.url) as client:
        return [
            client.get(
                "/api/v1/users", headers={"X-Forwarded-For": f"192.0.2.{number}", **headers}
            ).status_code
            for number in range(40)
        ]


def test_an_address_that_a_stranger_claims_escapes_no_limit(plain: Server) -> None:
    assert 429 in statuses_of_many(plain)


def test_the_address_that_a_trusted_proxy_tells_is_the_one_that_is_limited(known: Server) -> None:
    assert set(statuses_of_many(known)) == {401}
    # What the client itself put in front of the proxy's word is not believed.
    with httpx.Client(base_url=known.url) as client:
        spoofed = [
            client.get(
                "/api/v1/users", headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.200"}
            ).status_code
            for number in range(40)
        ]
    assert 429 in spoofed


def test_behind_a_proxy_with_tls_browsers_are_told_to_keep_to_it(
    plain: Server, known: Server
) -> None:
    told = {"X-Forwarded-Proto": "https"}
    assert "strict-transport-security" in known.client.get("/health", headers=told).headers
    assert "strict-transport-security" not in plain.client.get("/health", headers=told).headers


def test_a_long_body_is_refused_on_routes_without_photos(known: Server) -> None:
    body = json.dumps({"label": "x" * 70_000, "scopes": ["read"]})
    answer = known.client.post(
        "/api/v1/api-keys", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {413, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert "longer than" in answer.json()["detail"]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return write_certificate(tmp_path_factory.mktemp("tls"))


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def secure_port(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, tls: TlsFiles
) -> Iterator[int]:
    """A server with TLS, ready on a port of loopback."""
    folder = tmp_path_factory.mktemp("secure") / "data"
    shutil.copytree(models_dir, folder / "models")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "mien", "serve", "--data-dir", str(folder), "--port", str(port)],
        env={
            **os.environ,
            "MIEN_API_KEY": API_KEY,
            "MIEN_TLS_CERTIFICATE": str(tls.certificate),
            "MIEN_TLS_KEY": str(tls.key),
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not is_listening(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=40)


def test_tls_answers_whoever_trusts_the_certificate(secure_port: int, tls: TlsFiles) -> None:
    trusting = ssl.create_default_context(cafile=tls.certificate)
    answer = httpx.get(
        f"https://127.0.0.1:{secure_port}/api/v1/users",
        headers={"X-API-Key": API_KEY},
        verify=trusting,
    )
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with pytest.raises(httpx.ConnectError, match="self-signed"):
        httpx.get(f"https://127.0.0.1:{secure_port}/health")


def test_tls_answers_nothing_in_the_open(secure_port: int) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{secure_port}/health")


@pytest.mark.parametrize(
    ("ciphers", "accepted"),
    [("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-AES128-SHA", False)],
)
def test_tls_12_has_no_old_ciphers(
    secure_port: int, tls: TlsFiles, ciphers: str, *, accepted: bool
) -> None:
    old = ssl.create_default_context(cafile=tls.certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers(ciphers)
    with socket.create_connection(("127.0.0.1", secure_port)) as connection:
        if accepted:
            with old.wrap_socket(connection, server_hostname="127.0.0.1") as wrapped:
                assert wrapped.version() == "TLSv1.2"
            return
        with pytest.raises(ssl.SSLError):
            old.wrap_socket(connection, server_hostname="127.0.0.1")


def refusal(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start a server that does not start."""
    return subprocess.run(
        [sys.executable, "-m", "mien", "serve", "--data-dir", str(folder / "data"), "--port", "0"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_tls_key_that_others_can_read_keeps_the_server_from_starting(tmp_path: Path) -> None:
    files = write_certificate(tmp_path)
    files.key.chmod(0o644)
    refused = refusal(
        tmp_path, MIEN_TLS_CERTIFICATE=str(files.certificate), MIEN_TLS_KEY=str(files.key)
    )
    assert refused.returncode == INSTALLATION
    assert "INSECURE  others can read the TLS key" in refused.stderr


def test_a_tls_key_with_a_passphrase_is_explained(tmp_path: Path) -> None:
    files = write_certificate(tmp_path)
    key = load_pem_private_key(files.key.read_bytes(), None)
    encrypted = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase")
    )
    files.key.write_bytes(encrypted)
    refused = refusal(
        tmp_path, MIEN_TLS_CERTIFICATE=str(files.certificate), MIEN_TLS_KEY=str(files.key)
    )
    assert refused.returncode == USAGE
    assert "nobody to ask for the passphrase" in refused.stderr


def test_production_does_not_start_with_what_is_too_weak(tmp_path: Path) -> None:
    refused = refusal(tmp_path, MIEN_PRODUCTION="true", MIEN_UNSAFE_NO_RATE_LIMITS="true")
    assert refused.returncode == INSTALLATION
    assert "MIEN_UNSAFE_NO_RATE_LIMITS takes a defense away" in refused.stderr
    assert "set MIEN_ISSUER" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_production_starts_with_a_sound_configuration(data_dir: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    data_dir.chmod(0o700)
    sound = {
        **LIMITED,
        "MIEN_PRODUCTION": "true",
        "MIEN_ISSUER": "https://mien.example.org",
        "MIEN_API_KEY": "",
        "MIEN_MASTER_KEY_FILE": str(keys / "master.key"),
    }
    with running_server(data_dir, **sound) as server:
        assert httpx.get(server.url + "/health").status_code == 200


def test_a_first_start_makes_a_data_folder_for_its_owner_alone(tmp_path: Path) -> None:
    assert refusal(tmp_path, MIEN_PACK="nonsense").returncode == USAGE
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def doctor(data_dir: Path, *arguments: str, **environment: str) -> dict[str, bool]:
    """Return what the doctor finds good, by name; its exit code has to agree."""
    done = subprocess.run(
        [sys.executable, "-m", "mien", "doctor", "--json", "--data-dir", str(data_dir), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(done.stdout)
    checks = {check["name"]: check["good"] for check in told["checks"]}
    assert told["healthy"] is all(checks.values())
    assert done.returncode == (0 if told["healthy"] else INSTALLATION)
    return checks


def test_the_doctor_looks_at_strength_only_when_asked(data_dir: Path, tmp_path: Path) -> None:
    weak = {"MIEN_HOST": "::", "MIEN_ISSUER": "https://mien.example.org"}
    assert all(doctor(data_dir, **weak).values())
    data_dir.chmod(0o700)
    found = doctor(data_dir, "--production", **weak)
    assert {name for name, good in found.items() if not good} == {"wire", "hosts", "master key"}
    sound = {
        "MIEN_ISSUER": "https://mien.example.org",
        "MIEN_MASTER_KEY_FILE": str(tmp_path / "master.key"),
    }
    shutil.move(data_dir / "master.key", tmp_path / "master.key")
    assert all(doctor(data_dir, "--production", **sound).values())

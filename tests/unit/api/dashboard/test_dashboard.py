"""The dashboard as browsers, programs and strangers meet it, without a server."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from mien.api.dashboard.files import BuiltFiles
from mien.api.dashboard.routes import add_dashboard
from mien.api.edges import surround
from mien.api.observability import Metrics
from mien.api.problems import install_problem_handlers
from mien.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGE = (
    '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__">'
    '<style nonce="__CSP_NONCE__"></style>'
    '<script type="module" src="/assets/index-B1a2_c3D.js"></script>'
)
SCRIPT = b"console.log('hello')\n" * 40
SECRET = "the key of the house"  # noqa: S105 of a test
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self' ws://mien.test",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dashboard, with a file beside it that is nobody's business."""
    place = tmp_path_factory.mktemp("package")
    (place / "secret.txt").write_text(SECRET)
    built = place / "dashboard"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (built / "assets" / "index-B1a2_c3D.js").write_bytes(SCRIPT)
    (built / "assets" / "index-B1a2_c3D.js.gz").write_bytes(gzip.compress(SCRIPT))
    (built / "assets" / "index-B1a2_c3D.js.br").write_bytes(b"as brotli")
    (built / "assets" / "color-settings.js").write_text("light")
    (built / "assets" / "index-De_f5G6h.css").write_text("body{}")
    return built


def app_with(built: BuiltFiles | None) -> FastAPI:
    """A server with a route of each kind and a dashboard."""
    app = FastAPI()
    surround(app, Settings(allowed_hosts=["*"]), Metrics())
    install_problem_handlers(app)

    @app.get("/")
    def index() -> dict[str, str]:
        return {"name": "mien"}

    @app.get("/metrics")
    def metrics() -> str:
        return "metrics"

    @app.post("/enroll")
    def enroll() -> str:
        return "enrolled"

    @app.get("/api/v1/users")
    def users() -> str:
        return "users"

    add_dashboard(app, built)
    return app


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return app_with(BuiltFiles.read(folder))


def send(
    app: FastAPI, path: str, method: str = "GET", host: str = "mien.test", **headers: str
) -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mien.test") as client:
            return await client.request(
                method, path, headers={"Accept": "*/*", "Host": host, **headers}
            )

    return asyncio.run(exchange())


def policy_of(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_a_browser_sees_the_page_at_the_root_and_a_program_the_facts(app: FastAPI) -> None:
    page = send(app, "/", **BROWSER)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    for accept in ("*/*", "application/json"):
        assert send(app, "/", Accept=accept).json() == {"name": "mien"}


@pytest.mark.parametrize(
    "path", ["/people", "/people/ada@example.org", "/my/page", "/apis", "/wsx"]
)
def test_a_page_of_its_own_routes_can_be_visited_by_address(app: FastAPI, path: str) -> None:
    assert "<!doctype html>" in send(app, path, **BROWSER).text
    assert send(app, path, "HEAD", **BROWSER).status_code == 200
    problem = send(app, path)
    assert (problem.status_code, problem.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/nothing",
        "/ws",
        "/ws/camera",
        "/.well-known/nothing",
        "/robots.txt",
        "/assets/old-9z.js",
        "/assets/old-9z.js.map",
        "/favicon.ico",
    ],
)
def test_what_is_no_page_is_not_found_by_browsers_either(app: FastAPI, path: str) -> None:
    problem = send(app, path, **BROWSER)
    assert (problem.status_code, problem.json()["code"]) == (404, "NOT_FOUND")


def test_a_route_is_never_hidden_by_a_page(app: FastAPI) -> None:
    assert send(app, "/metrics", **BROWSER).json() == "metrics"
    assert send(app, "/api/v1/users", **BROWSER).json() == "users"


def test_a_wrong_method_stays_wrong(app: FastAPI) -> None:
    refused = send(app, "/enroll")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert send(app, "/people", "POST", **BROWSER).status_code == 404
    assert send(app, "/enroll", "PUT", **BROWSER).status_code == 405
    assert "<!doctype html>" in send(app, "/enroll", **BROWSER).text


def test_nothing_foreign_gets_into_the_page(app: FastAPI) -> None:
    answer = send(app, "/", **BROWSER)
    policy = policy_of(answer)
    styles = policy.pop("style-src")
    assert policy == POLICY
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22,}'", styles)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["permissions-policy"] == "camera=(self), geolocation=(), microphone=()"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_each_answer_has_a_nonce_of_its_own_wherever_the_page_asks_for_one(app: FastAPI) -> None:
    nonces = set()
    for _ in range(50):
        answer = send(app, "/", **BROWSER)
        found = re.findall(r'nonce="([^"]*)"', answer.text)
        assert len(found) == 2
        assert policy_of(answer)["style-src"] == f"'self' 'nonce-{found[0]}'"
        assert "__CSP_NONCE__" not in answer.text
        nonces.update(found)
    assert len(nonces) == 50
    assert all(len(nonce) >= 22 for nonce in nonces)  # 128 bits


@pytest.mark.parametrize(
    "host", ["evil; script-src *", "a,b", "a b", "[::1];x", "é".encode().hex(":")]
)
def test_a_host_header_writes_nothing_into_the_policy(app: FastAPI, host: str) -> None:
    assert policy_of(send(app, "/", host=host, **BROWSER))["connect-src"] == "'self'"


def test_hashed_files_are_kept_by_browsers_for_good(app: FastAPI) -> None:
    script = send(app, "/assets/index-B1a2_c3D.js", **{"Accept-Encoding": "identity"})
    assert script.content == SCRIPT
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["x-content-type-options"] == "nosniff"
    assert script.headers["content-security-policy"].startswith("default-src 'none'")
    head = send(app, "/assets/index-B1a2_c3D.js", "HEAD", **{"Accept-Encoding": "identity"})
    assert head.headers["content-length"] == str(len(SCRIPT))
    assert send(app, "/assets/index-De_f5G6h.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["favicon.svg", "assets/color-settings.js"])
def test_a_file_without_a_hash_in_its_name_is_asked_for_again(app: FastAPI, name: str) -> None:
    assert send(app, f"/{name}").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000, gzip; q=0", None),
        ("GZIP", "gzip"),
        ("zstd", None),
        ("", None),
    ],
)
def test_a_file_comes_in_the_best_encoding_that_is_accepted(
    app: FastAPI, accepted: str, encoding: str | None
) -> None:
    answer = send(app, "/assets/index-B1a2_c3D.js", "HEAD", **{"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%5c%2e%2e%5csecret.txt",
        "/assets//index-B1a2_c3D.js",
        "/assets/index-B1a2_c3D.js%00",
        "/assets/",
        "/assets",
        "/index.html",
        "/assets/index-B1a2_c3D.js.gz",
    ],
)
@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_only_built_files_are_served_and_no_folder_is_listed(
    app: FastAPI, path: str, headers: dict[str, str]
) -> None:
    answer = send(app, path, **headers)
    assert SECRET not in answer.text
    assert "index-B1a2_c3D.js.br" not in answer.text
    assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html")


async def body_of(app: FastAPI, path: str) -> bytes:
    """Ask for a path as it is: clients would mend it before they send it."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"mien.test")],
        "scheme": "http",
        "server": ("mien.test", 80),
    }
    sent: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send_on(message: Message) -> None:
        sent.append(message.get("body", b""))

    await app(scope, receive, send_on)
    return b"".join(sent)


@given(
    st.lists(
        st.sampled_from(["", ".", "..", "~", "%2e%2e", "\\", "assets", "dashboard", "secret.txt"])
    )
)
def test_no_path_leads_out_of_the_built_files(app: FastAPI, parts: list[str]) -> None:
    assert SECRET.encode() not in asyncio.run(body_of(app, "/" + "/".join(parts)))


def test_without_a_build_a_browser_is_told_what_to_run(tmp_path: Path) -> None:
    app = app_with(BuiltFiles.read(tmp_path))
    told = send(app, "/", **BROWSER)
    assert told.status_code == 404
    assert told.headers["content-type"].startswith("text/plain")
    assert "make web" in told.text
    assert send(app, "/").json() == {"name": "mien"}
    assert send(app, "/people", **BROWSER).status_code == 404


def test_a_rebuild_changes_nothing_of_what_a_running_server_serves(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("before")
    app = app_with(BuiltFiles.read(tmp_path))
    (tmp_path / "index.html").write_text("after")
    assert send(app, "/", **BROWSER).text == "before"

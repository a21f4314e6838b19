"""What stands around the routes, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import Message

from mien.api.edges import MAX_BODY_BYTES, surround
from mien.api.intake import CurrentSubmission
from mien.api.observability import Metrics
from mien.api.problems import install_problem_handlers
from mien.settings import Settings


class Note(BaseModel):
    text: str


def app_with(**settings: object) -> FastAPI:
    """An application with a route for each kind of request."""
    app, read = FastAPI(), Settings.model_validate(settings)
    app.state.server = _Server(read)
    surround(app, read, Metrics())
    install_problem_handlers(app)

    @app.get("/fine")
    def fine() -> str:
        return "fine"

    @app.get("/broken")
    def broken() -> str:
        raise ArithmeticError("a secret of the inside")

    @app.post("/notes")
    def take(note: Note) -> int:
        return len(note.text)

    @app.post("/photos")
    def look(submission: CurrentSubmission) -> int:
        return sum(map(len, submission.images))

    return app


class _Server:
    """What `read_submission` needs of the server's state."""

    def __init__(self, settings: Settings) -> None:
        self.application = self
        self.settings = settings


def send(
    app: FastAPI,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | AsyncIterator[bytes] | None = None,
) -> httpx.Response:
    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(sent())


async def chunks(count: int) -> AsyncIterator[bytes]:
    """Send a body without saying how long it is."""
    yield b'{"text": "'
    for _ in range(count):
        yield b"x" * 1024
    yield b'"}'


JSON = {"content-type": "application/json"}
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 nothing listens there


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fine", 200),
        ("GET", "/missing", 404),
        ("PUT", "/fine", 405),
        ("POST", "/notes", 422),
        ("GET", "/broken", 500),
    ],
)
def test_every_answer_tells_browsers_to_do_nothing_with_it(
    method: str, path: str, status: int
) -> None:
    answer = send(app_with(), method, path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]
    assert "strict-transport-security" not in answer.headers


def test_an_unexpected_error_is_a_problem_that_tells_nothing_of_the_inside() -> None:
    answer = send(app_with(), "GET", "/broken", headers={"x-request-id": "abc-123"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["request_id"]) == ("INTERNAL", "abc-123")
    assert "secret" not in answer.text


def test_a_caller_who_hangs_up_is_no_error_of_the_server() -> None:
    answered: list[Message] = []

    async def hang_up() -> Message:
        return {"type": "http.disconnect"}

    async def note(message: Message) -> None:
        answered.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"image/jpeg")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/photos",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
    }
    asyncio.run(app_with()(scope, hang_up, note))
    assert answered[0]["status"] == 400


def test_pages_of_a_configured_origin_can_read_an_unexpected_error() -> None:
    app = app_with(cors_origins=("https://app.example.org",))
    answer = send(app, "GET", "/broken", headers={"origin": "https://app.example.org"})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"


@pytest.mark.parametrize("announced", [True, False])
def test_a_long_body_is_refused(*, announced: bool) -> None:
    too_long = b'{"text": "' + b"x" * MAX_BODY_BYTES + b'"}'
    answer = send(
        app_with(), "POST", "/notes", headers=JSON, content=too_long if announced else chunks(65)
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "BODY_TOO_LARGE"


def test_a_body_of_just_the_limit_is_read() -> None:
    assert send(app_with(), "POST", "/notes", headers=JSON, content=chunks(63)).text == "64512"


def test_a_photo_may_be_longer() -> None:
    headers = {"content-type": "image/jpeg"}
    answer = send(app_with(), "POST", "/photos", headers=headers, content=b"x" * 200_000)
    assert (answer.status_code, answer.text) == (200, "200000")


@pytest.mark.parametrize(
    ("settings", "host", "allowed"),
    [
        ({}, "localhost", True),
        ({}, "LocalHost.:8000", True),
        ({}, "127.0.0.1:8000", True),
        ({}, "[::1]:8000", True),
        ({}, "evil.example", False),
        ({}, "localhost.evil.example", False),
        ({}, "evil.example:localhost", False),
        ({}, "", False),
        ({"host": "mien.example.org"}, "mien.example.org:8000", True),
        ({"host": "10.0.0.7"}, "10.0.0.7:8000", True),
        ({"host": "10.0.0.7"}, "10.0.0.8:8000", False),
        ({"host": EVERY_ADDRESS}, "anything.example", True),
        ({"host": "::"}, "anything.example", True),
        ({"host": EVERY_ADDRESS, "allowed_hosts": ("a.example",)}, "a.example", True),
        ({"host": EVERY_ADDRESS, "allowed_hosts": ("a.example",)}, "b.example", False),
        ({"host": EVERY_ADDRESS, "allowed_hosts": ("a.example",)}, "localhost", True),
        ({"allowed_hosts": ("*.example",)}, "a.example", True),
        ({"allowed_hosts": ("*.example",)}, "b.a.example", True),
        ({"allowed_hosts": ("*.example",)}, "example", False),
        ({"allowed_hosts": ("*.example",)}, "badexample", False),
        ({"allowed_hosts": ("*",)}, "anything.example", True),
    ],
    ids=str,
)
def test_only_requests_for_its_own_names_are_answered(
    settings: dict[str, object], host: str, *, allowed: bool
) -> None:
    answer = send(app_with(**settings), "GET", "/fine", headers={"host": host})
    assert answer.status_code == (200 if allowed else 421)
    if not allowed:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "HOST_NOT_ALLOWED"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cors_origins", ("app.example.org",)),
        ("cors_origins", ("https://app.example.org/",)),
        ("cors_origins", ("https://*.example.org",)),
        ("allowed_hosts", ("https://mien.example.org",)),
        ("allowed_hosts", ("mien.example.org:8000",)),
        ("allowed_hosts", ("10.0.0.0/8",)),
        ("trusted_proxies", ("proxy.example.org",)),
        ("trusted_proxies", ("10.0.0.7/8",)),
        ("tls_key", "/etc/mien/key.pem"),
        ("tls_certificate", "/etc/mien/certificate.pem"),
    ],
)
def test_edges_that_would_not_do_what_they_seem_to_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"name|both"):
        Settings.model_validate({name: value})

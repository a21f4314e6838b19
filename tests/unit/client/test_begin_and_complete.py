"""`LiveClient.begin` and `complete` against a real HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mien.client import LiveClient
from mien.errors import (
    LockedOutError,
    MienError,
    ServerRefusedError,
    ServerUnreachableError,
    UnauthorizedError,
    UnknownSessionError,
)
from tests.live_server import DECISION

Asked = list[tuple[str, Message, dict[str, object]]]


@contextmanager
def answering(
    status: int, body: object, headers: dict[str, str] | None = None
) -> Iterator[tuple[str, Asked]]:
    asked: Asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers, json.loads(content)))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *_words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


TICKET = {
    "session_id": "token",
    "expires_at": "2026-01-02T03:04:05Z",
    "liveness": "both",
    "websocket": "/ws/camera",
}


def test_a_session_is_begun_with_the_key_and_the_wish() -> None:
    with answering(201, TICKET) as (url, asked):
        ticket = LiveClient(url, "a-key").begin("ada", "both")
    ((path, headers, values),) = asked
    assert path == "/api/v1/live"
    assert headers["X-API-Key"] == "a-key"
    assert values == {"user_id": "ada", "liveness": "both"}
    assert ticket.session_id == "token"
    assert ticket.expires_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_token_is_not_shown_by_accident() -> None:
    with answering(201, TICKET) as (url, _):
        assert "token" not in repr(LiveClient(url, "a-key").begin("ada"))


def test_a_session_is_completed_with_the_applications_nonce() -> None:
    answer = {name: value for name, value in DECISION.items() if name != "type"}
    with answering(200, answer) as (url, asked):
        decision = LiveClient(url + "/", "a-key").complete("token", nonce="mine")
    ((path, _, values),) = asked
    assert path == "/api/v1/live/complete"
    assert values == {"session_id": "token", "nonce": "mine"}
    assert decision.authenticated
    assert decision.false_match_rate == 1e-6


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "UNKNOWN_SESSION", UnknownSessionError),
        (401, "UNAUTHORIZED", UnauthorizedError),
        (421, "HOST_NOT_ALLOWED", ServerRefusedError),
    ],
)
def test_a_problem_is_raised_as_its_own_error(
    status: int, code: str, error: type[MienError]
) -> None:
    with (
        answering(status, {"code": code, "detail": "do this"}) as (url, _),
        pytest.raises(error, match="do this"),
    ):
        LiveClient(url, "a-key").complete("token")


def test_a_lock_says_how_long_to_wait() -> None:
    problem = {"code": "LOCKED_OUT", "detail": "later"}
    with (
        answering(429, problem, {"Retry-After": "42"}) as (url, _),
        pytest.raises(LockedOutError) as raised,
    ):
        LiveClient(url, "a-key").begin("ada")
    assert raised.value.retry_after_s == 42


@pytest.mark.parametrize(
    ("status", "body"), [(502, b"<html>"), (404, b"[]"), (500, b"{}"), (200, b"<html>")]
)
def test_what_is_not_mien_is_refused(status: int, body: bytes) -> None:
    with answering(status, body) as (url, _), pytest.raises(ServerRefusedError):
        LiveClient(url, "a-key").begin("ada")


def test_nobody_there_is_said() -> None:
    ask: Callable[[str], object] = LiveClient("http://127.0.0.1:9", "a-key").begin
    with pytest.raises(ServerUnreachableError):
        ask("ada")

"""`LiveClient.run` against a real WebSocket whose other end does what each test says."""

from __future__ import annotations

import http
import json
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection

from mien.client import CapturedFrame, LiveClient, Status
from mien.errors import (
    ForbiddenError,
    InvalidRequestError,
    LockedOutError,
    MienError,
    OverloadedError,
    ServerRefusedError,
    ServerUnreachableError,
    UnauthorizedError,
    UnknownSessionError,
)
from tests.live_server import DECISION, NONCE, Visit, serving, status, takes

_FRAME_S = 0.01


def frames(jpeg: bytes = b"\xff\xd8\xffjpeg", count: int = 1000) -> Iterator[CapturedFrame]:
    for number in range(count):
        time.sleep(_FRAME_S)
        yield CapturedFrame(jpeg, 100.0 + number)


def test_a_key_names_a_user_and_gets_the_whole_decision() -> None:
    with serving(takes(3)) as (url, visit):
        decision = LiveClient(url, "a-key", client_id="door-1").run(
            frames(), user_id="ada", liveness="both"
        )
    assert visit.path == "/ws/door-1"
    assert visit.headers["X-API-Key"] == "a-key"
    assert json.loads(visit.hello) == {"type": "hello", "user_id": "ada", "liveness": "both"}
    assert decision.authenticated
    assert decision.assertion == DECISION["assertion"]
    assert decision.liveness is not None
    assert [(check.name, check.passed) for check in decision.liveness.checks] == [
        ("demands", True),
        ("passive", False),
    ]


def test_a_session_needs_no_key_and_is_told_little() -> None:
    def script(socket: ServerConnection, _visit: Visit) -> None:
        socket.send(status())
        socket.send('{"type":"decision","authenticated":false,"reason":"SPOOF_SUSPECTED"}')

    with serving(script) as (url, visit):
        decision = LiveClient(url).run(frames(), session_id="token")
    assert "X-API-Key" not in visit.headers
    assert json.loads(visit.hello) == {"type": "hello", "session_id": "token"}
    assert "token" not in visit.path
    assert (decision.authenticated, decision.reason) == (False, "SPOOF_SUSPECTED")
    assert decision.liveness is None


def test_a_frame_carries_its_time_and_the_newest_nonce() -> None:
    with serving(takes(20)) as (url, visit):
        LiveClient(url).run(frames(), session_id="token")
    first = visit.frames[0]
    assert first[:5] == b"MIEN\x01"
    assert first[5:21].hex() == NONCE
    assert first[29:] == b"\xff\xd8\xffjpeg"
    nonces = [frame[5:21].hex() for frame in visit.frames]
    assert len(set(nonces)) > 10
    assert nonces[1:] == sorted(nonces[1:])
    times_ms = [struct.unpack(">d", frame[21:29])[0] for frame in visit.frames]
    assert all(ms % 1000 == 0 for ms in times_ms)
    assert times_ms == sorted(times_ms)


def test_frames_do_not_wait_for_feedback() -> None:
    def script(socket: ServerConnection, visit: Visit) -> None:
        socket.send(status())
        for _ in range(10):  # says nothing to any of them
            visit.received.append(socket.recv())
        socket.send(json.dumps(DECISION))

    with serving(script) as (url, visit):
        LiveClient(url).run(frames(), session_id="token")
    assert len(visit.frames) == 10


def test_what_cannot_be_sent_makes_room_for_newer_frames() -> None:
    shown = 40

    def script(socket: ServerConnection, visit: Visit) -> None:
        socket.send(status())
        time.sleep(2 * shown * _FRAME_S)  # reads nothing meanwhile
        while isinstance(message := socket.recv(), bytes):
            visit.received.append(message)
        socket.send(json.dumps(DECISION))

    started_s = time.monotonic()
    with serving(script) as (url, visit):
        LiveClient(url).run(frames(bytes(900_000), shown), session_id="token")
    seconds = [struct.unpack(">d", frame[21:29])[0] / 1000 - 100 for frame in visit.frames]
    assert len(seconds) < shown
    assert seconds[-1] == shown - 1
    assert time.monotonic() - started_s < 10


def test_statuses_are_told_in_order_and_in_the_callers_thread() -> None:
    heard: list[tuple[Status, threading.Thread]] = []
    with serving(takes(5)) as (url, _):
        LiveClient(url).run(
            frames(),
            session_id="token",
            on_status=lambda said: heard.append((said, threading.current_thread())),
        )
    assert [said.nonce for said, _ in heard] == [NONCE, *(f"{n:032x}" for n in range(1, 6))]
    assert {thread for _, thread in heard} == {threading.current_thread()}
    said = heard[0][0]
    assert (said.prompt, said.done, said.total) == ("turn your head to your left", 1, 3)
    assert (said.frames.taken, said.frames.dropped) == (4, 1)


def test_a_client_without_more_frames_says_goodbye() -> None:
    def script(socket: ServerConnection, visit: Visit) -> None:
        socket.send(status())
        while not isinstance(message := socket.recv(), str):
            visit.received.append(message)
        visit.received.append(message)
        socket.send('{"type":"decision","authenticated":false,"reason":"SPOOF_SUSPECTED"}')

    with serving(script) as (url, visit):
        decision = LiveClient(url).run(frames(count=2), session_id="token")
    assert visit.received[-1] == '{"type":"bye"}'
    assert not decision.authenticated


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("UNKNOWN_SESSION", UnknownSessionError),
        ("UNAUTHORIZED", UnauthorizedError),
        ("LOCKED_OUT", LockedOutError),
        ("SOMETHING_NEW", ServerRefusedError),
    ],
)
def test_an_error_of_the_server_is_raised_as_its_own(code: str, error: type[MienError]) -> None:
    def script(socket: ServerConnection, _visit: Visit) -> None:
        socket.send(json.dumps({"type": "error", "code": code, "detail": "do this"}))
        socket.close(4404)

    with serving(script) as (url, _), pytest.raises(error, match="do this"):
        LiveClient(url).run(frames(), session_id="token")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1001, ServerUnreachableError),
        (1013, OverloadedError),
        (4401, UnauthorizedError),
        (4403, ForbiddenError),
        (4404, UnknownSessionError),
        (4408, ServerRefusedError),
        (4999, ServerUnreachableError),
    ],
)
def test_a_close_without_a_word_is_an_error_too(code: int, error: type[MienError]) -> None:
    def script(socket: ServerConnection, _visit: Visit) -> None:
        socket.send(status())
        socket.close(code)

    with serving(script) as (url, _), pytest.raises(error):
        LiveClient(url).run(frames(), session_id="token")


def test_a_server_that_refuses_before_the_hello_is_heard() -> None:
    def script(socket: ServerConnection, _visit: Visit) -> None:
        socket.send(json.dumps({"type": "error", "code": "UNAUTHORIZED", "detail": "no key"}))
        socket.close(4401)

    with serving(script, hears_hello=False) as (url, _):
        for _ in range(20):  # whether the client is still sending then is chance
            with pytest.raises(UnauthorizedError, match="no key"):
                LiveClient(url).run(frames(), session_id="token")


def test_a_message_of_another_version_ends_the_session() -> None:
    def script(socket: ServerConnection, visit: Visit) -> None:
        socket.send('{"type":"riddle"}')
        visit.received.append(socket.recv())

    with serving(script) as (url, _), pytest.raises(ServerRefusedError, match="one version"):
        LiveClient(url).run(frames(), session_id="token")


def test_an_exception_of_the_callback_passes_and_ends_the_session() -> None:
    def listen_until_closed(socket: ServerConnection, visit: Visit) -> None:
        socket.send(status())
        while True:
            visit.received.append(socket.recv())

    def stop(_status: Status) -> None:
        raise KeyboardInterrupt

    with serving(listen_until_closed) as (url, visit):
        with pytest.raises(KeyboardInterrupt):
            LiveClient(url).run(frames(), session_id="token", on_status=stop)
        assert visit.left.wait(5)
    assert not any(thread.name.startswith("mien live") for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("status_code", "error"), [(401, UnauthorizedError), (404, ServerRefusedError)]
)
def test_a_refused_handshake_says_why(status_code: int, error: type[MienError]) -> None:
    def gate(_socket: ServerConnection, _request: Request) -> Response:
        return Response(status_code, http.HTTPStatus(status_code).phrase, Headers())

    with serving(takes(1), gate) as (url, _), pytest.raises(error):
        LiveClient(url).run(frames(), session_id="token")


def test_nobody_there_is_said_with_the_url() -> None:
    with pytest.raises(ServerUnreachableError, match=r"127\.0\.0\.1:9 does not answer"):
        LiveClient("http://127.0.0.1:9").run(frames(), session_id="token")


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://a", "http://", "ws://localhost", "http://[::1"]
)
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="http://HOST:PORT"):
        LiveClient(url)


@pytest.mark.parametrize(
    "who", [{}, {"user_id": "a", "session_id": "b"}, {"session_id": "b", "liveness": "both"}]
)
def test_who_is_claimed_is_said_in_one_way(who: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        LiveClient("http://127.0.0.1:9").run(frames(), **who)  # type: ignore[arg-type]  # the point

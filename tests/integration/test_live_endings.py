"""How a stream ends: whatever a client does, with the right close code, and concluded."""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress

import cv2
import pytest
from websockets.exceptions import ConnectionClosed

from tests.integration.conftest import API_KEY, Server
from tests.integration.live_sessions import GRAY, begin, complete, failed, picture
from tests.live_wire import Wire, encoded

Photos = dict[str, list[bytes]]

HELLO = {"type": "hello", "user_id": "replaced"}
FRAME = {"type": "frame", "frame": base64.b64encode(GRAY).decode()}
BAD_MESSAGES: dict[str, object] = {
    "no JSON": "hello?",
    "no object": "[]",
    "too deep": "[" * 100_000,
    "wrong type": {"type": "wish"},
    "no type": {},
    "no frame": {"type": "frame"},
    "a frame of numbers": {"type": "frame", "frame": 7},
    "a nonce without a time": {**FRAME, "nonce": "0" * 32},
    "a nonce that is none": {**FRAME, "nonce": "x", "captured_ms": 1},
    "a time that is none": '{"type":"frame","frame":"","nonce":"%s","captured_ms":NaN}'
    % ("0" * 32),
    "no base64": {**FRAME, "frame": "***", "nonce": "0" * 32, "captured_ms": 1},
    "no nonce": FRAME,
    "another session": {**FRAME, "session_id": "another"},
    "another person": {**FRAME, "user_id": "another"},
    "another hello": HELLO,
    "bytes that are no frame": b"GIF89a",
    "a frame cut short": b"MIEN\x01" + bytes(24),
}


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_what_is_no_message_is_4400_and_a_failed_attempt(
    live: Server, somebody: str, name: str
) -> None:
    message = BAD_MESSAGES[name]
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=somebody)
        wire.socket.send(json.dumps(message) if isinstance(message, dict) else message)  # type: ignore[arg-type]  # a table of cases
        assert wire.hear_all() == 4400
    assert wire.last("error")["code"] in {"INVALID_REQUEST", "IMAGE_UNREADABLE"}
    assert failed(live, somebody)


@pytest.mark.parametrize("message", ["hello?", b"GIF89a", '{"type":"hello"}', GRAY])
def test_what_is_no_hello_is_4400(live: Server, message: str | bytes) -> None:
    with Wire(live.url, API_KEY) as wire:
        wire.socket.send(message)
        assert wire.hear_all() == 4400


def test_what_is_no_image_is_told_and_does_not_help(live: Server, nobody: str) -> None:
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=nobody)
        wire.show(b"\xff\xd8\xff and then no JPEG at all")
        told = wire.hear()
        assert (told["phase"], told["hint"]) == ("rest", "the frame could not be read")
        wire.say(type="bye")
        assert wire.hear_all() == 1000
    assert wire.last("decision")["authenticated"] is False


def test_a_frame_of_4k_is_fine(live: Server, nobody: str, photos: Photos) -> None:
    shown = picture(photos["astronaut"][0])
    large = encoded(cv2.resize(shown, (3840, 3840)), quality=80)
    assert len(large) < 4 * 1024 * 1024
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=nobody)
        wire.show(large)
        told = wire.hear()
        assert told["box"] is not None
        assert len(told["landmarks"]) == 7
        assert told["frames"] == {"taken": 1, "dropped": 0}


def test_a_message_of_more_than_4_mib_is_1009(live: Server, somebody: str) -> None:
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=somebody)
        with suppress(ConnectionClosed):
            wire.socket.send(b"MIEN\x01" + bytes(4 * 1024 * 1024))
        assert wire.hear_all() == 1009
    assert failed(live, somebody)


def test_a_flood_is_4429(live: Server, somebody: str) -> None:
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=somebody)
        with suppress(ConnectionClosed):
            for _ in range(1000):
                wire.show(b"\xff\xd8\xff")
        assert wire.hear_all() == 4429
    assert failed(live, somebody)


def test_what_nobody_has_time_for_is_dropped_and_told(
    live: Server, nobody: str, photos: Photos
) -> None:
    with Wire(live.url, API_KEY) as wire:
        wire.hello(user_id=nobody)
        for _ in range(60):
            wire.show(photos["astronaut"][0])
        while wire.hear()["frames"]["dropped"] < 10:
            pass
        taken, dropped = wire.last("status")["frames"].values()
    assert taken < dropped


def test_who_says_nothing_is_4408(live: Server, somebody: str) -> None:
    with Wire(live.url, API_KEY) as silent, Wire(live.url, API_KEY) as asleep:
        silent.hello(user_id=somebody)
        began_s = time.monotonic()
        assert (silent.hear_all(), asleep.hear_all()) == (4408, 4408)
        assert 3 < time.monotonic() - began_s < 8
    assert silent.last("error")["code"] == "IDLE"
    assert failed(live, somebody)


def test_a_connection_that_is_cut_is_a_failed_attempt(live: Server, somebody: str) -> None:
    wire = Wire(live.url, API_KEY)
    wire.hello(user_id=somebody)
    wire.show(GRAY)
    wire.cut()
    assert failed(live, somebody)


def test_who_gives_up_is_told_and_has_failed(live: Server, somebody: str) -> None:
    session_id = begin(live, somebody)
    with Wire(live.url) as wire:
        wire.hello(session_id=session_id)
        wire.say(type="bye")
        assert wire.hear_all() == 1000
    assert wire.last("decision")["authenticated"] is False
    assert failed(live, somebody)
    completed = complete(live.client, session_id).json()
    assert (completed["authenticated"], completed["assertion"]) == (False, None)

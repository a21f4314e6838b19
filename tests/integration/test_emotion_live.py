"""The stream of expressions on a real server: what it tells, and how it ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from mien.core.expression import Expression
from tests.databases import SQLITE
from tests.integration.conftest import API_KEY, Server, serving
from tests.integration.live_sessions import GRAY, settled
from tests.integration.nothing_stored import row_counts
from tests.live_wire import Message, Wire

Photos = dict[str, list[bytes]]


class ExpressionWire(Wire):
    """A connection to the stream of expressions; frames go as bare JPEGs."""

    def __init__(self, url: str, key: str | None = API_KEY, client_id: str = "test") -> None:
        super().__init__(url, key, client_id=f"{client_id}/emotion")

    def frame(self, jpeg: bytes) -> Message:
        """Show a frame, and return what is told."""
        self.socket.send(jpeg)
        return self.hear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("emotion-live")


@pytest.fixture(scope="module")
def server(folder: Path, live_models_dir: Path) -> Iterator[Server]:
    """One server; nothing of these tests reaches a database, so one kind of it is enough."""
    with serving(SQLITE, live_models_dir, folder, MIEN_PACK="standard") as running:
        yield running
    log = (folder / "server.log").read_text()
    for word in ("unexpected error", "Traceback", API_KEY, *Expression):
        assert word not in log


def test_every_frame_is_told_with_the_face_that_it_shows(server: Server, photos: Photos) -> None:
    with ExpressionWire(server.url) as wire:
        wire.say(type="hello")
        told = [wire.frame(jpeg) for jpeg in photos["astronaut"][:2]]
        wire.show_json(photos["astronaut"][2])
        told.append(wire.hear())
        wire.say(type="bye")
        assert wire.hear_all() == 1000
    assert [one["frame"] for one in told] == [1, 2, 3]
    for one in told:
        assert one["type"] == "expressions"
        assert one["hint"] is None
        (face,) = one["faces"]
        assert face["track"] == 1
        left, top, right, bottom = face["box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert set(face["probabilities"]) == set(Expression)
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
        assert face["expression"] == max(face["probabilities"], key=face["probabilities"].get)
        assert -1 <= face["valence"] <= 1
        assert -1 <= face["arousal"] <= 1


def test_a_hello_is_not_needed(server: Server, photos: Photos) -> None:
    with ExpressionWire(server.url) as wire:
        assert len(wire.frame(photos["grace_hopper"][0])["faces"]) == 1


def test_a_frame_with_a_nonce_is_a_frame_too(server: Server, photos: Photos) -> None:
    with ExpressionWire(server.url) as wire:
        wire.nonce = "0" * 32
        wire.show(photos["grace_hopper"][0])
        assert len(wire.hear()["faces"]) == 1


def test_what_shows_nobody_and_what_is_no_image_end_nothing(server: Server, photos: Photos) -> None:
    with ExpressionWire(server.url) as wire:
        assert wire.frame(GRAY)["faces"] == []
        told = wire.frame(b"\xff\xd8\xff and then no JPEG at all")
        assert (told["faces"], told["hint"]) == ([], "the frame could not be read")
        assert len(wire.frame(photos["astronaut"][0])["faces"]) == 1


def test_smoothed_values_follow_the_face_slowly(server: Server, photos: Photos) -> None:
    """The same picture again and again is told the same; a change is not told at once."""
    with ExpressionWire(server.url) as wire:
        told = [wire.frame(photos["astronaut"][0])["faces"][0] for _ in range(3)]
    assert told[0] == told[1] == told[2]


def test_what_nobody_has_time_for_is_dropped(server: Server, photos: Photos) -> None:
    with ExpressionWire(server.url) as wire:
        for _ in range(40):
            wire.socket.send(photos["astronaut"][0])
        while wire.hear()["frame"] < 40:
            pass
        assert len(wire.heard) < 40
    metrics = settled(server)
    assert 'mien_stream_frames_total{fate="dropped"}' in metrics
    assert "mien_stream_feedback_seconds_count" in metrics
    assert 'mien_streams_ended_total{ending="given_up"}' in metrics


BAD_MESSAGES: dict[str, object] = {
    "no JSON": "hello?",
    "no object": "[]",
    "wrong type": {"type": "wish"},
    "no frame": {"type": "frame"},
    "a frame of numbers": {"type": "frame", "frame": 7},
    "no base64": {"type": "frame", "frame": "***"},
    "bytes that are no frame": b"GIF89a",
}


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_what_is_no_message_is_4400(server: Server, name: str) -> None:
    message = BAD_MESSAGES[name]
    with ExpressionWire(server.url) as wire:
        wire.socket.send(json.dumps(message) if isinstance(message, dict) else message)  # type: ignore[arg-type]  # a table of cases
        assert wire.hear_all() == 4400
    assert wire.last("error")["code"] in {"INVALID_REQUEST", "IMAGE_UNREADABLE"}


def test_a_second_hello_is_4400(server: Server) -> None:
    with ExpressionWire(server.url) as wire:
        wire.say(type="hello")
        wire.say(type="hello")
        assert wire.hear_all() == 4400


def test_a_message_of_more_than_4_mib_is_1009(server: Server) -> None:
    with ExpressionWire(server.url) as wire:
        with suppress(ConnectionClosed):
            wire.socket.send(b"\xff\xd8\xff" + bytes(4 * 1024 * 1024))
        assert wire.hear_all() == 1009


def test_nobody_comes_in_without_a_key(server: Server) -> None:
    with ExpressionWire(server.url, None) as wire:
        assert wire.hear_all() == 4401
    with ExpressionWire(server.url, "mien_wrong_key_for_integration_tests") as wire:
        assert wire.hear_all() == 4401


def test_a_key_needs_the_scope_to_read(server: Server) -> None:
    made = server.client.post("/api/v1/api-keys", json={"label": "door", "scopes": ["verify"]})
    assert made.status_code == 201, made.text
    with ExpressionWire(server.url, made.json()["key"]) as wire:
        assert wire.hear_all() == 4403
    assert wire.last("error")["code"] == "FORBIDDEN"


def test_nothing_of_it_is_stored(server: Server, folder: Path, photos: Photos) -> None:
    before = row_counts(folder / "data")
    assert "expression_records" in before
    with ExpressionWire(server.url) as wire:
        assert wire.frame(photos["astronaut"][1])["faces"]
    settled(server)
    assert row_counts(folder / "data") == before


def test_a_server_that_ends_says_so(tmp_path: Path, live_models_dir: Path, photos: Photos) -> None:
    with (
        serving(SQLITE, live_models_dir, tmp_path, MIEN_PACK="standard") as running,
        ExpressionWire(running.url) as wire,
    ):
        wire.frame(photos["astronaut"][0])
        running.process.send_signal(signal.SIGTERM)
        assert wire.hear_all() == 1001
        assert running.process.wait(timeout=20) == -signal.SIGTERM

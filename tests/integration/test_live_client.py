"""The package's own client and `mien live`, before a real server, with clips as the camera.

The genuine clip turns half a second after its start: on a machine so busy that the first frames are
dropped it comes too early, so that it may try again, as a person would.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import httpx
import pytest

from mien.client import Decision, LiveClient, Status, Ticket, video_file
from mien.errors import InvalidRequestError, UnauthorizedError, UnknownSessionError
from tests.integration.conftest import API_KEY, Server
from tests.integration.live_sessions import video
from tests.live_wire import frames_of

GENUINE = "real_apfol.webm"
REPLAY = "replay_fake_apfol.webm"
TRIES = 3


@pytest.fixture(scope="module")
def visitor(live: Server) -> str:
    """Whoever is in the genuine clip, from its beginning."""
    taken = [jpeg for at_s, jpeg in frames_of(video(GENUINE)) if at_s < 0.5]
    files = [("images", (f"{n}.jpg", jpeg, "image/jpeg")) for n, jpeg in enumerate(taken[:5])]
    answer = live.client.post("/api/v1/register", data={"user_id": "visitor"}, files=files)
    assert answer.status_code == httpx.codes.OK, answer.text
    return "visitor"


def mien_live(server: Server, user_id: str, clip: str) -> tuple[int, dict[str, object], list[str]]:
    """Return the exit code, the JSON on stdout and the lines on stderr."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mien", "live", user_id, "--json"),
            *("--video", str(video(clip)), "--server", server.url),
        ],
        env={**os.environ, "MIEN_API_KEY": API_KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout), done.stderr.splitlines()


def test_the_command_accepts_who_does_what_it_says(live: Server, visitor: str) -> None:
    tried = (mien_live(live, visitor, GENUINE) for _ in range(TRIES))
    _, decision, prompts = next(filter(lambda one: one[0] == 0, tried))
    assert decision["authenticated"] is True
    assert "0/2  turn your head to your left" in prompts
    assert "1/2  turn your head to your right" in prompts


def test_the_command_refuses_a_replay(live: Server, visitor: str) -> None:
    code, decision, _ = mien_live(live, visitor, REPLAY)
    assert (code, decision["authenticated"]) == (3, False)
    assert decision["assertion"] is None


def test_a_camera_needs_no_key_where_somebody_else_began(live: Server, visitor: str) -> None:
    backend, camera, heard = LiveClient(live.url, API_KEY), LiveClient(live.url), list[Status]()

    def show() -> tuple[Ticket, Decision]:
        ticket = backend.begin(visitor)
        with video_file(video(GENUINE)) as frames:
            return ticket, camera.run(frames, session_id=ticket.session_id, on_status=heard.append)

    tried = (show() for _ in range(TRIES))
    ticket, told = next(filter(lambda one: one[1].authenticated, tried))
    assert (told.reason, told.assertion, told.liveness) == ("MATCH", None, None)
    assert {status.phase for status in heard} >= {"rest", "asked", "passed"}
    decision = backend.complete(ticket.session_id, nonce="ours-1234")
    assert decision.liveness is not None
    assert (decision.liveness.policy, decision.liveness.accepted) == ("active", True)
    assert decision.assertion
    with pytest.raises(UnknownSessionError):
        backend.complete(ticket.session_id)


def test_who_leaves_has_failed(live: Server, nobody: str) -> None:
    decision = LiveClient(live.url, API_KEY).run([], user_id=nobody)
    assert not decision.authenticated


def test_what_the_server_refuses_is_an_error_of_its_own(live: Server, nobody: str) -> None:
    with pytest.raises(UnauthorizedError):
        LiveClient(live.url, "mien_00000000_another").run([], user_id=nobody)
    with pytest.raises(UnauthorizedError):
        LiveClient(live.url, "mien_00000000_another").begin(nobody)
    with pytest.raises(UnknownSessionError):
        LiveClient(live.url).run([], session_id="nothing")
    with pytest.raises(InvalidRequestError):
        LiveClient(live.url, API_KEY).begin("not a name!")
    with pytest.raises(InvalidRequestError):
        LiveClient(live.url, API_KEY, client_id="no name!").run([], user_id=nobody)

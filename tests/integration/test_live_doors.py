"""Who may open a stream, from where, and how many."""

from __future__ import annotations

import base64
import secrets
import time

import pytest
from websockets.exceptions import InvalidStatus

from tests.integration.conftest import API_KEY, APP, Server
from tests.integration.live_sessions import begin, settled
from tests.integration.test_trust import caller
from tests.live_wire import Wire

Photos = dict[str, list[bytes]]

STRANGER = "https://evil.example"


def test_with_a_session_once_and_no_key(live: Server, nobody: str) -> None:
    session_id = begin(live, nobody)
    with Wire(live.url) as first, Wire(live.url) as second:
        first.hello(session_id=session_id)
        second.say(type="hello", session_id=session_id)
        assert second.hear_all() == 4404
        first.say(type="bye")
        assert first.hear_all() == 1000
    with Wire(live.url) as third:
        third.say(type="hello", session_id=session_id)
        assert third.hear_all() == 4404
        assert third.last("error")["code"] == "UNKNOWN_SESSION"


def test_nobody_comes_in_with_a_session_that_there_never_was(live: Server) -> None:
    with Wire(live.url) as wire:
        wire.say(type="hello", session_id=secrets.token_urlsafe(32))
        assert wire.hear_all() == 4404


def test_nobody_comes_in_for_a_user_id_without_a_key(live: Server, nobody: str) -> None:
    with Wire(live.url) as wire:
        wire.say(type="hello", user_id=nobody)
        assert wire.hear_all() == 4401


@pytest.mark.parametrize("key", ["not-a-key-of-this-server", "a.b.c"])
def test_nobody_comes_in_with_a_key_that_is_none(live: Server, nobody: str, key: str) -> None:
    session_id = begin(live, nobody)
    with Wire(live.url, key) as wire:
        assert wire.hear_all() == 4401
    with Wire(live.url) as wire:
        assert wire.hello(session_id=session_id)["phase"] == "rest"


def test_nobody_comes_in_with_a_key_that_may_not_verify(live: Server, nobody: str) -> None:
    with caller(live, "read") as client, Wire(live.url, client.headers["X-API-Key"]) as wire:
        wire.say(type="hello", user_id=nobody)
        assert wire.hear_all() == 4403


def test_nobody_comes_in_with_another_key_than_the_session_was_begun_with(
    live: Server, nobody: str
) -> None:
    session_id = begin(live, nobody)
    with caller(live, "verify") as client, Wire(live.url, client.headers["X-API-Key"]) as wire:
        wire.say(type="hello", session_id=session_id)
        assert wire.hear_all() == 4404
    # That has not used it up.
    with Wire(live.url) as wire:
        assert wire.hello(session_id=session_id)["phase"] == "rest"


def test_from_a_page_with_its_key_as_a_subprotocol(live: Server, nobody: str) -> None:
    offered = ["mien.v1", "mien.key." + base64.urlsafe_b64encode(API_KEY.encode()).decode()]
    offered[1] = offered[1].rstrip("=")
    with Wire(live.url, origin=APP, subprotocols=offered) as wire:
        assert wire.socket.subprotocol == "mien.v1"
        assert wire.hello(user_id=nobody)["phase"] == "rest"
    with Wire(live.url, origin=live.url) as own:
        own.say(type="hello", session_id=begin(live, nobody))
        assert own.hear()["phase"] == "rest"


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://127.0.0.1:1", "http://["])
def test_nobody_comes_in_from_a_page_of_strangers(live: Server, origin: str) -> None:
    with Wire(live.url, API_KEY, origin=origin) as wire:
        assert wire.hear_all() == 4403
    assert wire.last("error")["code"] == "ORIGIN_NOT_ALLOWED"


def test_nobody_comes_in_under_a_name_that_is_not_the_server_s(live: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Wire(live.url, API_KEY, headers={"Host": "evil.example"})
    assert refused.value.response.status_code == 421


def test_nobody_comes_in_under_a_client_id_that_is_no_name(live: Server) -> None:
    with Wire(live.url, API_KEY, client_id="a%20b") as wire:
        assert wire.hear_all() == 4400


def test_nobody_comes_in_more_than_ten_at_a_time(live: Server, nobody: str) -> None:
    wires = [Wire(live.url, API_KEY) for _ in range(10)]
    try:
        for number, wire in enumerate(wires):
            wire.hello(user_id=f"{nobody}-{number}")
        with Wire(live.url, API_KEY) as eleventh:
            assert eleventh.hear_all() == 1013
        assert eleventh.last("error")["code"] == "OVERLOADED"
        wires.pop().cut()
        time.sleep(0.5)
        with Wire(live.url, API_KEY) as again:
            assert again.hello(user_id=nobody)["phase"] == "rest"
    finally:
        for wire in wires:
            wire.close()
        settled(live)


def test_nobody_comes_in_for_an_identity_that_is_locked(live: Server, nobody: str) -> None:
    codes = [_give_up(live, nobody) for _ in range(11)]
    assert codes[0] == 1000
    assert codes[-1] == 4429
    locked = live.client.post("/api/v1/live", json={"user_id": nobody})
    assert (locked.status_code, locked.json()["code"]) == (429, "LOCKED_OUT")


def _give_up(live: Server, user_id: str) -> int:
    with Wire(live.url, API_KEY) as wire:
        wire.say(type="hello", user_id=user_id)
        wire.say(type="bye")
        return wire.hear_all()

"""The client: a session begun, shown to, decided."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException
from typing import Final, final

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from mien.client import refusals
from mien.client.conversation import Conversation, OnStatus
from mien.client.frames import CapturedFrame
from mien.client.messages import Decision, Status, Ticket, read_decision, read_ticket
from mien.errors import InvalidRequestError, ServerUnreachableError

_TIMEOUT_S: Final = 10.0
_CLOSE_TIMEOUT_S: Final = 2.0
_SEND_BUFFER: Final = 128 * 1024
"""Bytes: some three frames. More would only hide that the server or the network is behind."""


def _ignore(_status: Status) -> None:
    """Tell nobody."""


@final
class LiveClient:
    """Runs live sessions on a mien server; every error is one of mien.errors."""

    def __init__(
        self, url: str, api_key: str | None = None, *, client_id: str = "mien-python"
    ) -> None:
        """Take the server's URL, and a key of the scope `verify` or, for `run` alone, none.

        client_id: how the server's log calls this client: letters, digits, dots and dashes.
        """
        parts = _parsed(url)
        self._url: Final = parts.geturl()
        self._websocket: Final = parts._replace(
            scheme={"http": "ws", "https": "wss"}[parts.scheme],
            path=f"{parts.path}/ws/{urllib.parse.quote(client_id, safe='')}",
        ).geturl()
        self._headers: Final = {} if api_key is None else {"X-API-Key": api_key}

    def begin(self, user_id: str, liveness: str | None = None) -> Ticket:
        """Begin a session that somebody without a key shows frames to; `complete` it afterwards.

        liveness: none, passive, active or both; the server's policy for the key may ask for more.
        """
        wish = {} if liveness is None else {"liveness": liveness}
        return read_ticket(self._post("/api/v1/live", {"user_id": user_id, **wish}))

    def complete(self, session_id: str, nonce: str | None = None) -> Decision:
        """Return what was decided in a session that this key began; it is told once.

        nonce: your application's own, of 8 characters and more, to be signed into the assertion.
        """
        extra = {} if nonce is None else {"nonce": nonce}
        answer = self._post("/api/v1/live/complete", {"session_id": session_id, **extra})
        return read_decision(answer)

    def run(
        self,
        frames: Iterable[CapturedFrame],
        *,
        user_id: str | None = None,
        session_id: str | None = None,
        liveness: str | None = None,
        nonce: str | None = None,
        on_status: OnStatus = _ignore,
    ) -> Decision:
        """Show frames until there is a decision.

        Either user_id, with a key: the session begins now; liveness and nonce are as in `begin`
        and `complete`. Or session_id of one that was begun. Where frames end first, or an
        exception of *frames* or *on_status* passes, the session is over, and counts as a failed
        attempt.
        """
        wishes = {"liveness": liveness, "nonce": nonce}
        hello = _hello(user_id, session_id, wishes)
        with self._connected() as connection:
            return Conversation(connection, on_status).run(hello, frames)

    @contextmanager
    def _connected(self) -> Iterator[ClientConnection]:
        try:
            connection = connect(
                self._websocket,
                additional_headers=self._headers,
                compression=None,  # JPEG does not get any smaller
                open_timeout=_TIMEOUT_S,
                close_timeout=_CLOSE_TIMEOUT_S,
            )
        except InvalidStatus as error:
            answer = error.response
            raise refusals.from_http(
                answer.status_code, bytes(answer.body), answer.headers.get("Retry-After")
            ) from error
        except (OSError, WebSocketException) as error:
            raise self._unreachable() from error
        with connection:
            with suppress(OSError):  # closed already: what the server said is still to be heard
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            yield connection

    def _post(self, path: str, values: Mapping[str, str]) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the constructor takes http(s) only
            self._url + path, json.dumps(values).encode("utf-8"), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 the same
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            with error:
                raise refusals.from_http(
                    error.code, error.read(), error.headers.get("Retry-After")
                ) from error
        except (OSError, HTTPException) as error:
            raise self._unreachable() from error

    def _unreachable(self) -> ServerUnreachableError:
        return ServerUnreachableError(f"{self._url} does not answer: does  mien serve  run there?")


def _parsed(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url.rstrip("/"))
    except ValueError:  # an address in brackets that is none
        parts = urllib.parse.urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidRequestError(
            f"{url!r} is not the URL of a server: http://HOST:PORT or https://HOST"
        )
    return parts._replace(query="", fragment="")


def _hello(user_id: str | None, session_id: str | None, wishes: Mapping[str, str | None]) -> str:
    given = {name: value for name, value in wishes.items() if value is not None}
    if session_id is not None and user_id is None and not given:
        return json.dumps({"type": "hello", "session_id": session_id})
    if user_id is not None and session_id is None:
        return json.dumps({"type": "hello", "user_id": user_id, **given})
    raise InvalidRequestError(
        "say either user_id, with or without liveness and nonce, or session_id alone"
    )

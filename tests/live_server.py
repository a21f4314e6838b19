"""A server of live sessions that does what a test tells it to, on a real WebSocket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

NONCE = "00112233445566778899aabbccddeeff"

DECISION: dict[str, object] = {
    "type": "decision",
    "authenticated": True,
    "user_id": "ada",
    "attempt_id": "5f0c",
    "reason": "MATCH",
    "confidence": 0.999999,
    "threshold": 0.9999,
    "false_match_rate": 1e-6,
    "extrapolated": True,
    "log10_likelihood_ratio": 10.5,
    "liveness_score": None,
    "liveness": {
        "policy": "active",
        "accepted": True,
        "checks": [
            {
                "name": "demands",
                "score": 1.0,
                "threshold": 1.0,
                "passed": True,
                "parts": {"turn_left": 1.25},
            },
            {"name": "passive", "score": None, "threshold": 0.5, "passed": False, "parts": {}},
        ],
    },
    "similarities": {"fused": 6.7},
    "assertion": "eyJ0.eyJ1.c2ln",
}


def status(nonce: str = NONCE, **changes: object) -> str:
    """Return a status message."""
    values = {
        "type": "status",
        "phase": "asked",
        "prompt": "turn your head to your left",
        "demand": "turn_left",
        "done": 1,
        "total": 3,
        "hint": None,
        "box": [0.25, 0.25, 0.75, 0.75],
        "landmarks": [[0.4, 0.45], [0.6, 0.45], [0.5, 0.55]],
        "nonce": nonce,
        "expires_in_ms": 29000,
        "frames": {"taken": 4, "dropped": 1},
    }
    return json.dumps({**values, **changes})


@dataclass(slots=True)
class Visit:
    """What one client did."""

    path: str = ""
    headers: Headers = field(default_factory=Headers)
    hello: str = ""
    received: list[str | bytes] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def frames(self) -> list[bytes]:
        """The binary messages."""
        return [message for message in self.received if isinstance(message, bytes)]


Script = Callable[[ServerConnection, Visit], None]
"""What the server does, mostly after the hello; a connection is closed at its end."""

Gate = Callable[[ServerConnection, Request], Response | None]


@contextmanager
def serving(
    script: Script, gate: Gate | None = None, *, hears_hello: bool = True
) -> Iterator[tuple[str, Visit]]:
    """Serve on a free port of loopback; hand out the URL, and what the client did."""
    visit = Visit()

    def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        visit.path, visit.headers = socket.request.path, socket.request.headers
        try:
            if hears_hello:
                visit.hello = str(socket.recv())
            script(socket, visit)
        except ConnectionClosed:
            pass
        finally:
            visit.left.set()

    with serve(handle, "127.0.0.1", 0, process_request=gate, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}", visit
        finally:
            server.shutdown()
            thread.join()


def takes(count: int) -> Script:
    """Greet, take so many frames with a status after each, and accept."""

    def script(socket: ServerConnection, visit: Visit) -> None:
        socket.send(status())
        while len(visit.frames) < count:
            visit.received.append(socket.recv())
            socket.send(status(f"{len(visit.frames):032x}"))
        socket.send(json.dumps(DECISION))

    return script

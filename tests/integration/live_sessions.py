"""What tests of live sessions share: how one is begun, and what became of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np

from mien.core.image import Pixels
from tests.golden.downloads import MODELS
from tests.integration.conftest import Server
from tests.live_wire import encoded
from tests.support import skip_without

VIDEOS = MODELS.parent / "data" / "videos"
GRAY = encoded(np.full((480, 640, 3), 90, np.uint8))


def video(name: str) -> Path:
    path = VIDEOS / name
    return path if path.is_file() else skip_without(f"{name} is not in {VIDEOS}")


def picture(jpeg: bytes) -> Pixels:
    """Return the BGR pixels of a photo."""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def begin(server: Server, user_id: str, liveness: str = "active") -> str:
    wanted = {"user_id": user_id, "liveness": liveness}
    begun = server.client.post("/api/v1/live", json=wanted)
    assert begun.status_code == 201, begun.text
    assert begun.json()["websocket"].startswith("/ws/")
    return str(begun.json()["session_id"])


def complete(client: httpx.Client, session_id: str, **fields: str) -> httpx.Response:
    return client.post("/api/v1/live/complete", json={"session_id": session_id, **fields})


def attempts(server: Server, user_id: str) -> list[dict[str, Any]]:
    history = server.client.get(f"/api/v1/users/{user_id}/history").json()["history"]
    return [event for event in history if event["kind"] == "authenticate"]


def failed(server: Server, user_id: str) -> bool:
    """Tell whether exactly one attempt is recorded, which failed; it may take a moment."""
    for _ in range(50):
        if recorded := attempts(server, user_id):
            return [event["accepted"] for event in recorded] == [False]
        time.sleep(0.1)
    return False


def settled(server: Server) -> str:
    """Wait until no stream is open, and return the metrics then."""
    for _ in range(100):
        metrics = server.client.get("/metrics").text
        if "mien_streams 0.0" in metrics:
            return metrics
        time.sleep(0.1)
    raise TimeoutError("streams stay open")

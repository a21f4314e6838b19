"""A client of a mien server's live sessions, for programs of your own.

It needs nothing of mien but this package and its errors:

>>> from mien.client import LiveClient, camera
>>> client = LiveClient("http://127.0.0.1:8000", api_key="mien_...")
>>> with camera(0) as frames:  # doctest: +SKIP
...     decision = client.run(frames, user_id="ada", on_status=lambda s: print(s.prompt))
"""

from __future__ import annotations

from mien.client.frames import CapturedFrame, camera, video_file
from mien.client.live_client import LiveClient
from mien.client.messages import Decision, FrameCounts, Liveness, LivenessCheck, Status, Ticket

__all__ = [
    "CapturedFrame",
    "Decision",
    "FrameCounts",
    "LiveClient",
    "Liveness",
    "LivenessCheck",
    "Status",
    "Ticket",
    "camera",
    "video_file",
]

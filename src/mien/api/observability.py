"""Request ids, one log line and one set of metrics per request; never any biometric data.

What is logged of a path is its template (`/api/v1/users/{user_id}`), so names of people stay
out of the log.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Final, final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID: Final = re.compile(r"[\w-]{1,64}")
_REQUEST_ID_HEADER: Final = "X-Request-ID"
_UNROUTED: Final = "(none)"

_LATENCY_BUCKETS_S: Final = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0)


@final
class Metrics:
    """The server's metrics, in a registry of their own."""

    def __init__(self) -> None:
        """Register the metrics."""
        self.registry: Final = CollectorRegistry()
        self.requests: Final = Counter(
            "mien_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.latency_s: Final = Histogram(
            "mien_request_duration_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.decisions: Final = Counter(
            "mien_decisions",
            "Authentications and identifications by outcome and reason.",
            ("kind", "accepted", "reason"),
            registry=self.registry,
        )
        self.subjects: Final = Gauge(
            "mien_subjects", "Subjects in the gallery in memory.", registry=self.registry
        )
        self.shared_limits: Final = Gauge(
            "mien_shared_rate_limits_up",
            "1 while rate limits are shared through Redis, 0 while each server counts alone.",
            registry=self.registry,
        )
        self.pending: Final = Gauge(
            "mien_pending_photos", "Photos being worked on or waiting.", registry=self.registry
        )
        self.streams: Final = Gauge(
            "mien_streams", "Live streams that are open.", registry=self.registry
        )
        self.streams_ended: Final = Counter(
            "mien_streams_ended",
            "Live streams by what ended them.",
            ("ending",),
            registry=self.registry,
        )
        self.stream_frames: Final = Counter(
            "mien_stream_frames",
            "Frames of live streams: taken to be looked at, or dropped for a newer one.",
            ("fate",),
            registry=self.registry,
        )
        self.group_refusal_ratio: Final = Gauge(
            "mien_group_refusal_ratio",
            "How many times as often a group is refused as everybody else, over whole days.",
            ("attribute", "group"),
            registry=self.registry,
        )
        self.group_drift: Final = Gauge(
            "mien_group_drift",
            "1 while some group of an attribute is surely refused over 1.25 times as often.",
            ("attribute",),
            registry=self.registry,
        )
        self.feedback_s: Final = Histogram(
            "mien_stream_feedback_seconds",
            "Time from a frame that is looked at to what the person is told of it.",
            buckets=_LATENCY_BUCKETS_S,
            registry=self.registry,
        )


def request_id_of(scope: Scope) -> str:
    """Return the id of the request that *scope* belongs to."""
    return str(scope.get("state", {}).get("request_id", ""))


@final
class ObservabilityMiddleware:
    """Gives each request an id, times it, logs it and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap *app*."""
        self._app = app
        self._metrics = metrics
        self._log = structlog.get_logger("mien.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(_REQUEST_ID_HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        if scope["type"] == "websocket":  # what becomes of it `mien.api.stream` tells
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_REQUEST_ID_HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._record(scope, request_id, status, time.perf_counter() - started)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNROUTED)
        self._metrics.requests.labels(route, scope["method"], status).inc()
        self._metrics.latency_s.labels(route).observe(seconds)
        self._log.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            route=route,
            status=status,
            duration_ms=round(1000 * seconds, 1),
        )


def _request_id(offered: str | None) -> str:
    if offered is not None and _REQUEST_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex

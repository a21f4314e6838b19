"""What stands around the routes: who may address them, from where, with how much.

A request passes, from the outside in: observability, security headers, the host check, CORS, the
body limit, and what answers errors that nobody expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, final

import structlog
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.api.intake import read_submission
from mien.api.observability import Metrics, ObservabilityMiddleware, request_id_of
from mien.api.problems import problem
from mien.api.video_jobs import read_video
from mien.settings import ANY, Settings

MAX_BODY_BYTES: Final = 64 * 1024
"""Of a request without photos; what reads photos and videos limits them itself."""

_READ_MORE: Final = frozenset({read_submission, read_video})

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ANSWERS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
"""The second refuses a WebSocket before it is one."""

_HSTS: Final = "max-age=31536000"

_CALLERS_SEND: Final = ("Authorization", "Content-Type", "X-API-Key", "X-Request-ID")
_CALLERS_READ: Final = ("Retry-After", "X-Request-ID")


def surround(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put everything around the routes of *app*; the last one added is the outermost."""
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(BodyLimit)
    app.add_exception_handler(BodyTooLargeError, _on_body_too_large)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            # A page sends its key or token in a header. The one cookie, of an operator's session,
            # is for this server's own pages: `api/routes/session`.
            allow_credentials=False,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=_CALLERS_SEND,
            expose_headers=_CALLERS_READ,
        )
    if ANY not in (hosts := settings.hosts()):
        app.add_middleware(HostCheck, hosts=hosts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(ObservabilityMiddleware, metrics=metrics)


@final
class SecurityHeaders:
    """Tells browsers to do nothing with an answer but read it; a route may be less strict."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _ANSWERS:
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] in {"https", "wss"}:  # RFC 6797: never over plain HTTP
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@final
class HostCheck:
    """Answers only requests for the server's own names.

    It stops pages that have their own name lead to this address (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        """Take names and addresses; `*.example.org` stands for every name below."""
        self._app = app
        self._names = frozenset(host for host in hosts if not host.startswith("*."))
        self._endings = tuple(host[1:] for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan" or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        answer = problem(
            HTTPConnection(scope),
            HTTPStatus.MISDIRECTED_REQUEST,
            "HOST_NOT_ALLOWED",
            "this server does not answer to the host that the request names: "
            "its operator lists more in MIEN_ALLOWED_HOSTS",
        )
        await answer(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        named = Headers(scope=scope).getlist("host")
        if len(named) != 1:
            return False
        host = _without_port(named[0].lower())
        # A health check addresses the very address that it reaches: that needs no name.
        reached = scope["server"][0] if scope.get("server") else None
        return host in self._names or host == reached or host.endswith(self._endings)


class BodyTooLargeError(HTTPException):
    """A body is too long; FastAPI lets only an HTTPException pass while it reads one."""

    def __init__(self) -> None:
        """Take the status that it is answered with."""
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@final
class BodyLimit:
    """Reads no more than 64 KiB of a request, unless its route reads photos or a video."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES and not _reads_more(scope.get("route")):
                raise BodyTooLargeError
            return message

        await self._app(scope, receive_limited, send)


@final
class UnexpectedErrors:
    """Logs what nobody expected, and tells the caller only under which request id.

    Starlette would answer such an error outside of everything here, without id and headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*."""
        self._app = app
        self._log = structlog.get_logger("mien.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except ClientDisconnect:
            # Nobody reads the answer, but it is counted as the caller's doing.
            if not started:
                await _on_client_gone(Request(scope))(scope, receive, send)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            self._log.error("unexpected error", request_id=request_id_of(scope), exc_info=error)
            await _on_unexpected(Request(scope))(scope, receive, send)


def _on_client_gone(request: Request) -> Response:
    return problem(
        request, HTTPStatus.BAD_REQUEST, "CLIENT_GONE", "the connection ended before the request"
    )


def _on_unexpected(request: Request) -> Response:
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "an unexpected error; the server's log tells more under this request id",
    )


async def _on_body_too_large(request: Request, _error: Exception) -> Response:
    return problem(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "BODY_TOO_LARGE",
        f"the request is longer than {MAX_BODY_BYTES:,} bytes: only one with photos may be",
    )


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".")


def _reads_more(route: object) -> bool:
    return isinstance(route, APIRoute) and _depends_on_more(route.dependant)


def _depends_on_more(dependant: Dependant) -> bool:
    return dependant.call in _READ_MORE or any(map(_depends_on_more, dependant.dependencies))

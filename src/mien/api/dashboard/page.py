"""The one page, with the headers that keep everything foreign out of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response

NONCE_PLACE: Final = "__CSP_NONCE__"
"""Stands in the built page wherever this answer's nonce goes."""

_NONCE_BYTES: Final = 16
_HOST: Final = re.compile(r"[a-z0-9._-]+(:[0-9]+)?|\[[0-9a-f:.]+\](:[0-9]+)?", re.IGNORECASE)

_PERMISSIONS: Final = "camera=(self), geolocation=(), microphone=()"

_MISSING: Final = """\
This is mien, without its dashboard: it was not built.

From a clone run    make web     (it needs Node.js 20 or newer), then start mien again.
An installed mien has it inside: pip install --force-reinstall mien

The API is here all the same: /openapi.json describes it.
"""


def new_nonce() -> str:
    """Return what a page's own style sheets are known by: for one answer, and unguessable."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def show_page(
    page: str, connection: HTTPConnection, make_nonce: Callable[[], str] = new_nonce
) -> Response:
    """Return the page with a nonce of its own."""
    nonce = make_nonce()
    return HTMLResponse(
        page.replace(NONCE_PLACE, nonce),
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": _policy(nonce, _sockets(connection)),
            "Permissions-Policy": _PERMISSIONS,
        },
    )


def say_it_is_missing() -> Response:
    """Tell a person in front of a browser why there is nothing to see."""
    return PlainTextResponse(_MISSING, HTTPStatus.NOT_FOUND)


def _policy(nonce: str, sockets: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            f"connect-src 'self'{sockets}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _sockets(connection: HTTPConnection) -> str:
    """Return where WebSockets may lead: older browsers do not count them to 'self'.

    Only what is surely a host: a header must not write into the policy.
    """
    host = connection.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return ""
    return f" {'wss' if connection.url.scheme == 'https' else 'ws'}://{host}"

"""Who opens a stream, and from where: before anything is asked of the server.

A browser cannot set headers on a WebSocket: it may send its credential as a subprotocol, which
no log shows. Nothing of it is ever taken from the URL.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from mien.errors import InvalidRequestError, UnauthorizedError
from mien.settings import ANY, Settings

PROTOCOL: Final = "mien.v1"

_KEY_PROTOCOL: Final = "mien.key."
_BEARER: Final = "bearer "
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def require_client_id(client_id: str) -> None:
    """Raise InvalidRequestError for a name that is no name for a log."""
    if not _CLIENT_ID.fullmatch(client_id):
        raise InvalidRequestError("a client is named by 1 to 64 letters, digits or any of . _ -")


def is_from_here(headers: Headers, settings: Settings) -> bool:
    """Tell whether the page that opens a stream may: this server's own, or one that is named.

    Programs that are no browsers send no origin; those that lie about it could send none.
    """
    origins = headers.getlist("origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    (origin,) = origins
    if ANY in settings.cors_origins or origin in settings.cors_origins:
        return True
    scheme, separator, _ = origin.partition("://")
    if scheme not in _DEFAULT_PORTS or not separator:
        return False
    return _place(origin) == _place(f"{scheme}://{headers.get('host', '')}") is not None


def credentials_of(headers: Headers, subprotocols: list[str]) -> str:
    """Return the API key or token of a stream, empty where there is none.

    Raises UnauthorizedError for one that cannot be read.
    """
    if key := headers.get("x-api-key"):
        return key
    authorization = headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        return authorization[len(_BEARER) :].strip()
    sent = [name for name in subprotocols if name.startswith(_KEY_PROTOCOL)]
    if authorization or len(sent) > 1:
        raise UnauthorizedError("send one API key, or one access token as a bearer")
    return _decoded(sent[0].removeprefix(_KEY_PROTOCOL)) if sent else ""


def _decoded(text: str) -> str:
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise UnauthorizedError("the key in the subprotocol is not base64url") from error


def _place(origin: str) -> tuple[str, int] | None:
    """Return host and port; the scheme is left out, which a proxy may have changed."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.hostname, port or _DEFAULT_PORTS[parts.scheme]

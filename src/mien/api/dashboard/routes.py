"""Which requests the dashboard answers: a browser's visits to its page, and the page's files.

A route matches only what it answers, so that everything else stays as it is without a dashboard: an
unknown path is 404, a wrong method 405, both with a problem document.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final, final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from mien.api.dashboard.files import FILE_TYPES, BuiltFiles
from mien.api.dashboard.page import say_it_is_missing, show_page

_METHODS: Final = frozenset({"GET", "HEAD"})
_NO_PAGES: Final = frozenset({"api", "ws", ".well-known"})
"""First parts of paths: what is not found there is no page either."""

_HOME: Final = "/"


@final
class Visits(BaseRoute):
    """A route of whatever requests a condition holds for."""

    path: Final = "(dashboard)"
    """As metrics and logs name it."""

    def __init__(
        self, is_taken: Callable[[Request], bool], answer: Callable[[Request], Response]
    ) -> None:
        """Take the condition and what answers."""
        self._is_taken: Final = is_taken
        self._answer: Final = answer

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is this route's."""
        if scope["type"] != "http" or scope["method"] not in _METHODS:
            return Match.NONE, {}
        if not self._is_taken(Request(scope)):
            return Match.NONE, {}
        return Match.FULL, {"route": self, "endpoint": self._answer}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self._answer(Request(scope))(scope, receive, send)


def add_dashboard(app: FastAPI, built: BuiltFiles | None) -> None:
    """Let *app* show the dashboard; None where none was built, which browsers are then told.

    Its home goes before the route that tells programs what this is, everything else after all
    routes: no page hides one of them.
    """

    def show(request: Request) -> Response:
        return say_it_is_missing() if built is None else show_page(built.page, request)

    app.router.routes.insert(0, Visits(_is_home, show))
    if built is not None:
        files = built.others
        app.router.routes.append(
            Visits(
                lambda request: _name(request) in files,
                lambda request: files[_name(request)].answer(request.headers),
            )
        )
    app.router.routes.append(Visits(_is_page, show))


def _is_home(request: Request) -> bool:
    return _path(request) == _HOME and _is_visited(request)


def _is_page(request: Request) -> bool:
    """Tell whether a path may be one that the page itself shows: no file, nothing of the API."""
    path = PurePosixPath(_path(request))
    is_file = path.suffix in FILE_TYPES
    return _is_visited(request) and not is_file and _first_part(path) not in _NO_PAGES


def _first_part(path: PurePosixPath) -> str:
    return path.parts[1] if len(path.parts) > 1 else ""


def _is_visited(request: Request) -> bool:
    """Tell whether a browser asks for a page: only then does it name HTML."""
    offers = ",".join(request.headers.getlist("accept")).split(",")
    return any(offer.partition(";")[0].strip().lower() == "text/html" for offer in offers)


def _path(request: Request) -> str:
    return str(request.scope["path"])


def _name(request: Request) -> str:
    return _path(request).removeprefix("/")

"""The server that has every use case: `mien serve`."""

from __future__ import annotations

from functools import partial
from typing import Final

from fastapi import FastAPI

from mien.api.assembly import assemble, make_state
from mien.api.observability import Metrics
from mien.api.routes import (
    audit,
    consents,
    faces,
    fairness,
    groups,
    keys,
    live,
    operators,
    sign_in,
    stream,
    system,
    users,
    wellbeing,
)
from mien.api.sweeping import sweep_regularly
from mien.bootstrap.application import Application

_ROUTES: Final = (
    faces,
    live,
    stream,
    users,
    sign_in,
    operators,
    keys,
    audit,
    system,
    consents,
    groups,
    wellbeing,
    fairness,
)

_DESCRIPTION: Final = """\
Face authentication that an organization runs itself.

Every error is a problem document (RFC 9457) with a stable `code`. A refused authentication is
not an error: it is answered 200 with `authenticated: false` and a `reason`.
"""


def create_app(application: Application) -> FastAPI:
    """Return the ASGI application; it closes *application* when it shuts down."""
    metrics = Metrics()
    metrics.subjects.set_function(application.gallery.size)
    state = make_state(application, metrics)
    return assemble(
        state,
        title="mien",
        description=_DESCRIPTION,
        routers=[routes.router for routes in _ROUTES],
        meanwhile=partial(sweep_regularly, state),
    )

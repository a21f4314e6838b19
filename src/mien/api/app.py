"""The server that has every use case: `mien serve`."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from fastapi import FastAPI

from mien.api.assembly import Plan, assemble, make_state
from mien.api.dashboard.files import BUILT, BuiltFiles
from mien.api.dashboard.routes import add_dashboard
from mien.api.observability import Metrics
from mien.api.routes import (
    analytics,
    attendance,
    audit,
    consents,
    faces,
    fairness,
    groups,
    keys,
    live,
    models,
    operators,
    profiles,
    reviews,
    self_service,
    self_sign_in,
    session,
    sign_in,
    stream,
    system,
    thresholds,
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
    session,
    self_sign_in,
    self_service,
    reviews,
    profiles,
    operators,
    keys,
    audit,
    system,
    models,
    consents,
    groups,
    wellbeing,
    fairness,
    analytics,
    attendance,
    thresholds,
)

_DESCRIPTION: Final = """\
Face authentication that an organization runs itself.

Every error is a problem document (RFC 9457) with a stable `code`. A refused authentication is
not an error: it is answered 200 with `authenticated: false` and a `reason`.
"""


_PLAN: Final = Plan("mien", _DESCRIPTION, [routes.router for routes in _ROUTES])


def describe_api() -> dict[str, Any]:
    """Return the OpenAPI document, for which nothing has to be loaded."""
    return _PLAN.lay_out().openapi()


def create_app(application: Application) -> FastAPI:
    """Return the ASGI application; it closes *application* when it shuts down."""
    metrics = Metrics()
    metrics.subjects.set_function(application.gallery.size)
    state = make_state(application, metrics)
    app = assemble(_PLAN, state, meanwhile=partial(sweep_regularly, state))
    add_dashboard(app, BuiltFiles.read(BUILT))
    return app

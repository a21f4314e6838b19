"""The server that reads expressions and does nothing else: `mien emotion serve`."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from mien.api.assembly import Plan, assemble, make_state
from mien.api.observability import Metrics
from mien.bootstrap.emotion import EmotionApplication

_DESCRIPTION: Final = """\
Reads what faces in photos express. Compares nobody and stores nothing.

An expression is what a face shows, not what a person feels. Every error is a problem document
(RFC 9457) with a stable `code`.
"""


_PLAN: Final = Plan("mien emotion", _DESCRIPTION)


def create_emotion_app(application: EmotionApplication) -> FastAPI:
    """Return the ASGI application; it closes *application* when it shuts down."""
    metrics = Metrics()
    metrics.registry.unregister(metrics.subjects)  # nobody is enrolled here
    return assemble(_PLAN, make_state(application, metrics))

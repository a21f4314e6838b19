"""Health, metrics and facts about the running server."""

from __future__ import annotations

import platform

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from mien import __version__
from mien.api.dependencies import AnyServer, CurrentApplication, CurrentServer, require
from mien.api.problems import documented
from mien.api.process import count_requests, memory_bytes, read_gauge
from mien.api.schemas.system import (
    ConfigurationWarning,
    DatabaseStatus,
    Features,
    HealthResult,
    SystemInfo,
    SystemStatus,
)
from mien.bootstrap.application import Application
from mien.bootstrap.clock import utc_now
from mien.bootstrap.production import examine
from mien.core.caller import Scope

router = APIRouter(tags=["system"])
health = APIRouter(tags=["system"])
"""Of every server."""


@health.get("/")
async def index() -> dict[str, str]:
    """Say what this is and where to go on."""
    return {"name": "mien", "version": __version__, "openapi": "/openapi.json", "health": "/health"}


@health.get("/healthz")
async def is_alive() -> HealthResult:
    """Tell that the process answers."""
    return HealthResult(status="ok")


@health.get("/health")
@health.get("/readyz", responses=documented(500))
def is_ready(server: AnyServer) -> HealthResult:
    """Tell that models are loaded and the database answers."""
    server.application.database.check()
    return HealthResult(status="ok")


@health.get(
    "/metrics",
    dependencies=[Depends(require(Scope.METRICS))],
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(401, 403, 429),
    },
    response_class=Response,
)
async def show_metrics(server: AnyServer) -> Response:
    """Show the metrics in Prometheus' format."""
    return Response(generate_latest(server.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/api/v1/system/info",
    dependencies=[Depends(require())],
    responses=documented(401, 429, 500),
)
def show_system(application: CurrentApplication) -> SystemInfo:
    """Show version, models, calibration and the error rates to expect of them."""
    settings, models = application.settings, application.recognition
    target = models.target_fmr
    with application.unit_of_work("mien") as work:
        users = work.subjects.count()
    return SystemInfo(
        version=__version__,
        pack=models.choice.pack.name,
        pack_reason=models.choice.reason,
        contract=models.pipeline.contract.digest,
        calibration=models.calibration.source,
        target_fmr=target,
        target_fpir=settings.target_fpir,
        expected_fnmr={
            f"{count} samples": curve.false_non_match_rate(curve.threshold(target))
            for count, curve in sorted(models.calibration.curves.items())
        },
        users=users,
        workers=settings.workers,
    )


@router.get(
    "/api/v1/system/status",
    dependencies=[Depends(require(Scope.METRICS))],
    responses=documented(401, 403, 429, 500),
)
def show_status(server: CurrentServer) -> SystemStatus:
    """Show how the server is, what it can do, and what is weak about its configuration."""
    application, metrics = server.application, server.metrics
    settings, database = application.settings, application.database
    requests, server_errors = count_requests(metrics)
    with application.unit_of_work("mien") as work:
        subjects = work.subjects.count()
    return SystemStatus(
        version=__version__,
        started_at=server.started_at,
        python=platform.python_version(),
        platform=platform.platform(),
        memory_bytes=memory_bytes(),
        database=DatabaseStatus(kind=database.kind, bytes=database.size_bytes()),
        gallery=subjects,
        streams=read_gauge(metrics.streams),
        pending=read_gauge(metrics.pending),
        workers=settings.workers,
        requests=requests,
        server_errors=server_errors,
        production=settings.production,
        warnings=_warnings(application),
        features=_features(application),
    )


def _warnings(application: Application) -> list[ConfigurationWarning]:
    found = examine(application.settings, utc_now())
    return [
        ConfigurationWarning(
            name=name,
            problem=objection.problem,
            remedy=objection.remedy,
            is_note=objection.is_note,
        )
        for name, objection in found.items()
        if objection is not None
    ]


def _features(application: Application) -> Features:
    settings, live = application.settings, application.live
    return Features(
        live=live.can_be_held,
        passive=live.judges_pixels,
        wellbeing=settings.wellbeing_purpose is not None,
        adaptation=settings.adapt,
        federation=False,  # no server of this version can take part in one
        face_sign_in=settings.face_sign_in,
    )

"""Answers about the server."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from mien.core.liveness import LivenessPolicy


class HealthResult(BaseModel):
    """Whether the server can work."""

    status: str


class SystemInfo(BaseModel):
    """What is running."""

    version: str
    pack: str
    pack_reason: str
    contract: str
    calibration: str
    target_fmr: float
    target_fpir: float
    expected_fnmr: dict[str, float]
    users: int
    workers: int


class DatabaseStatus(BaseModel):
    """Where everything is stored. kind: sqlite or postgresql."""

    kind: str
    bytes: int


class ConfigurationWarning(BaseModel):
    """Something about the configuration. is_note: worth knowing, and no reason to act at once."""

    name: str
    problem: str
    remedy: str
    is_note: bool


class Features(BaseModel):
    """What this server can do beside recognizing photos.

    live: live sessions. passive: judge from a photo's pixels whether it was taken of a person.
    """

    live: bool
    passive: bool
    wellbeing: bool
    adaptation: bool
    federation: bool
    face_sign_in: LivenessPolicy | None


class SystemStatus(BaseModel):
    """How the server is.

    memory_bytes: of its process; null where the system does not tell. gallery: subjects enrolled.
    pending: photos being worked on or waiting. requests, server_errors: since it started.
    """

    version: str
    started_at: datetime
    python: str
    platform: str
    memory_bytes: int | None
    database: DatabaseStatus
    gallery: int
    streams: int
    pending: int
    workers: int
    requests: int
    server_errors: int
    production: bool
    warnings: list[ConfigurationWarning]
    features: Features

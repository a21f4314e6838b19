"""Answers about the server."""

from __future__ import annotations

from pydantic import BaseModel


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

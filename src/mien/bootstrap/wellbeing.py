"""Reads from the settings whether well-being is on, and how."""

from __future__ import annotations

from datetime import timedelta

from mien.bootstrap.clock import utc_now
from mien.core.ports import ExpressionReader
from mien.core.wellbeing.periods import Period
from mien.service.consent import Statement, state_purpose
from mien.service.wellbeing import Wellbeing
from mien.settings import Settings
from mien.storage.database import Database


def kept_reader(settings: Settings, reader: ExpressionReader) -> ExpressionReader | None:
    """Return what reads faces at authentication: nothing does unless a purpose is stated."""
    return None if settings.wellbeing_purpose is None else reader


def statement_of(settings: Settings) -> Statement:
    """Return what people are told before they agree."""
    return Statement(expression=settings.wellbeing_purpose)


def expressions_kept(settings: Settings) -> timedelta:
    """Return how long expressions are kept."""
    return timedelta(days=settings.expression_retention_days)


def make_wellbeing(settings: Settings) -> Wellbeing:
    """Return the use case that tells how people and groups did."""
    return Wellbeing(utc_now, expressions_kept(settings), Period(settings.wellbeing_period))


def put_purpose_on_record(settings: Settings, database: Database) -> None:
    """Write into the audit log why expressions are kept, where that is not what it says last."""
    with database.unit_of_work("mien") as work:
        state_purpose(work, statement_of(settings), utc_now())

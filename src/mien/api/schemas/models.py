"""Answers about the models: what they are, and how fast here."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from mien.bootstrap.model_facts import ModelFacts
from mien.inference.model import Task
from mien.inference.speed import Speed


class ModelResult(BaseModel):
    """A model that mien knows.

    source: a URL, or the name of a file in an installed package. sha256: of the source, null where
    nobody vouches for one. bytes: of the source. imported: whether it is here and ready to run.
    """

    name: str
    task: Task
    license: str
    commercial: bool
    source: str
    sha256: str | None
    bytes: int | None
    imported: bool

    @classmethod
    def of(cls, facts: ModelFacts) -> Self:
        """Present a model."""
        model = facts.model
        return cls(
            name=model.name,
            task=model.task,
            license=model.license.name,
            commercial=model.license.commercial,
            source=facts.source,
            sha256=facts.sha256,
            bytes=facts.size_bytes,
            imported=facts.is_imported,
        )


class ModelListResult(BaseModel):
    """Every known model, and the pack that the server runs."""

    pack: str
    pack_reason: str
    contract: str
    calibration: str
    models: list[ModelResult]


class StageResult(BaseModel):
    """How long one stage takes: the median of several runs."""

    name: str
    median_ms: float
    runs: int


class SpeedResult(BaseModel):
    """How long the stages of a photo take on the server's machine, with nothing beside them.

    threads: that one stage may use.
    """

    machine: str
    threads: int
    stages: list[StageResult]

    @classmethod
    def of(cls, speed: Speed) -> Self:
        """Present what was measured."""
        return cls(
            machine=speed.machine,
            threads=speed.threads,
            stages=[
                StageResult(name=stage.name, median_ms=stage.median_ms, runs=stage.runs)
                for stage in speed.stages
            ],
        )

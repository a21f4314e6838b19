"""Shared by all tests: two faces, and the real models."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import hypothesis
import pytest

from mien.core.image import Pixels
from mien.inference.assembly import assemble
from mien.inference.packs import BUILTIN
from mien.inference.pipeline import FacePipeline
from mien.inference.weights import WeightStore
from tests.databases import database, postgres_template, sqlite_template
from tests.support import made_once, read_astronaut, read_grace_hopper

__all__ = ["database", "postgres_template", "sqlite_template"]

# On a busy machine a slow example says nothing.
hypothesis.settings.register_profile(
    "mien", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("mien")


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    """Read-only: a test that changes it would change every other."""
    pixels = read_astronaut()
    pixels.setflags(write=False)
    return pixels


@pytest.fixture(scope="session")
def grace_hopper() -> Pixels:
    pixels = read_grace_hopper()
    pixels.setflags(write=False)
    return pixels


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The imported models, as a data folder's `models`; copy it rather than write to it."""

    def import_all(data: Path) -> None:
        # In a process where coverage is not measured: it would take four times as long.
        program = (
            "import pathlib, sys; from mien.inference.weights import WeightStore; "
            "from mien.inference.packs import BUILTIN; "
            "WeightStore.of(pathlib.Path(sys.argv[1])).ensure(BUILTIN.weights())"
        )
        unmeasured = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
        subprocess.run([sys.executable, "-c", program, data], env=unmeasured, check=True)

    return made_once(tmp_path_factory, "data", import_all) / "models"


@pytest.fixture(scope="session")
def models(models_dir: Path) -> Mapping[str, Path]:
    """The path of each built-in model by its name in the catalogue."""
    return WeightStore.of(models_dir.parent).ensure(BUILTIN.weights())


@pytest.fixture(scope="session")
def pipeline(models: Mapping[str, Path]) -> FacePipeline:
    return assemble(BUILTIN, models, threads=1)

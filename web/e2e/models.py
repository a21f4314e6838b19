"""The models of the end-to-end tests: `standard` and what live sessions need, or `builtin`."""

from __future__ import annotations

import os
from pathlib import Path

from mien.inference.catalogue import FACE_MESH, MINIFAS
from mien.inference.packs import BUILTIN, STANDARD, Weights
from mien.inference.weights import WeightStore
from tests.golden.downloads import MODELS, stock


def import_models(folder: Path) -> str:
    """Put models where a data folder has them, and return the name of their pack.

    Without the downloads beside the repository, which only CI must have, those of the package.
    """
    store = WeightStore.of(folder)
    if not (MODELS / "SOURCES.json").is_file():
        if os.environ.get("CI") == "true":
            raise SystemExit(f"the downloaded models are not in {MODELS}: set MIEN_SHARED")
        store.ensure(BUILTIN.weights())
        return BUILTIN.name
    wanted = [*STANDARD.weights(), Weights(FACE_MESH), Weights(MINIFAS)]
    stock(store.sources, wanted)
    store.ensure(wanted)
    return STANDARD.name

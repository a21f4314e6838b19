"""Measures the activation ranges of a pack's embedders on photos of faces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx

from mien.bootstrap.recognition import choose, load_pipeline
from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import ImageLimits
from mien.errors import InvalidRequestError
from mien.inference.decoding import decode
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.importers.activation_ranges import Ranges
from mien.inference.importers.measure_ranges import measure_ranges
from mien.inference.model import Precision
from mien.inference.packs import Weights
from mien.inference.weights import WeightStore
from mien.settings import Settings

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
_BATCH = 8


def measure_pack_ranges(folder: Path, settings: Settings) -> Iterator[tuple[str, Ranges]]:
    """Yield each embedder's name and the ranges inside it, on every face below *folder*."""
    pack = choose(settings).pack
    # Other photos' faces as the pipeline cuts them, in full precision.
    settings = settings.model_copy(update={"precision": Precision.FP32.value})
    pipeline = load_pipeline(settings, choose(settings), threads=settings.workers)
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    faces: list[Face] = []
    for file in files:
        faces += pipeline.detect(decode(file.read_bytes(), ImageLimits()), Search())
    if not faces:
        raise InvalidRequestError(f"no face was found in {len(files)} photos below {folder}")
    networks = WeightStore.of(settings.data_dir).ensure(
        Weights(EMBEDDERS[name].model) for name in pack.embedders
    )
    for name in pack.embedders:
        chips = pipeline.chips(faces, name)
        batches = (chips[start : start + _BATCH] for start in range(0, len(chips), _BATCH))
        both_ways = (np.concatenate([batch, batch[:, :, ::-1]]) for batch in batches)
        yield name, measure_ranges(onnx.load(networks[name]), both_ways)

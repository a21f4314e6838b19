"""The device's own mathematics beside the server's."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from mien.core.detection import Detection
from mien.core.detection import suppress_overlaps as suppress_on_the_server
from mien.core.geometry import Box, similarity_transform
from mien.core.image import Image, Pixels
from mien.core.matching import LearnedFusion, Matcher
from mien.core.template import EmbeddingPart, SubjectId
from mien.edge.faces import Recognizer, cut, fit, suppress_overlaps
from mien.inference.alignment import extract_square

PARTS = (EmbeddingPart("one", "source", 5, 0.25), EmbeddingPart("two", "source", 8, 0.75))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def recognizer(**manifest: Any) -> Recognizer:  # noqa: ANN401 a manifest's values are any JSON
    made = Recognizer.__new__(Recognizer)  # without models
    made.manifest = manifest
    return made


def test_points_are_fitted_as_on_the_server(rng: np.random.Generator) -> None:
    for _ in range(20):
        source, target = rng.normal(100, 50, (2, 5, 2)).astype(np.float32)
        assert fit(source, target) == pytest.approx(similarity_transform(source, target))


@pytest.mark.parametrize("scale", [0.07, 0.3, 0.45, 0.9, 3.0])
@pytest.mark.parametrize("at", [(0, 0), (150, 100), (-400, 80)])
def test_squares_are_cut_as_on_the_server(
    astronaut: Pixels, scale: float, at: tuple[int, int]
) -> None:
    matrix = cv2.getRotationMatrix2D(at, 20, scale)
    expected = extract_square(Image(astronaut), np.asarray(matrix, np.float64), 112)
    assert np.array_equal(cut(astronaut, np.asarray(matrix, np.float64), 112), expected)


def test_overlaps_are_suppressed_as_on_the_server(rng: np.random.Generator) -> None:
    for _ in range(50):
        low = rng.uniform(0, 100, (12, 2))
        marks = np.stack([low, low + rng.uniform(5, 80, (12, 2))], axis=1)
        scores = rng.uniform(0, 1, 12)
        seen = [
            Detection(Box(*box.ravel()), float(s)) for box, s in zip(marks, scores, strict=True)
        ]
        kept = [seen[at] for at in suppress_overlaps(marks, scores)]
        assert tuple(kept) == suppress_on_the_server(seen)


@pytest.mark.parametrize("kind", ["learned", "mean"])
@pytest.mark.parametrize("samples", [1, 3])
def test_embeddings_are_compared_as_on_the_server(
    rng: np.random.Generator,
    kind: str,
    samples: int,
) -> None:
    def random(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        return rng.normal(size=shape).astype(np.float32)

    arrays = {
        "center": random(4),
        "scale": abs(random(4)) + 1,
        "hidden": random(4, 6),
        "hidden_bias": random(6),
        "output": random(6),
    }
    fusion = LearnedFusion(**arrays, output_bias=0.3) if kind == "learned" else None
    stored = {name: array.tolist() for name, array in arrays.items()} | {"output_bias": 0.3}
    device = recognizer(
        parts=[{"dimension": part.dimension, "weight": part.weight} for part in PARTS],
        fusion=stored if kind == "learned" else None,
    )
    matcher, probe, enrolled = Matcher(PARTS, fusion), random(13), random(samples, 13)

    expected = matcher.compare(probe, matcher.reference(SubjectId("ada"), list(enrolled)))
    assert device.compare(probe, enrolled) == pytest.approx(expected.similarity, abs=1e-5)


def test_thresholds_are_rounded_to_the_safe_side() -> None:
    device = recognizer(
        thresholds={
            "false_match_rates": [1e-2, 1e-3, 1e-4],
            "by_samples": {"1": [1.0, 2.0, 3.0], "3": [1.5, 2.5, 3.5]},
        }
    )
    assert device.threshold(1, 1e-3) == 2.0
    assert device.threshold(1, 5e-3) == 2.0
    assert device.threshold(2, 1e-3) == 2.5
    assert device.threshold(9, 1e-9) == 3.5

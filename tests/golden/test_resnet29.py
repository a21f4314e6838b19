from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mien.core.image import Image, Pixels
from mien.inference.pipeline import FacePipeline
from mien.inference.runtime import Session
from tests.golden.conftest import Dlib
from tests.support import altered

TOLERANCE = 1e-5
"""Largest difference of any component; measured: 3.5e-7."""


@pytest.fixture(scope="module")
def network(models: Mapping[str, Path]) -> Session:
    return Session(models["resnet29"], threads=2)


def test_random_chips_have_dlibs_embeddings(network: Session, reference: Dlib) -> None:
    chips = np.random.default_rng(1).integers(0, 256, (4, 150, 150, 3), dtype=np.uint8)

    embeddings = network.run(chips)

    expected = np.stack([reference.embed(chip) for chip in chips])
    np.testing.assert_allclose(embeddings, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_chip_has_dlibs_embedding(network: Session, reference: Dlib, level: int) -> None:
    chip = np.full((150, 150, 3), level, np.uint8)

    np.testing.assert_allclose(
        network.run(chip[None])[0], reference.embed(chip), rtol=0, atol=TOLERANCE
    )


def test_real_chips_have_dlibs_embeddings(
    network: Session, reference: Dlib, pipeline: FacePipeline, photo: Pixels
) -> None:
    takes = [photo, altered(photo, 1)]
    chips = np.stack([pipeline.detect_dominant(Image(take), 40).chips[0] for take in takes])

    embeddings = network.run(chips)

    expected = np.stack([reference.embed(chip) for chip in chips])
    np.testing.assert_allclose(embeddings, expected, rtol=0, atol=TOLERANCE)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mien.core.image import Pixels
from mien.inference.embedding.resnet29 import DIMENSION, ResNet29Embedder
from mien.inference.runtime import Session


@pytest.fixture(scope="module")
def embedder(models: Mapping[str, Path]) -> ResNet29Embedder:
    return ResNet29Embedder(Session(models["resnet29"], threads=1))


@pytest.fixture(scope="module")
def chips(astronaut: Pixels, grace_hopper: Pixels) -> list[Pixels]:
    """Eleven: more than one batch, and the last one not full."""
    corners = [(y, x) for y in (40, 60, 80) for x in (140, 160)]
    photos = [astronaut, grace_hopper]
    return [photo[y : y + 150, x : x + 150] for photo in photos for y, x in corners][:11]


def test_an_embedding_is_a_unit_vector_of_128_floats(
    embedder: ResNet29Embedder, chips: list[Pixels]
) -> None:
    for embedding in embedder.embed(chips[:2]):
        assert embedding.shape == (DIMENSION,) == (128,)
        assert embedding.dtype == np.float32
        assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-6)


def test_a_chip_has_the_same_embedding_alone_and_in_any_batch(
    embedder: ResNet29Embedder, chips: list[Pixels]
) -> None:
    alone = np.stack([embedder.embed([chip])[0] for chip in chips])

    together = np.stack(embedder.embed(chips))
    backwards = np.stack(embedder.embed(chips[::-1]))[::-1]

    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(backwards, alone, atol=1e-6)


def test_a_mirrored_face_has_the_same_embedding(
    embedder: ResNet29Embedder, chips: list[Pixels]
) -> None:
    (one,), (mirrored,) = embedder.embed(chips[:1]), embedder.embed([chips[0][:, ::-1]])

    np.testing.assert_allclose(mirrored, one, atol=1e-6)


def test_no_faces_have_no_embeddings(embedder: ResNet29Embedder) -> None:
    assert embedder.embed([]) == []

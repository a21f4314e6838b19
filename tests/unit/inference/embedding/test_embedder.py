from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.image import Pixels
from mien.inference.catalogue import MODELS
from mien.inference.embedding.embedder import EMBEDDERS, Embedder
from mien.inference.model import Task
from mien.inference.runtime import Network, Session, Tensor

RESNET29 = EMBEDDERS["resnet29"]


@pytest.fixture(scope="module")
def session(models: Mapping[str, Path]) -> Session:
    return Session(models["resnet29"], threads=1)


@pytest.fixture(scope="module")
def embedder(session: Session) -> Embedder:
    return Embedder(session, RESNET29)


@pytest.fixture(scope="module")
def chips(astronaut: Pixels, grace_hopper: Pixels) -> npt.NDArray[np.uint8]:
    """Eleven: more than one batch, and the last one not full."""
    corners = [(y, x) for y in (40, 60, 80) for x in (140, 160)]
    photos = [astronaut, grace_hopper]
    return np.stack([photo[y : y + 150, x : x + 150] for photo in photos for y, x in corners][:11])


class Counting:
    """A network that counts the pictures that it is shown."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.seen = 0

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        self.seen += len(values)
        return self._network.run(values)

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        return [self.run(values)]


def test_there_is_one_vector_of_floats_for_each_chip(
    embedder: Embedder, chips: npt.NDArray[np.uint8]
) -> None:
    embeddings = embedder.embed(chips[:2])

    assert embeddings.shape == (2, RESNET29.dimension) == (2, 128)
    assert embeddings.dtype == np.float32


def test_it_is_the_mean_of_what_the_network_says_of_the_chip_and_of_its_mirror_image(
    embedder: Embedder, session: Session, chips: npt.NDArray[np.uint8]
) -> None:
    expected = (session.run(chips[:3]) + session.run(chips[:3, :, ::-1])) / 2

    np.testing.assert_allclose(embedder.embed(chips[:3]), expected, atol=1e-5)


def test_its_length_is_kept_for_it_tells_how_clearly_the_face_was_seen(
    embedder: Embedder, chips: npt.NDArray[np.uint8]
) -> None:
    lengths = np.linalg.norm(embedder.embed(chips), axis=1)

    assert np.ptp(lengths) > 0.01


def test_a_chip_has_the_same_embedding_alone_and_in_any_batch(
    embedder: Embedder, chips: npt.NDArray[np.uint8]
) -> None:
    alone = np.concatenate([embedder.embed(chip[None]) for chip in chips])

    together = embedder.embed(chips)
    backwards = embedder.embed(chips[::-1])[::-1]

    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(backwards, alone, atol=1e-6)


def test_a_mirrored_face_has_the_same_embedding(
    embedder: Embedder, chips: npt.NDArray[np.uint8]
) -> None:
    np.testing.assert_allclose(
        embedder.embed(chips[:1, :, ::-1]), embedder.embed(chips[:1]), atol=1e-6
    )


def test_unmirrored_it_is_what_the_network_says_of_the_chip_alone(
    session: Session, chips: npt.NDArray[np.uint8]
) -> None:
    network = Counting(session)
    plain = Embedder(network, RESNET29, mirrored=False)

    embeddings = plain.embed(chips)

    np.testing.assert_allclose(embeddings, session.run(chips), atol=1e-6)
    assert network.seen == len(chips)


def test_unmirrored_a_mirrored_face_has_another_embedding(
    session: Session, chips: npt.NDArray[np.uint8]
) -> None:
    plain = Embedder(session, RESNET29, mirrored=False)

    one, other = plain.embed(chips[:1]), plain.embed(chips[:1, :, ::-1])

    assert np.abs(one - other).max() > 0.01


def test_unmirrored_no_faces_have_no_embeddings_either(session: Session) -> None:
    none = Embedder(session, RESNET29, mirrored=False).embed(np.zeros((0, 150, 150, 3), np.uint8))

    assert none.shape == (0, RESNET29.dimension)


def test_no_faces_have_no_embeddings(embedder: Embedder) -> None:
    none = embedder.embed(np.zeros((0, 150, 150, 3), np.uint8))

    assert none.shape == (0, RESNET29.dimension)


@pytest.mark.parametrize("name", EMBEDDERS)
def test_an_embedder_sees_chips_of_its_networks_size(name: str) -> None:
    facts = EMBEDDERS[name]

    assert facts.model in MODELS
    assert facts.model.task is Task.EMBED
    assert facts.frame.side_px == facts.model.side_px

"""Inception-ResNet-v1 held against facenet-pytorch 2.6.0 on random weights (PyTorch 2.13, CPU).

Made once: `InceptionResnetV1().eval()` with `random_weights(7)`, on the chips below,
(x - 127.5) / 128; the output of its `last_bn`, which the network then only normalizes.
"""

from __future__ import annotations

import numpy as np
import pytest

from mien.inference.catalogue import FACENET
from mien.inference.importers.torch_format import Array
from mien.inference.importers.torch_networks import import_torch
from mien.inference.runtime import Session, Tensor
from tests.golden.facenet_weights import random_weights
from tests.torch_files import legacy_file, zip_file

STARTS = [
    (12.883184, 11.398634, -4.802330, -3.868755, -12.934998, 12.144480),
    (12.553270, 12.446053, -5.324537, -3.842887, -13.855003, 12.860993),
]
LENGTHS = (228.2124, 231.07921)


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    # Real files also hold what the embedding does not need.
    return {
        **random_weights(7),
        "logits.weight": np.zeros((10, 512), np.float32),
        "last_bn.num_batches_tracked": np.array(3, np.int64),
    }


@pytest.fixture(scope="module", params=[legacy_file, zip_file])
def embeddings(
    request: pytest.FixtureRequest,
    weights: dict[str, Array],
    tmp_path_factory: pytest.TempPathFactory,
) -> Tensor:
    path = tmp_path_factory.mktemp("facenet") / FACENET.file()
    path.write_bytes(import_torch(FACENET, request.param(weights)).SerializeToString())
    chips = np.random.default_rng(8).integers(0, 256, (2, 160, 160, 3), dtype=np.uint8)
    return Session(path, threads=1).run(chips)


def test_the_embeddings_are_pytorchs(embeddings: Tensor) -> None:
    assert embeddings.shape == (2, 512)
    np.testing.assert_allclose(embeddings[:, :6], STARTS, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), LENGTHS, rtol=1e-4)

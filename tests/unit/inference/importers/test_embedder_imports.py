"""The embedders whose weights nobody has at hand, on small networks of the same contract.

What their authors exported takes float [1, 3, side, side] and says [1, dimension]; what mien makes
of it takes photos as they are. Facenet's import is held against PyTorch in tests/golden.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.inference.embedding.embedder import EMBEDDERS, Embedder, EmbedderFacts
from mien.inference.model import Format
from mien.inference.packs import Weights
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore

EXPORTED = [name for name, facts in EMBEDDERS.items() if facts.model.format is Format.ONNX]
FEATURES = 16

HALF = (127.5, 127.5, 127.5)
EXPECTED_PIXELS = {
    "mobilefacenet": ("rgb", (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
    "arcface_r50": ("rgb", HALF, HALF),
    "arcface_mbf": ("rgb", HALF, HALF),
    "adaface": ("bgr", HALF, HALF),
    "sface": ("rgb", (0, 0, 0), (1, 1, 1)),
}
"""Order of colors, mean and deviation, as the authors' own code prepares an image."""


@pytest.fixture(scope="module", params=EXPORTED)
def facts(request: pytest.FixtureRequest) -> EmbedderFacts:
    """Each embedder that its authors publish as ONNX, in turn."""
    return EMBEDDERS[request.param]


class Exported:
    """A network of an embedder's contract that weighs each pixel of each color differently."""

    def __init__(self, facts: EmbedderFacts) -> None:
        rng = np.random.default_rng(5)
        self.side = facts.frame.side_px
        planes = (FEATURES, 3, self.side, self.side)
        self.filters = rng.normal(0, 1 / self.side, planes).astype(np.float32)
        self.projection = rng.normal(0, 1, (FEATURES, facts.dimension)).astype(np.float32)

    def file(self) -> bytes:
        """Return the ONNX file as exporters write it: with a batch of one."""
        dimension = self.projection.shape[1]
        constants: dict[str, npt.NDArray[np.generic]] = {
            "filters": self.filters,
            "shape": np.array([1, FEATURES], np.int64),
            "projection": self.projection,
        }
        nodes = [
            helper.make_node("Conv", ["input.1", "filters"], ["planes"]),
            helper.make_node("Reshape", ["planes", "shape"], ["features"]),
            helper.make_node("Gemm", ["features", "projection"], ["embedding"]),
        ]
        sides = [1, 3, self.side, self.side]
        graph = helper.make_graph(
            nodes,
            "exported",
            [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, sides)],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, dimension])],
            [numpy_helper.from_array(values, name) for name, values in constants.items()],
        )
        opset = helper.make_opsetid("", 11)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=6)
        return bytes(model.SerializeToString())

    def embed(self, name: str, chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return what it says of chips that are prepared as its authors do."""
        order, mean, deviation = EXPECTED_PIXELS[name]
        colors = chips.astype(np.float64)
        if order == "bgr":
            colors = colors[..., ::-1]
        pixels = (colors - mean) / deviation
        return np.asarray(np.einsum("nyxc,fcyx->nf", pixels, self.filters) @ self.projection)


@pytest.fixture(scope="module")
def exported(facts: EmbedderFacts) -> Exported:
    return Exported(facts)


@pytest.fixture(scope="module")
def embedder(
    facts: EmbedderFacts, exported: Exported, tmp_path_factory: pytest.TempPathFactory
) -> Embedder:
    """The network, imported as a data folder's models are."""
    file = exported.file()
    model = replace(facts.model, sha256=hashlib.sha256(file).hexdigest())
    store = WeightStore.of(tmp_path_factory.mktemp(model.name))
    store.sources.folder.mkdir(parents=True)
    store.sources.path(model).write_bytes(file)
    paths = store.ensure([Weights(model)])
    return Embedder(Session(paths[model.name], threads=1), facts)


@pytest.fixture(scope="module")
def chips(facts: EmbedderFacts) -> npt.NDArray[np.uint8]:
    """Nine: more than are embedded at a time. No two pixels or colors are alike."""
    side = facts.frame.side_px
    return np.random.default_rng(6).integers(0, 256, (9, side, side, 3), dtype=np.uint8)


def test_photos_are_prepared_as_the_authors_do(
    facts: EmbedderFacts,
    exported: Exported,
    embedder: Embedder,
    chips: npt.NDArray[np.uint8],
) -> None:
    plain = exported.embed(facts.model.name, chips)
    mirrored = exported.embed(facts.model.name, chips[:, :, ::-1])

    expected = (plain + mirrored) / 2
    np.testing.assert_allclose(
        embedder.embed(chips), expected, rtol=0, atol=1e-4 * np.abs(expected).max()
    )


def test_a_vector_is_as_long_as_the_contract_says(
    facts: EmbedderFacts, embedder: Embedder, chips: npt.NDArray[np.uint8]
) -> None:
    assert embedder.embed(chips[:1]).shape == (1, facts.dimension)


def test_all_that_are_published_as_onnx_are_here() -> None:
    assert set(EXPORTED) == set(EXPECTED_PIXELS)
    assert set(EMBEDDERS) - set(EXPORTED) == {"resnet29", "facenet"}

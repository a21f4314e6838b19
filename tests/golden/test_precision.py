"""Smaller variants of the standard pack's embedders, with their real weights, on faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import Image, Pixels
from mien.core.template import normalize
from mien.inference.assembly import assemble, contract_of
from mien.inference.embedding.embedder import EMBEDDERS, Embedder
from mien.inference.importers.activation_ranges import read_ranges
from mien.inference.importers.measure_ranges import measure_ranges
from mien.inference.model import Precision
from mien.inference.packs import STANDARD, Weights
from mien.inference.pipeline import FacePipeline
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore
from tests.golden.downloads import stock
from tests.support import altered

TAKES = 6
"""Of each of two people."""

LOWEST = {
    ("mobilefacenet", Precision.INT8): 0.985,
    ("resnet29", Precision.INT8): 0.995,
    ("mobilefacenet", Precision.FP16): 0.999,
    ("resnet29", Precision.FP16): 0.999,
}
"""Cosine of a face's embedding with the one in full precision."""

Vectors = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> WeightStore:
    store = WeightStore.of(tmp_path_factory.mktemp("standard"))
    stock(store.sources, STANDARD.weights())
    return store


@pytest.fixture(scope="module")
def pipeline(store: WeightStore) -> FacePipeline:
    pack = replace(STANDARD, precision=Precision.FP32)
    return assemble(pack, store.ensure(pack.weights()), threads=1)


@pytest.fixture(scope="module")
def faces(pipeline: FacePipeline, astronaut: Pixels, grace_hopper: Pixels) -> list[Face]:
    takes = [altered(photo, seed) for photo in (astronaut, grace_hopper) for seed in range(TAKES)]
    found = [pipeline.detect(Image(take), Search()) for take in takes]
    assert [len(each) for each in found] == [1] * len(takes)
    return [face for (face,) in found]


@pytest.fixture(scope="module")
def embedded(
    store: WeightStore, pipeline: FacePipeline, faces: list[Face]
) -> Mapping[tuple[str, Precision], Vectors]:
    """What each embedder says of the faces, in each precision."""
    vectors = {}
    for name in STANDARD.embedders:
        chips = pipeline.chips(faces, name)
        for precision in Precision:
            paths = store.ensure([Weights(EMBEDDERS[name].model, precision)])
            session = Session(paths[name], threads=1)
            vectors[name, precision] = Embedder(session, EMBEDDERS[name]).embed(chips)
    return vectors


@pytest.mark.parametrize(("name", "precision"), LOWEST)
def test_an_embedding_is_nearly_that_in_full_precision(
    embedded: Mapping[tuple[str, Precision], Vectors], name: str, precision: Precision
) -> None:
    full, small = (normalize(embedded[name, each]) for each in (Precision.FP32, precision))

    assert (full * small).sum(axis=1).min() >= LOWEST[name, precision]


@pytest.mark.parametrize("name", STANDARD.embedders)
def test_int8_keeps_a_vectors_length_for_the_fusion_reads_it(
    embedded: Mapping[tuple[str, Precision], Vectors], name: str
) -> None:
    full, small = (
        np.linalg.norm(embedded[name, each], axis=1) for each in (Precision.FP32, Precision.INT8)
    )

    np.testing.assert_allclose(small, full, rtol=0.05)


@pytest.mark.parametrize("name", STANDARD.embedders)
def test_int8_tells_people_apart_as_well(
    embedded: Mapping[tuple[str, Precision], Vectors], name: str
) -> None:
    one, other = np.split(normalize(embedded[name, Precision.INT8]), 2)

    assert min((one @ one.T).min(), (other @ other.T).min()) > (one @ other.T).max()


@pytest.mark.parametrize("name", STANDARD.embedders)
def test_int8_sums_are_those_of_the_slower_way_that_is_exact_everywhere(
    store: WeightStore, pipeline: FacePipeline, faces: list[Face], name: str
) -> None:
    chips = pipeline.chips(faces, name)
    path = store.ensure([Weights(EMBEDDERS[name].model, Precision.INT8)])[name]
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", "1")
    exact = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (expected,) = exact.run(None, {exact.get_inputs()[0].name: chips})

    found = Session(path, threads=1).run(chips)

    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", STANDARD.embedders)
def test_each_precision_is_smaller_than_the_one_before(store: WeightStore, name: str) -> None:
    model = EMBEDDERS[name].model
    fp32, fp16, int8 = (
        store.ensure([Weights(model, precision)])[name].stat().st_size for precision in Precision
    )

    assert fp32 > 1.8 * fp16
    assert fp16 > 1.3 * int8


@pytest.mark.parametrize("name", STANDARD.embedders)
def test_the_shipped_ranges_are_those_of_faces(
    store: WeightStore, pipeline: FacePipeline, faces: list[Face], name: str
) -> None:
    """Measured anew on these few: the tensors are the same and few values lie outside."""
    network = onnx.load(store.ensure([Weights(EMBEDDERS[name].model)])[name])

    measured = measure_ranges(network, [pipeline.chips(faces, name)])

    shipped = read_ranges(name)
    assert set(measured) == set(shipped)
    for tensor, (low, high) in measured.items():
        wide = shipped[tensor][1] - shipped[tensor][0]
        assert low >= shipped[tensor][0] - 0.5 * wide
        assert high <= shipped[tensor][1] + 0.5 * wide


def test_the_whole_pack_embeds_in_int8_what_its_contract_says(
    store: WeightStore, astronaut: Pixels
) -> None:
    pipeline = assemble(STANDARD, store.ensure(STANDARD.weights()), threads=1)
    (face,) = pipeline.detect(Image(astronaut), Search())

    (embedding,) = pipeline.embed([face])

    assert pipeline.contract == contract_of(STANDARD)
    assert embedding.shape == (pipeline.contract.dimension,) == (256,)


def test_with_a_core_to_spare_the_whole_pack_says_the_same(
    store: WeightStore, faces: list[Face], astronaut: Pixels, grace_hopper: Pixels
) -> None:
    one, two = (
        assemble(STANDARD, store.ensure(STANDARD.weights()), threads=threads) for threads in (1, 2)
    )

    for photo in (astronaut, grace_hopper):
        alone, helped = (pipeline.detect_dominant(Image(photo), 40) for pipeline in (one, two))
        np.testing.assert_array_equal(alone.landmarks.points, helped.landmarks.points)
    np.testing.assert_array_equal(one.embed(faces), two.embed(faces))

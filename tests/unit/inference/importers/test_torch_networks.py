from __future__ import annotations

import numpy as np
import pytest

from mien.errors import WeightsCorruptError
from mien.inference import catalogue
from mien.inference.importers.torch_format import Array
from mien.inference.importers.torch_networks import import_torch
from mien.inference.model import Model
from tests.torch_files import legacy_file

PNET_SHAPES: dict[str, tuple[int, ...]] = {
    "conv1.weight": (10, 3, 3, 3),
    "conv1.bias": (10,),
    "prelu1.weight": (10,),
    "conv2.weight": (16, 10, 3, 3),
    "conv2.bias": (16,),
    "prelu2.weight": (16,),
    "conv3.weight": (32, 16, 3, 3),
    "conv3.bias": (32,),
    "prelu3.weight": (32,),
    "conv4_1.weight": (2, 32, 1, 1),
    "conv4_1.bias": (2,),
    "conv4_2.weight": (4, 32, 1, 1),
    "conv4_2.bias": (4,),
}


@pytest.fixture
def pnet() -> dict[str, Array]:
    return {name: np.zeros(shape, np.float32) for name, shape in PNET_SHAPES.items()}


def test_a_network_takes_rgb_pixels_of_any_size(pnet: dict[str, Array]) -> None:
    network = import_torch(catalogue.MTCNN_PNET, legacy_file(pnet))

    (taken,) = network.graph.input
    sides = [side.dim_param or side.dim_value for side in taken.type.tensor_type.shape.dim]
    assert sides == ["batch", "height", "width", 3]
    assert [output.name for output in network.graph.output] == ["scores", "boxes"]


@pytest.mark.parametrize(
    "model", [catalogue.MTCNN_RNET, catalogue.MTCNN_ONET, catalogue.FACENET], ids=lambda m: m.name
)
def test_another_networks_weights_are_refused(pnet: dict[str, Array], model: Model) -> None:
    with pytest.raises(WeightsCorruptError, match="lack"):
        import_torch(model, legacy_file(pnet))


@pytest.mark.parametrize(
    ("name", "shape"),
    [("conv2.weight", (16, 9, 3, 3)), ("conv1.weight", (10, 4, 3, 3)), ("conv1.bias", (9,))],
)
def test_weights_of_another_shape_are_refused(
    pnet: dict[str, Array], name: str, shape: tuple[int, ...]
) -> None:
    pnet[name] = np.zeros(shape, np.float32)

    with pytest.raises(WeightsCorruptError, match="another network"):
        import_torch(catalogue.MTCNN_PNET, legacy_file(pnet))


def test_weights_that_are_not_finite_are_refused(pnet: dict[str, Array]) -> None:
    pnet["conv3.bias"] = np.full(32, np.nan, np.float32)

    with pytest.raises(WeightsCorruptError, match="another network"):
        import_torch(catalogue.MTCNN_PNET, legacy_file(pnet))

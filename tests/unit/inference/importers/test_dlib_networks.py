from __future__ import annotations

import numpy as np
import pytest

from mien.errors import WeightsCorruptError
from mien.inference import catalogue
from mien.inference.importers.dlib_networks import (
    mmod_detector,
    read_convolutions,
    resnet_embedder,
)
from tests.support import dlib_file


@pytest.fixture(scope="module")
def resnet() -> bytes:
    return dlib_file(catalogue.RESNET29.source.name).read_bytes()


@pytest.fixture(scope="module")
def mmod() -> bytes:
    return dlib_file(catalogue.MMOD.source.name).read_bytes()


def test_the_embedder_has_29_convolutions_ending_in_256_channels(resnet: bytes) -> None:
    layers = read_convolutions(resnet)

    assert len(layers) == 29
    assert layers[0].weights.shape == (32, 3, 7, 7)
    assert layers[0].stride == (2, 2)
    assert layers[-1].weights.shape[0] == 256


def test_the_detector_is_three_strided_layers_three_plain_ones_and_a_score(mmod: bytes) -> None:
    layers = read_convolutions(mmod)

    assert [layer.weights.shape[0] for layer in layers] == [16, 32, 32, 45, 45, 45, 1]
    assert [layer.stride[0] for layer in layers] == [2, 2, 2, 1, 1, 1, 1]
    assert [layer.padding[0] for layer in layers] == [0, 0, 0, 2, 2, 2, 4]


def test_an_average_gray_image_is_the_origin_of_the_folded_normalization(resnet: bytes) -> None:
    first = read_convolutions(resnet)[0]
    mean_color = np.array([122.782, 117.001, 104.298])

    response = (first.weights * mean_color[None, :, None, None]).sum(axis=(1, 2, 3)) + first.bias

    # What is left is the layer's own bias, which is small against what a pixel contributes.
    assert np.abs(response).max() < 3


@pytest.mark.parametrize("build", [mmod_detector, resnet_embedder, read_convolutions])
def test_a_file_of_something_else_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(WeightsCorruptError, match="no convolution"):
        build(b"something else")


def test_a_network_file_that_ends_too_early_is_refused(mmod: bytes) -> None:
    with pytest.raises(WeightsCorruptError):
        mmod_detector(mmod[: len(mmod) // 2])


def test_an_embedder_with_layers_of_another_network_is_refused(mmod: bytes) -> None:
    with pytest.raises(WeightsCorruptError, match="7 convolutions, not 29"):
        resnet_embedder(mmod)

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.image import Image


def test_an_image_knows_its_width_and_height() -> None:
    image = Image(np.zeros((3, 7, 3), np.uint8))

    assert (image.width, image.height) == (7, 3)


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(np.zeros((3, 7), np.uint8), id="gray"),
        pytest.param(np.zeros((3, 7, 4), np.uint8), id="with alpha"),
        pytest.param(np.zeros((3, 7, 3), np.float32), id="floats"),
        pytest.param(np.zeros((1, 3, 7, 3), np.uint8), id="a batch"),
    ],
)
def test_only_rgb_bytes_are_an_image(pixels: npt.NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="RGB"):
        Image(pixels)

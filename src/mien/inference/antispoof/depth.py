"""Depth from one photo: whether there is more relief in the face than in a plane.

A print or a screen is flat, however it is held; a nose is not. MiDaS guesses depth from what a
photo shows, so it may see the photographed face's depth in a picture of it: one vote of a bit at
most, which nobody here has measured yet (docs/liveness.md).
Source: R. Ranftl et al., Towards robust monocular depth estimation, IEEE TPAMI 2022.
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from mien.core.geometry import Box
from mien.core.image import Image
from mien.inference.antispoof.crops import is_judgeable, square_crop
from mien.inference.antispoof.votes import Votes, bounded
from mien.inference.runtime import Network, Tensor

NAME: Final = "depth"
SIDE_PX: Final = 256

_CROP_SCALE: Final = 2.0
"""Of the face: enough around it to have something that it stands out of."""

_USUAL_RELIEF: Final = 0.08
"""Between a plane and a face: rounded features deviate by more than this from the best plane."""

_LARGEST: Final = 1.0
_NEARLY_ZERO: Final = 1e-3


@final
class DepthRelief:
    """Votes by the relief of the face in a depth map."""

    def __init__(self, network: Network) -> None:
        """Take the imported network: uint8 RGB to inverse depth [n, 256, 256]."""
        self._network: Final = network

    def vote(self, image: Image, box: Box) -> Votes:
        """Return a bit at most; nothing where the map shows no depth at all."""
        if not is_judgeable(image, box):
            return {}
        nearness = self._network.run(square_crop(image, box, _CROP_SCALE, SIDE_PX)[None])
        relief = measure_relief(nearness.reshape(SIDE_PX, SIDE_PX))
        if relief is None:
            return {}
        return {NAME: bounded(float(np.log2(max(relief, _NEARLY_ZERO) / _USUAL_RELIEF)), _LARGEST)}


def measure_relief(nearness: Tensor) -> float | None:
    """Return the deviation from the best plane in the face, as a share of the whole map's range.

    nearness: float32 [side, side], larger is nearer, the face in the middle half. None for a map
    without any range.
    """
    side = len(nearness)
    extent = float(np.ptp(nearness))
    if not extent > 0:  # nor where it is not a number
        return None
    face = nearness[side // 4 : side - side // 4, side // 4 : side - side // 4]
    rows, columns = np.indices(face.shape).reshape(2, -1)
    design = np.column_stack([rows, columns, np.ones(rows.size)])
    values = face.reshape(-1).astype(np.float64)
    plane, *_ = np.linalg.lstsq(design, values, rcond=None)
    return float((values - design @ plane).std() / extent)

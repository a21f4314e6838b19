"""MiniFAS: a network of 0.5 million parameters that knows prints and screens from faces.

Source: VietAnh954/face-antispoof-onnx, trained on CelebA-Spoof; it publishes 98 % on its own test
set and is far weaker on other cameras (docs/liveness.md).
"""

from __future__ import annotations

from typing import Final, final

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.crops import is_judgeable, largest_scale_inside, square_crop
from mien.inference.antispoof.votes import Votes, bounded
from mien.inference.runtime import Network

NAME: Final = "minifas"
CROP_SCALE: Final = 1.5
SIDE_PX: Final = 128

_DOUBT: Final = 3.0
"""What its log-odds are divided by: far from its own data they say too much (medians of the real
faces of one camera are -4, of another +6). Chosen by hand."""


@final
class MiniFas:
    """Votes by one look at a face and its surroundings."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network: Final = network

    def vote(self, image: Image, box: Box) -> Votes:
        """Return its doubted log-odds."""
        if not is_judgeable(image, box):
            return {}
        real, spoof = self._network.run(crop(image, box)[None])[0]
        return {NAME: bounded((float(real) - float(spoof)) / _DOUBT)}


def crop(image: Image, box: Box) -> Pixels:
    """Return what it is shown, uint8 [128, 128, 3]: 1.5 times the face, less at an image's edge."""
    scale = largest_scale_inside(image, box, CROP_SCALE)
    return square_crop(image, box, scale, SIDE_PX)

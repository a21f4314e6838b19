"""A network that the operator has trained on the operator's own cameras: `mien train liveness`."""

from __future__ import annotations

from typing import Final, final

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.crops import is_judgeable, largest_scale_inside, square_crop
from mien.inference.antispoof.votes import Votes, bounded
from mien.inference.runtime import Network

NAME: Final = "trained"
SIDE_PX: Final = 112

_CROP_SCALE: Final = 1.5


@final
class TrainedNetwork:
    """Votes by one look."""

    def __init__(self, network: Network) -> None:
        """Take the network: uint8 RGB [n, 112, 112, 3] to the log-odds of a living face [n, 1]."""
        self._network: Final = network

    def vote(self, image: Image, box: Box) -> Votes:
        """Return its log-odds."""
        if not is_judgeable(image, box):
            return {}
        return {NAME: bounded(float(self._network.run(crop(image, box)[None]).reshape(-1)[0]))}


def crop(image: Image, box: Box) -> Pixels:
    """Return what it is trained on and shown, uint8 [112, 112, 3] RGB."""
    return square_crop(image, box, largest_scale_inside(image, box, _CROP_SCALE), SIDE_PX)

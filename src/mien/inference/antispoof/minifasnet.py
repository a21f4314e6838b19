"""The pair of MiniFASNets: one sees the face, the other more of what is around it.

Source: minivision-ai/Silent-Face-Anti-Spoofing. Their three classes are paper, real and screen;
the mean of both softmaxes counts. Nobody here has measured them yet (docs/liveness.md).
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from mien.core.geometry import Box
from mien.core.image import Image
from mien.inference.antispoof.crops import is_judgeable, shifted_crop
from mien.inference.antispoof.votes import Votes, bounded
from mien.inference.runtime import Network, Tensor

NAME: Final = "minifasnet"
SIDE_PX: Final = 80
SCALES: Final = (2.7, 4.0)
"""Of the face's box: MiniFASNetV2's crop and MiniFASNetV1SE's."""

_REAL: Final = 1
_DOUBT: Final = 3.0
"""As MiniFAS's: networks of the same kind, trained on one collection."""

_NEARLY_ZERO: Final = 1e-6


@final
class MiniFasNetPair:
    """Votes by two looks, each in its own crop."""

    def __init__(self, near: Network, far: Network) -> None:
        """Take the imported networks of the 2.7 and of the 4.0 crop."""
        self._looks: Final = tuple(zip((near, far), SCALES, strict=True))

    def vote(self, image: Image, box: Box) -> Votes:
        """Return the log-odds of the mean probability, doubted."""
        if not is_judgeable(image, box):
            return {}
        seen = [
            _softmax(network.run(shifted_crop(image, box, scale, SIDE_PX)[None])[0])[_REAL]
            for network, scale in self._looks
        ]
        real = float(np.clip(np.mean(seen), _NEARLY_ZERO, 1 - _NEARLY_ZERO))
        return {NAME: bounded(float(np.log(real / (1 - real))) / _DOUBT)}


def _softmax(logits: Tensor) -> Tensor:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)

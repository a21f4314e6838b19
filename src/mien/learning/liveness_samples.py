"""What a network against presentation attacks is trained on, and how it is varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.image import Pixels
from mien.errors import InvalidRequestError
from mien.evaluation.labelled_face import FaceFinder, Located
from mien.evaluation.pad.faces import Progress, locate_faces
from mien.evaluation.pad.protocol import PadProtocol
from mien.inference.antispoof.trained import crop

_LEAST: Final = 8
"""Faces of each kind; a network learns nothing from fewer, and little from a few hundred."""

_CUT: Final = 0.2
_EXPOSURE: Final = 0.3
_TINT: Final = 0.12
_JPEG: Final = (40, 96)
"""The most that is cut off a side, the changes of exposure and of single colors, and JPEG
qualities: what differs between cameras and does not tell the living from a screen."""


@dataclass(frozen=True, slots=True)
class LivenessSamples:
    """Faces as the network sees them.

    crops: uint8 [n, 112, 112, 3] RGB. alive: bool [n]. places: int64 [n], of each face in the
    protocol. sources: [n] names.
    """

    crops: npt.NDArray[np.uint8]
    alive: npt.NDArray[np.bool_]
    places: npt.NDArray[np.int64]
    sources: npt.NDArray[np.str_]


def collect_samples(
    protocol: PadProtocol, finder: FaceFinder[Located], progress: Progress
) -> LivenessSamples:
    """Cut out every face; raise InvalidRequestError where there are too few."""
    crops: list[Pixels] = []
    places: list[int] = []
    for place, (image, box) in enumerate(locate_faces(protocol, finder, progress)):
        if box is not None:
            crops.append(crop(image, box))
            places.append(place)
    alive = protocol.bona_fide[places]
    if min(int(alive.sum()), int((~alive).sum())) < _LEAST:
        raise InvalidRequestError(
            f"{protocol.name} has {alive.sum()} faces of living people and {(~alive).sum()} of "
            f"attacks: at least {_LEAST} of each are needed, and hundreds to learn anything"
        )
    return LivenessSamples(
        np.array(crops),
        alive,
        np.array(places),
        np.array([protocol.presentations[place].source for place in places]),
    )


def vary(face: Pixels, rng: np.random.Generator) -> Pixels:
    """Return another take of a face, of the same size: flipped, cut, lit and compressed anew."""
    side = face.shape[0]
    kept = round(side * (1 - rng.uniform(0, _CUT)))
    top, left = rng.integers(0, side - kept + 1, 2)
    taken = face[top : top + kept, left : left + kept]
    if rng.random() < 0.5:
        taken = taken[:, ::-1]
    taken = cv2.resize(np.ascontiguousarray(taken), (side, side)).astype(np.float32)
    gains = (1 + rng.uniform(-_EXPOSURE, _EXPOSURE)) * (1 + rng.uniform(-_TINT, _TINT, 3))
    lit = np.clip(taken * gains, 0, 255).astype(np.uint8)
    quality = int(rng.integers(*_JPEG))
    _, encoded = cv2.imencode(".jpg", lit[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1]

"""Where the face is in each photo of a collection of presentations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image, ImageLimits
from mien.evaluation.labelled_face import FaceFinder, Located, central_face, find_labelled
from mien.evaluation.pad.protocol import PadProtocol
from mien.inference.decoding import decode

_SEARCH: Final = Search(min_face_px=40)

Progress = Callable[[int, int], None]
"""Called with how many photos are done, and of how many."""

_LOOKED_AT: Final = 24
_FILLED: Final = 0.7
"""Photos by which a collection is judged, and the share of their area that a face's box fills in
crops: 0.9 in replay_attack_dev, below a third in frames of a camera."""


def locate_faces(
    protocol: PadProtocol, finder: FaceFinder[Located], progress: Progress
) -> Iterator[tuple[Image, Box | None]]:
    """Yield each photo with its face's box, None where there is none.

    Where the collection is one of tight crops, the box is the whole image: a detector, trained on
    faces with something around them, misses some of these and says nothing new about the others.
    """
    are_crops = hold_crops(protocol, finder)
    total = len(protocol.presentations)
    for done, shown in enumerate(protocol.presentations, start=1):
        image = decode(protocol.read(shown), ImageLimits())
        if are_crops:
            yield image, Box(0.0, 0.0, float(image.width), float(image.height))
        else:
            face = find_labelled(image, finder)
            yield image, None if face is None else face.box
        progress(done, total)


def hold_crops(protocol: PadProtocol, finder: FaceFinder[Located]) -> bool:
    """Tell whether the photos are tight crops of faces, by a look at some of them."""
    count = len(protocol.presentations)
    places = np.unique(np.linspace(0, count - 1, min(_LOOKED_AT, count)).astype(int))
    filled = []
    for place in places:
        image = decode(protocol.read(protocol.presentations[place]), ImageLimits())
        wide = _surround(image)
        faces = finder.detect(wide, _SEARCH)
        if faces:
            face = central_face(wide, faces).box
            filled.append(face.area / (image.width * image.height))
    return bool(filled) and float(np.median(filled)) >= _FILLED


def _surround(image: Image) -> Image:
    """Return the image with its edges repeated by half its height: crops are found so."""
    margin = image.height // 2
    padded = np.pad(image.pixels, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    return Image(np.ascontiguousarray(padded))

"""What the faces of one camera express, frame after frame."""

from __future__ import annotations

from typing import Final, final

from mien.core.expression import ExpressiveFace
from mien.core.expression_timeline import FollowedFace, Follower, Sighting
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.ports import Decoder
from mien.service.read_expressions import ReadExpressions

MOST_FACES: Final = 16
"""Of a frame, the largest; in a crowd nobody can be followed anyway."""

ENOUGH_PX: Final = 720
"""Shorter side of a frame that loses nothing: a frame of 4K is looked at in a third of its size."""


@final
class FollowExpressions:
    """Reads the frames of one camera or video in their order; compares nobody, stores nothing."""

    def __init__(self, decode: Decoder, read: ReadExpressions) -> None:
        """Take the stages."""
        self._decode: Final = decode
        self._read: Final = read
        self._follower: Final = Follower()

    def __call__(self, data: bytes, at_s: float) -> tuple[FollowedFace, ...]:
        """Return the faces of a frame in bytes, largest first; raise an ImageError.

        at_s: seconds by any clock that does not run back.
        """
        return self.of_image(self._decode(data, enough_px=ENOUGH_PX), at_s)

    def of_image(self, image: Image, at_s: float) -> tuple[FollowedFace, ...]:
        """Return the faces of pixels that were decoded before."""
        faces = self._read.of_image(image).faces[:MOST_FACES]
        return self._follower.follow(at_s, [_sighting(face, image) for face in faces])


def _sighting(face: ExpressiveFace, image: Image) -> Sighting:
    box = face.face.box
    in_shares = Box(
        box.left / image.width,
        box.top / image.height,
        box.right / image.width,
        box.bottom / image.height,
    )
    return Sighting(in_shares, face.expression)

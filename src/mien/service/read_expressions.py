"""Read what every face of a photo expresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from mien.core.detection import Search
from mien.core.expression import ExpressiveFace
from mien.core.image import Image
from mien.core.ports import Decoder, ExpressionReader, FaceFinder


@dataclass(frozen=True, slots=True)
class ExpressiveFaces:
    """The upright image and its faces with what they express, largest first."""

    image: Image
    faces: tuple[ExpressiveFace, ...]


@final
class ReadExpressions:
    """Looks at everybody in a photo; compares nobody and stores nothing."""

    def __init__(self, decode: Decoder, finder: FaceFinder, reader: ExpressionReader) -> None:
        """Take the stages; nobody is embedded, so finding faces is enough of a *finder*."""
        self._decode = decode
        self._finder = finder
        self._reader = reader

    def __call__(self, data: bytes) -> ExpressiveFaces:
        """Return the faces of a photo; one without any is no error. Raises an ImageError."""
        return self.of_image(self._decode(data))

    def of_image(self, image: Image) -> ExpressiveFaces:
        """Return the faces of pixels that were decoded before."""
        faces = self._finder.detect(image, Search.everyone_in(image))
        readings = self._reader.read(image, faces) if faces else []
        pairs = zip(faces, readings, strict=True)
        return ExpressiveFaces(image, tuple(ExpressiveFace(*pair) for pair in pairs))

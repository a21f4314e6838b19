"""Find every face of a photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import Image
from mien.core.ports import Decoder, FaceAnalyzer


@dataclass(frozen=True, slots=True)
class DetectedFaces:
    """The upright image and its faces, largest first."""

    image: Image
    faces: tuple[Face, ...]


@final
class DetectFaces:
    """Looks for everybody; compares nobody and stores nothing."""

    def __init__(self, decode: Decoder, analyzer: FaceAnalyzer) -> None:
        """Take the stages."""
        self._decode = decode
        self._analyzer = analyzer

    def __call__(self, data: bytes) -> DetectedFaces:
        """Return the faces; an image without any is no error. Raises an ImageError."""
        image = self._decode(data)
        return DetectedFaces(image, tuple(self._analyzer.detect(image, Search.everyone_in(image))))

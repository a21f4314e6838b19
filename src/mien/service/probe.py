"""From the bytes of a photo to the one embedding it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from mien.core.face import Face
from mien.core.ports import Decoder, FaceAnalyzer
from mien.core.quality import QualityLimits
from mien.core.template import Embedding

_ENOUGH_PX: Final = 720
"""Shorter side that loses nothing for one dominant face: the chip is 150 pixels."""

_SMALLEST_SHARE: Final = 1 / 10
"""A face narrower than this share of the shorter side is not somebody facing the camera."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A face that passed the quality gate, and its embedding."""

    face: Face
    embedding: Embedding


@final
class ProbeReader:
    """Reads the one person out of a photo, or says why it cannot."""

    def __init__(self, decode: Decoder, analyzer: FaceAnalyzer, limits: QualityLimits) -> None:
        """Take the stages and what the quality gate accepts."""
        self._decode = decode
        self._analyzer = analyzer
        self._limits = limits

    def read(self, data: bytes) -> Probe:
        """Return the probe of a photo; raise an ImageError or a FaceError."""
        # 1. Bytes to pixels, within the limits.
        image = self._decode(data, enough_px=_ENOUGH_PX)
        # 2. The face that clearly dominates.
        smallest = max(self._limits.min_face_px, _SMALLEST_SHARE * min(image.width, image.height))
        face = self._analyzer.detect_dominant(image, smallest)
        # 3. Good enough to be compared?
        face.require_quality(self._limits)
        # 4. Its embedding.
        (embedding,) = self._analyzer.embed([face])
        return Probe(face, embedding)

    def quality_score(self, probe: Probe) -> float:
        """Return the probe's quality, 0 to 1."""
        return probe.face.quality.score(self._limits)

"""From the bytes of a photo to the one embedding it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from mien.core.expression import ExpressionShares
from mien.core.face import Face
from mien.core.image import Image
from mien.core.liveness import Check, LivenessPolicy
from mien.core.ports import AttackDetector, Decoder, ExpressionReader, FaceAnalyzer
from mien.core.quality import QualityLimits
from mien.core.template import Embedding
from mien.errors import LivenessRequiredError, ModelMissingError

_ENOUGH_PX: Final = 720
"""Shorter side that loses nothing for one dominant face: the chip is 150 pixels."""

SMALLEST_SHARE: Final = 1 / 10
"""A face narrower than this share of the shorter side is not somebody facing the camera."""


def require_photo_enough(policy: LivenessPolicy) -> None:
    """Raise LivenessRequiredError when a policy asks for more than a photo can show."""
    if policy.needs_session:
        raise LivenessRequiredError("this needs a live session: begin one with POST /api/v1/live")


@dataclass(frozen=True, slots=True)
class Probe:
    """A face that passed the quality gate, and its embedding.

    passive: whether its pixels look alive; expression: what it expresses; None where nobody asked.
    """

    face: Face
    embedding: Embedding
    passive: Check | None = None
    expression: ExpressionShares | None = None


@final
class ProbeReader:
    """Reads the one person out of a photo, or says why it cannot."""

    def __init__(
        self,
        decode: Decoder,
        analyzer: FaceAnalyzer,
        limits: QualityLimits,
        attacks: AttackDetector | None = None,
        expressions: ExpressionReader | None = None,
    ) -> None:
        """Take the stages and what the quality gate accepts.

        expressions: None where well-being is off.
        """
        self._decode = decode
        self._analyzer = analyzer
        self._limits = limits
        self._attacks = attacks
        self._expressions = expressions

    def read(
        self, data: bytes, *, judge_pixels: bool = False, read_expression: bool = False
    ) -> Probe:
        """Return the probe of a photo; raise an ImageError or a FaceError.

        judge_pixels: whether to look for presentation attacks; raises ModelMissingError where
        nothing can. read_expression: whether to read what the face expresses, where well-being is
        on; whoever it is, so that the time it takes tells nothing of them.
        """
        # 1. Bytes to pixels, within the limits.
        image = self._decode(data, enough_px=_ENOUGH_PX)
        # 2. The face that clearly dominates.
        smallest = max(self._limits.min_face_px, SMALLEST_SHARE * min(image.width, image.height))
        face = self._analyzer.detect_dominant(image, smallest)
        # 3. Good enough to be compared?
        face.require_quality(self._limits)
        # 4. Its embedding.
        (embedding,) = self._analyzer.embed([face])
        # 5. Alive, as far as pixels tell?
        passive = self._judge(image, face) if judge_pixels else None
        # 6. What it expresses, where that may be kept.
        expression = self._express(image, face) if read_expression else None
        return Probe(face, embedding, passive, expression)

    def _judge(self, image: Image, face: Face) -> Check:
        if self._attacks is None:
            raise ModelMissingError(
                "nothing here can judge whether a photo is alive: mien models pull liveness"
            )
        return self._attacks.assess(image, face.box)

    def _express(self, image: Image, face: Face) -> ExpressionShares | None:
        if self._expressions is None:
            return None
        (expression,) = self._expressions.read(image, [face])
        return expression

    def quality_score(self, probe: Probe) -> float:
        """Return the probe's quality, 0 to 1."""
        return probe.face.quality.score(self._limits)

"""From the bytes of a frame to what the person is told next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from mien.core.expression import ExpressionShares
from mien.core.face import Face
from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box, Points
from mien.core.image import Image
from mien.core.live.channel import Stamp
from mien.core.live.reading import Reading
from mien.core.live.run import LiveRun, Progress
from mien.core.live.screen_light import tint_of
from mien.core.liveness import Check
from mien.core.matching import Matcher, Reference
from mien.core.ports import (
    AttackDetector,
    Decoder,
    ExpressionReader,
    FaceAnalyzer,
    FaceTracker,
)
from mien.core.quality import ADVICE, QualityLimits, QualityReason
from mien.core.scoring import Calibration
from mien.core.template import Embedding, FaceSample, SubjectId
from mien.errors import FaceError, ImageError, LowQualityError, MultipleFacesError

_ENOUGH_PX: Final = 480
"""Shorter side that loses nothing: a frame of 4K is decoded at a quarter of its size."""

_SMALLEST_SHARE: Final = 1 / 10
_HASHED_EVERY_ROWS: Final = 4
_NOBODY: Final = SubjectId("-")
"""The session's own reference is nobody's: it never meets the gallery."""

_SEVERAL: Final = "one person at a time"
_NO_FACE: Final = "no face: look into the camera"
_UNREADABLE: Final = "the frame could not be read"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it came. stamp: None from senders that know no nonces.

    received_s: by the server's clock.
    """

    data: bytes
    stamp: Stamp | None
    received_s: float


@final
class FrameReader:
    """Reads the frames of one session, one after another."""

    def __init__(
        self,
        run: LiveRun,
        decode: Decoder,
        tracker: FaceTracker,
        analyzer: FaceAnalyzer,
        matcher: Matcher,
        calibration: Calibration,
        limits: QualityLimits,
        attacks: AttackDetector | None,
        *,
        expressions: ExpressionReader | None = None,
    ) -> None:
        """Take the session and the stages. expressions: None where well-being is off."""
        self._run: Final = run
        self._decode: Final = decode
        self._tracker: Final = tracker
        self._analyzer: Final = analyzer
        self._matcher: Final = matcher
        self._curve: Final = calibration.curve(1)
        self._limits: Final = limits
        self._attacks: Final = attacks
        self._expressions: Final = expressions
        self._before: FaceMesh | None = None
        self._first: Reference | None = None

    def read(self, frame: Frame) -> Progress:
        """Take a frame; whatever is wrong with it becomes a hint, or ends the session."""
        # 1. Bytes to pixels, within the limits.
        try:
            image = self._decode(frame.data, enough_px=_ENOUGH_PX)
        except ImageError:
            return self._missed(frame, _UNREADABLE)
        # 2. A frame of this stream, in its order and time?
        if frame.stamp is not None and not self._run.channel.accept(
            frame.stamp, _digest(image), frame.received_s
        ):
            return self._run.progress()
        # 3. The face, and what it does.
        tracked = self._tracker.track(image, self._before)
        if tracked is None:
            self._before = None
            return self._missed(frame, _NO_FACE)
        self._before, pose = tracked
        box = _in_shares(self._before.box, image)
        self._run.observe(Reading(frame.received_s, self._before, pose, box))
        lit_for_s = self._run.lit_for_s(frame.received_s)
        if lit_for_s is not None:
            self._run.add_tint(tint_of(image.pixels, self._before.box, lit_for_s))
        # 4. Who it is, now and then.
        hint = None
        if self._run.wants_face(frame.received_s):
            self._run.try_face(frame.received_s)
            hint = self._compare(image)
        landmarks = _points_in_shares(self._before.shown_points, image)
        return self._run.progress(hint=hint, box=box, landmarks=landmarks)

    def _missed(self, frame: Frame, hint: str) -> Progress:
        self._run.miss(frame.received_s)
        return self._run.progress(hint=hint)

    def _compare(self, image: Image) -> str | None:
        """Compare the face with the session's first; return what was wrong with it, if anything."""
        try:
            smallest = _SMALLEST_SHARE * min(image.width, image.height)
            face = self._analyzer.detect_dominant(image, smallest)
            if self._first is None or self._run.challenge is None:
                face.require_quality(self._limits)
        except LowQualityError as error:
            return "; ".join(ADVICE[QualityReason(reason)] for reason in error.reasons)
        except MultipleFacesError:
            return _SEVERAL
        except FaceError:
            return _NO_FACE
        (embedding,) = self._analyzer.embed([face])
        expression = self._express(image, face)
        sample = FaceSample(embedding, face.quality.score(self._limits), expression)
        self._run.add_face(sample, self._likeness(embedding), self._judge(image, face.box))
        return None

    def _likeness(self, embedding: Embedding) -> float | None:
        """Return how rare so much likeness with the first face is between two people."""
        if self._first is None:
            self._first = self._matcher.reference(_NOBODY, [embedding])
            return None
        similarity = self._matcher.compare(embedding, self._first).similarity
        return float(-np.log10(self._curve.false_match_rate(similarity)))

    def _express(self, image: Image, face: Face) -> ExpressionShares | None:
        if self._expressions is None:
            return None
        (expression,) = self._expressions.read(image, [face])
        return expression

    def _judge(self, image: Image, box: Box) -> Check | None:
        if self._attacks is None or not self._run.wants_pixels_judged:
            return None
        return self._attacks.assess(image, box)


def _digest(image: Image) -> bytes:
    """Return a hash of some rows: of no two pictures of a camera are even these the same.

    All of them would take as long as decoding; whoever changes one pixel to get past this could
    change it anywhere.
    """
    rows = np.ascontiguousarray(image.pixels[::_HASHED_EVERY_ROWS])
    return hashlib.sha256(rows.data).digest()


def _in_shares(box: Box, image: Image) -> Box:
    return Box(
        box.left / image.width,
        box.top / image.height,
        box.right / image.width,
        box.bottom / image.height,
    )


def _points_in_shares(points: Points, image: Image) -> list[tuple[float, float]]:
    return [(float(x) / image.width, float(y) / image.height) for x, y in points]

"""Answers about faces."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.api.schemas.liveness import LivenessResult
from mien.core.caller import Caller, Scope
from mien.core.face import Face
from mien.core.geometry import Box
from mien.core.policy import Decision, Reason
from mien.core.quality import QualityLimits
from mien.service.claim import Authentication
from mien.service.detect_faces import DetectedFaces
from mien.service.enroll import Enrollment, Sample
from mien.service.identify import Identification, Match


class SampleResult(BaseModel):
    """What became of one photo."""

    accepted: bool
    quality_score: float | None
    liveness_score: float | None
    reason: str | None
    message: str | None

    @classmethod
    def of(cls, sample: Sample) -> Self:
        """Present a sample."""
        return cls(
            accepted=sample.quality is not None,
            quality_score=sample.quality,
            liveness_score=sample.liveness,
            reason=sample.reason,
            message=sample.message,
        )


class EnrollmentResult(BaseModel):
    """A new subject. Liveness scores are null where the key's policy does not judge pixels.

    possible_duplicates: who looks like the same person, for callers with the scope `read`.
    """

    model_config = example(
        success=True,
        user_id="ada",
        samples_processed=3,
        valid_samples=3,
        avg_quality_score=0.87,
        avg_liveness_score=None,
        samples=[
            {
                "accepted": True,
                "quality_score": 0.87,
                "liveness_score": None,
                "reason": None,
                "message": None,
            }
        ],
        possible_duplicates=[],
    )

    success: bool
    user_id: str
    samples_processed: int
    valid_samples: int
    avg_quality_score: float
    avg_liveness_score: float | None = None
    samples: list[SampleResult]
    possible_duplicates: list[str]

    @classmethod
    def of(cls, enrollment: Enrollment, caller: Caller) -> Self:
        """Present an enrollment to a caller."""
        return cls(
            success=True,
            user_id=enrollment.subject_id,
            samples_processed=len(enrollment.samples),
            valid_samples=enrollment.valid_samples,
            avg_quality_score=enrollment.average_quality,
            avg_liveness_score=enrollment.average_liveness,
            samples=[SampleResult.of(sample) for sample in enrollment.samples],
            possible_duplicates=list(enrollment.duplicates) if caller.may(Scope.READ) else [],
        )


class AuthenticationResult(BaseModel):
    """A decision. confidence: share of impostors that score lower; accepted from threshold up.

    reason: MATCH, LOW_CONFIDENCE, IMAGE_REPLAYED, SPOOF_SUSPECTED, LOCKED_OUT (of a live session),
    and UNKNOWN_SUBJECT, which callers without the scope `admin` are told as LOW_CONFIDENCE.
    liveness: what was checked besides the face; liveness_score: what the pixels alone say, null
    where they were not judged. assertion: on success a signed statement for the
    relying application of the API key; check it with /.well-known/jwks.json.
    extrapolated: whether its rates lie below what was counted in calibration.
    similarities: each model's cosine, and what was decided on, in the pack's own unit.
    attempt_id: names this attempt in the audit log, and when the person says it was not them.
    Callers without the scope `scores` see null in place of every number.
    """

    model_config = example(
        authenticated=True,
        user_id="ada",
        reason="MATCH",
        attempt_id="5f0c3e7a9b1d4c6e8f2a0b3c5d7e9f1a",
        confidence=0.999999,
        threshold=0.9999,
        false_match_rate=1e-6,
        extrapolated=True,
        log10_likelihood_ratio=10.5,
        liveness_score=0.98,
        liveness={
            "policy": "passive",
            "accepted": True,
            "checks": [
                {
                    "name": "passive",
                    "score": 0.98,
                    "threshold": 0.5,
                    "passed": True,
                    "parts": {"minifas": 0.98},
                }
            ],
        },
        similarities={"mobilefacenet": 0.71, "resnet29": 0.963, "fused": 6.7},
        assertion="eyJ0eXAiOiJmYWNlLWFzc2VydGlvbitqd3QiLCJhbGciOiJFZERTQSIs...",
    )

    authenticated: bool
    user_id: str
    reason: str
    attempt_id: str
    confidence: float | None
    threshold: float | None
    false_match_rate: float | None
    extrapolated: bool | None
    log10_likelihood_ratio: float | None
    liveness_score: float | None = None
    liveness: LivenessResult
    similarities: dict[str, float] | None
    assertion: str | None = None

    @classmethod
    def of(cls, answer: Authentication, caller: Caller, assertion: str | None = None) -> Self:
        """Present an authentication to a caller."""
        decision = answer.decision if caller.may(Scope.SCORES) else None
        reason = told_reason(answer.reason, caller)
        if reason in {Reason.UNKNOWN_SUBJECT, Reason.SPOOF_SUSPECTED}:
            # It was made with somebody else's face; or is nobody's business.
            decision = None
        liveness = LivenessResult.of(answer.liveness, caller)
        return cls(
            authenticated=answer.accepted,
            user_id=answer.subject_id,
            reason=reason,
            attempt_id=answer.attempt_id,
            confidence=decision.confidence if decision else None,
            threshold=1 - decision.target if decision else None,
            false_match_rate=decision.false_match_rate if decision else None,
            extrapolated=decision.extrapolated if decision else None,
            log10_likelihood_ratio=decision.log10_likelihood_ratio if decision else None,
            liveness_score=liveness.passive_score(),
            liveness=liveness,
            similarities=_similarities(decision) if decision else None,
            assertion=assertion,
        )


def told_reason(reason: Reason, caller: Caller | None) -> Reason:
    """Return what a caller is told: who is enrolled is for the scope `admin` only."""
    if reason is Reason.UNKNOWN_SUBJECT and not (caller and caller.may(Scope.ADMIN)):
        return Reason.LOW_CONFIDENCE
    return reason


class MatchResult(BaseModel):
    """A subject that a search found near; numbers only for the scope `scores`."""

    user_id: str
    accepted: bool
    confidence: float | None
    threshold: float | None
    false_match_rate: float | None
    extrapolated: bool | None
    log10_likelihood_ratio: float | None
    similarities: dict[str, float] | None

    @classmethod
    def of(cls, match: Match, caller: Caller) -> Self:
        """Present a match to a caller."""
        decision = match.decision if caller.may(Scope.SCORES) else None
        return cls(
            user_id=match.subject_id,
            accepted=match.decision.accepted,
            confidence=decision.confidence if decision else None,
            threshold=1 - decision.target if decision else None,
            false_match_rate=decision.false_match_rate if decision else None,
            extrapolated=decision.extrapolated if decision else None,
            log10_likelihood_ratio=decision.log10_likelihood_ratio if decision else None,
            similarities=_similarities(decision) if decision else None,
        )


class IdentificationResult(BaseModel):
    """The nearest subjects, surest first; found when the first one is accepted.

    Callers without the scope `scores` see accepted ones only: an order is a score too.
    """

    model_config = example(
        found=True,
        reason="MATCH",
        liveness_score=None,
        matches=[
            {
                "user_id": "ada",
                "accepted": True,
                "confidence": 0.999999,
                "threshold": 0.9999,
                "false_match_rate": 1e-6,
                "extrapolated": True,
                "log10_likelihood_ratio": 10.5,
                "similarities": {"mobilefacenet": 0.71, "resnet29": 0.963, "fused": 6.7},
            }
        ],
        total_users_checked=2,
        liveness={"policy": "none", "accepted": True, "checks": []},
    )

    found: bool
    reason: str
    liveness_score: float | None = None
    matches: list[MatchResult]
    total_users_checked: int
    liveness: LivenessResult

    @classmethod
    def of(cls, answer: Identification, caller: Caller) -> Self:
        """Present an identification to a caller."""
        liveness = LivenessResult.of(answer.liveness, caller)
        return cls(
            found=answer.found,
            reason=answer.reason,
            liveness_score=liveness.passive_score(),
            matches=[
                MatchResult.of(match, caller)
                for match in answer.matches
                if match.decision.accepted or caller.may(Scope.SCORES)
            ],
            total_users_checked=answer.subjects_checked,
            liveness=liveness,
        )


class BoxResult(BaseModel):
    """A rectangle in pixels of the upright image."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, box: Box) -> Self:
        """Present a box."""
        return cls(left=box.left, top=box.top, right=box.right, bottom=box.bottom)


class FaceResult(BaseModel):
    """A face that was found; landmarks as x and y in pixels, their order in landmark_scheme."""

    box: BoxResult
    score: float
    landmarks: list[tuple[float, float]]
    landmark_scheme: str
    quality_score: float
    quality_reasons: list[str]

    @classmethod
    def of(cls, face: Face, limits: QualityLimits) -> Self:
        """Present a face."""
        return cls(
            box=BoxResult.of(face.box),
            score=face.score,
            landmarks=[(float(x), float(y)) for x, y in face.landmarks.points],
            landmark_scheme=face.landmarks.scheme,
            quality_score=face.quality.score(limits),
            quality_reasons=list(face.quality.reasons(limits)),
        )


class DetectionResult(BaseModel):
    """Every face of an image, largest first, with the size of the upright image."""

    width: int
    height: int
    faces: list[FaceResult]

    @classmethod
    def of(cls, found: DetectedFaces, limits: QualityLimits) -> Self:
        """Present what was found."""
        return cls(
            width=found.image.width,
            height=found.image.height,
            faces=[FaceResult.of(face, limits) for face in found.faces],
        )


def _similarities(decision: Decision) -> dict[str, float]:
    """Return each model's cosine, and what was decided on, in the pack's own unit."""
    return {**decision.comparison.by_model, "fused": decision.similarity}

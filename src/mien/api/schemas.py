"""The wire: what is answered. Stable; a change is a new version of the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

from mien.core.attempt import Attempt
from mien.core.face import Face
from mien.core.policy import Decision
from mien.core.quality import QualityLimits
from mien.core.template import Subject
from mien.service.authenticate import Authentication
from mien.service.detect_faces import DetectedFaces
from mien.service.enroll import Enrollment, Sample
from mien.service.identify import Identification, Match
from mien.service.list_subjects import SubjectPage


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class SampleResult(BaseModel):
    """What became of one photo."""

    accepted: bool
    quality_score: float | None
    reason: str | None
    message: str | None

    @classmethod
    def of(cls, sample: Sample) -> Self:
        """Present a sample."""
        return cls(
            accepted=sample.quality is not None,
            quality_score=sample.quality,
            reason=sample.reason,
            message=sample.message,
        )


class EnrollmentResult(BaseModel):
    """A new subject. Liveness scores are null: not checked is never called real."""

    model_config = _example(
        success=True,
        user_id="ada",
        samples_processed=3,
        valid_samples=3,
        avg_quality_score=0.87,
        avg_liveness_score=None,
        samples=[{"accepted": True, "quality_score": 0.87, "reason": None, "message": None}],
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
    def of(cls, enrollment: Enrollment) -> Self:
        """Present an enrollment."""
        return cls(
            success=True,
            user_id=enrollment.subject_id,
            samples_processed=len(enrollment.samples),
            valid_samples=enrollment.valid_samples,
            avg_quality_score=enrollment.average_quality,
            samples=[SampleResult.of(sample) for sample in enrollment.samples],
            possible_duplicates=list(enrollment.duplicates),
        )


class AuthenticationResult(BaseModel):
    """A decision. confidence: share of impostors that score lower; accepted from threshold up.

    extrapolated: whether its rates lie below what was counted in calibration.
    similarities: each model's cosine, and what was decided on, in the pack's own unit.
    """

    model_config = _example(
        authenticated=True,
        user_id="ada",
        reason="MATCH",
        confidence=0.999999,
        threshold=0.9999,
        false_match_rate=1e-6,
        extrapolated=True,
        log10_likelihood_ratio=10.5,
        liveness_score=None,
        similarities={"mobilefacenet": 0.71, "resnet29": 0.963, "fused": 6.7},
    )

    authenticated: bool
    user_id: str
    reason: str
    confidence: float
    threshold: float | None
    false_match_rate: float | None
    extrapolated: bool
    log10_likelihood_ratio: float | None
    liveness_score: float | None = None
    similarities: dict[str, float]

    @classmethod
    def of(cls, answer: Authentication) -> Self:
        """Present an authentication."""
        decision = answer.decision
        return cls(
            authenticated=answer.accepted,
            user_id=answer.subject_id,
            reason=answer.reason,
            confidence=decision.confidence if decision else 0.0,
            threshold=1 - decision.target if decision else None,
            false_match_rate=decision.false_match_rate if decision else None,
            extrapolated=decision.extrapolated if decision else False,
            log10_likelihood_ratio=decision.log10_likelihood_ratio if decision else None,
            similarities=_similarities(decision),
        )


class MatchResult(BaseModel):
    """A subject that a search found near."""

    user_id: str
    accepted: bool
    confidence: float
    threshold: float
    false_match_rate: float
    extrapolated: bool
    log10_likelihood_ratio: float
    similarities: dict[str, float]

    @classmethod
    def of(cls, match: Match) -> Self:
        """Present a match."""
        return cls(
            user_id=match.subject_id,
            accepted=match.decision.accepted,
            confidence=match.decision.confidence,
            threshold=1 - match.decision.target,
            false_match_rate=match.decision.false_match_rate,
            extrapolated=match.decision.extrapolated,
            log10_likelihood_ratio=match.decision.log10_likelihood_ratio,
            similarities=_similarities(match.decision),
        )


class IdentificationResult(BaseModel):
    """The nearest subjects, surest first; found when the first one is accepted."""

    model_config = _example(
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
    )

    found: bool
    reason: str
    liveness_score: float | None = None
    matches: list[MatchResult]
    total_users_checked: int

    @classmethod
    def of(cls, answer: Identification) -> Self:
        """Present an identification."""
        return cls(
            found=answer.found,
            reason=answer.reason,
            matches=[MatchResult.of(match) for match in answer.matches],
            total_users_checked=answer.subjects_checked,
        )


class BoxResult(BaseModel):
    """A rectangle in pixels of the upright image."""

    left: float
    top: float
    right: float
    bottom: float


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
        box = face.box
        return cls(
            box=BoxResult(left=box.left, top=box.top, right=box.right, bottom=box.bottom),
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


class UserResult(BaseModel):
    """An enrolled subject."""

    model_config = _example(
        user_id="ada", enrolled_at="2026-11-21T08:00:00Z", templates=3, avg_quality_score=0.87
    )

    user_id: str
    enrolled_at: datetime
    templates: int
    avg_quality_score: float

    @classmethod
    def of(cls, subject: Subject) -> Self:
        """Present a subject."""
        return cls(
            user_id=subject.id,
            enrolled_at=subject.enrolled_at,
            templates=subject.template_count,
            avg_quality_score=subject.average_quality,
        )


class UserPageResult(BaseModel):
    """A page of subjects, ordered by id."""

    users: list[UserResult]
    total: int

    @classmethod
    def of(cls, page: SubjectPage) -> Self:
        """Present a page."""
        return cls(users=[UserResult.of(s) for s in page.subjects], total=page.total)


class ErasureResult(BaseModel):
    """A subject that is gone, with templates and history."""

    success: bool
    user_id: str


class AttemptResult(BaseModel):
    """One authentication or identification."""

    at: datetime
    kind: str
    accepted: bool
    reason: str
    false_match_rate: float | None

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Present an attempt."""
        return cls(
            at=attempt.at,
            kind=attempt.kind,
            accepted=attempt.accepted,
            reason=attempt.reason,
            false_match_rate=attempt.false_match_rate,
        )


class HistoryResult(BaseModel):
    """A subject's attempts, newest first."""

    user_id: str
    history: list[AttemptResult]

    @classmethod
    def of(cls, user_id: str, attempts: Sequence[Attempt]) -> Self:
        """Present a history."""
        return cls(user_id=user_id, history=[AttemptResult.of(a) for a in attempts])


class HealthResult(BaseModel):
    """Whether the server can work."""

    status: str


class SystemInfo(BaseModel):
    """What is running."""

    version: str
    pack: str
    pack_reason: str
    contract: str
    calibration: str
    target_fmr: float
    target_fpir: float
    expected_fnmr: dict[str, float]
    users: int
    workers: int


def _similarities(decision: Decision | None) -> dict[str, float]:
    """Return each model's cosine, and what was decided on, in the pack's own unit."""
    if decision is None:
        return {}
    return {**decision.comparison.by_model, "fused": decision.similarity}

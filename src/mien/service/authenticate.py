"""Verify that a photo shows the subject it claims to show (1:1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from mien.core.attempt import Attempt, AttemptKind
from mien.core.policy import Decision, Reason, decide
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId
from mien.service.gallery import Gallery
from mien.service.probe import ProbeReader


@dataclass(frozen=True, slots=True)
class Authentication:
    """The answer; decision is None when the subject is not enrolled."""

    subject_id: SubjectId
    decision: Decision | None

    @property
    def accepted(self) -> bool:
        """Whether the photo shows the subject."""
        return self.decision is not None and self.decision.accepted

    @property
    def reason(self) -> Reason:
        """Why."""
        return Reason.UNKNOWN_SUBJECT if self.decision is None else self.decision.reason


@final
class Authenticate:
    """Compares a photo with one subject's reference and records the attempt."""

    def __init__(
        self,
        probes: ProbeReader,
        gallery: Gallery,
        calibration: Calibration,
        target_fmr: FalseMatchRate,
        clock: Clock,
    ) -> None:
        """Take the parts and the tolerated false match rate."""
        self._probes = probes
        self._gallery = gallery
        self._calibration = calibration
        self._target_fmr = target_fmr
        self._clock = clock

    def __call__(self, work: UnitOfWork, subject_id: SubjectId, image: bytes) -> Authentication:
        """Answer; raise an ImageError or FaceError when the photo cannot be judged."""
        # 1. The photo first, so that an unknown subject takes as long as a wrong face.
        probe = self._probes.read(image)
        # 2. The subject's reference, as of now.
        self._gallery.follow(work)
        compared = self._gallery.compare(probe.embedding, subject_id)
        # 3. The decision; no reference, no acceptance.
        decision = None
        if compared is not None:
            curve = self._calibration.curve(compared.reference.sample_count)
            decision = decide(compared.comparison, curve, self._target_fmr)
        answer = Authentication(subject_id, decision)
        # 4. The record.
        work.attempts.add(
            Attempt(
                kind=AttemptKind.AUTHENTICATE,
                subject_id=subject_id if compared is not None else None,
                at=self._clock(),
                accepted=answer.accepted,
                reason=answer.reason,
                false_match_rate=decision.false_match_rate if decision else None,
            )
        )
        return answer

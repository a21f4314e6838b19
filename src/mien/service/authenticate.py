"""Verify that a photo shows the subject it claims to show (1:1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.lockout import Failures, LockoutPolicy
from mien.core.policy import Decision, Reason, decide
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId
from mien.service.gallery import Gallery
from mien.service.lockouts import identity_of
from mien.service.probe import ProbeReader


@dataclass(frozen=True, slots=True)
class Authentication:
    """The answer. accepted: the photo shows the subject. reason: why, or why not.

    decision: of the comparison; with somebody else where the subject is not enrolled, so that
    nobody learns that from the numbers. None without any comparison.
    locked_until: when the next attempt may be made, if this one came too early.
    """

    subject_id: SubjectId
    accepted: bool
    reason: Reason
    at: datetime
    decision: Decision | None = None
    locked_until: datetime | None = None


@final
class Authenticate:
    """Compares a photo with one subject's reference and records the attempt."""

    def __init__(
        self,
        probes: ProbeReader,
        gallery: Gallery,
        calibration: Calibration,
        target_fmr: FalseMatchRate,
        lockout: LockoutPolicy,
        clock: Clock,
    ) -> None:
        """Take the parts, the tolerated false match rate and the tolerated failures."""
        self._probes = probes
        self._gallery = gallery
        self._calibration = calibration
        self._target_fmr = target_fmr
        self._lockout = lockout
        self._clock = clock

    def __call__(self, work: UnitOfWork, subject_id: SubjectId, image: bytes) -> Authentication:
        """Answer; raise an ImageError or FaceError when the photo cannot be judged.

        Nothing is written before the photo is judged: a database waits for no network.
        """
        # 1. Too many failures on this identity, enrolled or not?
        failures = work.failures.of(identity_of(subject_id))
        locked = self._locked(subject_id, failures, self._clock())
        if locked is not None:
            return self._recorded(work, locked)
        # 2. The photo, before anything depends on whether the subject is enrolled.
        probe = self._probes.read(image)
        # 3. The subject's reference, as of now, or somebody else's in its place.
        self._gallery.follow(work)
        compared = self._gallery.compare(probe.embedding, subject_id)
        is_enrolled = compared is not None
        compared = compared or self._gallery.compare_decoy(probe.embedding, subject_id)
        # 4. The decision; without a reference of the subject's own, no acceptance.
        decision = None
        if compared is not None:
            curve = self._calibration.curve(compared.reference.sample_count)
            decision = decide(compared.comparison, curve, self._target_fmr)
        reason = decision.reason if decision and is_enrolled else Reason.UNKNOWN_SUBJECT
        # 5. A camera does not give the same bytes twice.
        now = self._clock()
        if not work.seen_images.claim(image, subject_id, now):
            reason = Reason.IMAGE_REPLAYED
        accepted = reason is Reason.MATCH
        answer = Authentication(subject_id, accepted, reason, now, decision)
        # 6. Count a failure, or forget those before; others may have failed meanwhile.
        answer = self._counted(work, answer)
        # 7. The record.
        return self._recorded(work, answer)

    def _locked(
        self, subject_id: SubjectId, failures: Failures | None, now: datetime
    ) -> Authentication | None:
        """Return the answer for an identity that is locked, None for one that is not."""
        until = self._lockout.locked_until(failures)
        if until is None or until <= now:
            return None
        return Authentication(
            subject_id, accepted=False, reason=Reason.LOCKED_OUT, at=now, locked_until=until
        )

    def _counted(self, work: UnitOfWork, answer: Authentication) -> Authentication:
        identity = identity_of(answer.subject_id)
        if not answer.accepted:
            work.failures.record(identity, answer.at)
            return answer
        failures = work.failures.of(identity)
        locked = self._locked(answer.subject_id, failures, answer.at)
        if failures is not None and locked is None:
            work.failures.clear(identity)
        return locked or answer

    def _recorded(self, work: UnitOfWork, answer: Authentication) -> Authentication:
        """Write the audit log; one select more or less would tell who is enrolled."""
        work.audit.append(
            AuditEvent(
                action=AuditAction.AUTHENTICATE,
                at=answer.at,
                actor=work.actor,
                subject=work.subjects.pseudonym(answer.subject_id),
                accepted=answer.accepted,
                reason=answer.reason,
                false_match_rate=(
                    answer.decision.false_match_rate
                    if answer.decision and answer.reason in {Reason.MATCH, Reason.LOW_CONFIDENCE}
                    else None
                ),
            )
        )
        return answer

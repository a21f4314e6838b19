"""Decide on a claim: that this face, shown just now, is the subject's. For photos and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from mien.core.attempt import AttemptId, AttemptNamer, new_attempt_id
from mien.core.audit import AuditAction, AuditEvent
from mien.core.expression import mean_of
from mien.core.expression_log import ExpressionRecord
from mien.core.groups import DEPARTMENT
from mien.core.liveness import Liveness, LivenessPolicy
from mien.core.lockout import Failures, lockout_for
from mien.core.policy import Decision, Reason, decide, middle
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import FaceSample, SubjectId
from mien.core.thresholds import supported
from mien.errors import LockedOutError
from mien.service.adapt import Adapt, Shown
from mien.service.gallery import Gallery
from mien.service.lockouts import identity_of

_LONGEST_WAIT_S: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is said to be there, and what was seen.

    faces: one or more samples of one face. liveness: what was checked besides. image: the bytes of
    a photo, which is accepted once; None for a stream, whose frames were checked on the way.
    """

    subject_id: SubjectId
    faces: Sequence[FaceSample]
    liveness: Liveness
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class Authentication:
    """The answer. accepted: the claim holds. reason: why, or why not.

    decision: of the comparison; with somebody else where the subject is not enrolled, so that
    nobody learns that from the numbers. None without any comparison.
    locked_until: when the next attempt may be made, if this one came too early.
    attempt_id: names the attempt, so that a person can say later that it was not them.
    """

    subject_id: SubjectId
    accepted: bool
    reason: Reason
    at: datetime
    attempt_id: AttemptId
    liveness: Liveness
    decision: Decision | None = None
    locked_until: datetime | None = None


@final
class Judge:
    """Compares, decides, counts failures and writes the audit log."""

    def __init__(
        self,
        gallery: Gallery,
        calibration: Calibration,
        target_fmr: FalseMatchRate,
        clock: Clock,
        adapt: Adapt | None = None,
        name_attempt: AttemptNamer = new_attempt_id,
    ) -> None:
        """Take the gallery and the false match rate that is tolerated of who has no other.

        adapt: None to learn nothing.
        """
        self._gallery = gallery
        self._calibration = calibration
        self._target_fmr = target_fmr
        self._clock = clock
        self._adapt = adapt
        self._name_attempt = name_attempt

    def require_unlocked(
        self, work: UnitOfWork, subject_id: SubjectId, policy: LivenessPolicy
    ) -> None:
        """Raise LockedOutError while an identity is locked; nothing is recorded."""
        now = self._clock()
        until = lockout_for(policy).locked_until(work.failures.of(identity_of(subject_id)))
        if until is not None and until > now:
            raise locked_out(until, now)

    def refuse_locked(
        self, work: UnitOfWork, subject_id: SubjectId, policy: LivenessPolicy
    ) -> Authentication | None:
        """Return the recorded answer for an identity that is locked, None for one that is not."""
        failures = work.failures.of(identity_of(subject_id))
        answer = Authentication(
            subject_id,
            accepted=False,
            reason=Reason.LOCKED_OUT,
            at=self._clock(),
            attempt_id=self._name_attempt(),
            liveness=Liveness(policy, ()),
        )
        locked = _locked(answer, failures)
        return None if locked is None else self._recorded(work, locked)

    def __call__(self, work: UnitOfWork, claim: Claim) -> Authentication:
        """Answer a claim whose identity is not locked; write what has to be remembered."""
        subject_id = claim.subject_id
        # 1. The subject's reference, as of now, or somebody else's in its place; without one of
        #    the subject's own, no acceptance.
        self._gallery.follow(work)
        decision, face = self._compare(work, claim)
        reason = decision.reason if decision else Reason.LOW_CONFIDENCE
        if not self._gallery.has(subject_id):
            reason = Reason.UNKNOWN_SUBJECT
        # 2. Somebody alive? If not, nothing is told about whose face it was.
        if not claim.liveness.accepted:
            reason = Reason.SPOOF_SUSPECTED
        # 3. A camera does not give the same bytes twice.
        now = self._clock()
        if claim.image is not None and not work.seen_images.claim(claim.image, subject_id, now):
            reason = Reason.IMAGE_REPLAYED
        answer = Authentication(
            subject_id,
            accepted=reason is Reason.MATCH,
            reason=reason,
            at=now,
            attempt_id=self._name_attempt(),
            liveness=claim.liveness,
            decision=decision,
        )
        # 4. Count a failure, or forget those before; others may have failed meanwhile.
        answer = self._recorded(work, self._counted(work, answer))  # 5. The record.
        # 6. Keep the expression, if the person agreed.
        if answer.accepted:
            _keep_expression(work, answer, claim.faces)
        # 7. Learn from it, if that is wanted.
        if self._adapt is not None and answer.accepted and decision and face:
            self._adapt(work, _shown(answer, decision, face))
        return answer

    def _compare(
        self, work: UnitOfWork, claim: Claim
    ) -> tuple[Decision, FaceSample] | tuple[None, None]:
        """Decide on every face; more than half of them decide together, and one stands for them."""
        decided: list[tuple[Decision, FaceSample]] = []
        target: FalseMatchRate | None = None
        for face in claim.faces:
            compared = self._gallery.compare(face.embedding, claim.subject_id)
            compared = compared or self._gallery.compare_decoy(face.embedding, claim.subject_id)
            if compared is not None:
                target = target or self._target(work, compared.reference.subject_id)
                curve = self._calibration.curve(compared.reference.sample_count)
                decision = decide(compared.comparison, curve, supported(curve, target))
                decided.append((decision, face))
        if not decided:
            return None, None
        return decided[middle([decision for decision, _ in decided])]

    def _target(self, work: UnitOfWork, compared_with: SubjectId) -> FalseMatchRate:
        """Return what is tolerated of the department of whoever the face is compared with.

        In the place of nobody it is somebody else's: a target that only those have who are
        enrolled would tell who is.
        """
        of_group = work.thresholds.of_subject(compared_with, DEPARTMENT)
        return self._target_fmr if of_group is None else of_group

    def _counted(self, work: UnitOfWork, answer: Authentication) -> Authentication:
        identity = identity_of(answer.subject_id)
        if not answer.accepted:
            work.failures.record(identity, answer.at)
            return answer
        failures = work.failures.of(identity)
        locked = _locked(answer, failures)
        if failures is not None and locked is None:
            work.failures.clear(identity)
        return locked or answer

    def _recorded(self, work: UnitOfWork, answer: Authentication) -> Authentication:
        """Write the audit log; one select more or less would tell who is enrolled."""
        compared = answer.reason in {Reason.MATCH, Reason.LOW_CONFIDENCE}
        work.audit.append(
            AuditEvent(
                action=AuditAction.AUTHENTICATE,
                at=answer.at,
                actor=work.actor,
                subject=work.subjects.pseudonym(answer.subject_id),
                accepted=answer.accepted,
                reason=answer.reason,
                false_match_rate=(
                    answer.decision.false_match_rate if answer.decision and compared else None
                ),
                details={
                    "attempt": answer.attempt_id,
                    "liveness": answer.liveness.policy.value,
                    "failed_checks": ",".join(
                        check.name for check in answer.liveness.checks if not check.passed
                    ),
                },
            )
        )
        return answer


def _keep_expression(work: UnitOfWork, answer: Authentication, faces: Sequence[FaceSample]) -> None:
    """Keep what the faces expressed on the whole; whether the person agreed is asked there."""
    seen = [face.expression for face in faces if face.expression is not None]
    if seen:
        record = ExpressionRecord(answer.at, mean_of(seen))
        work.expressions.add(answer.subject_id, record, answer.attempt_id)


def _shown(answer: Authentication, decision: Decision, face: FaceSample) -> Shown:
    return Shown(
        answer.subject_id,
        answer.attempt_id,
        answer.at,
        answer.accepted,
        decision,
        face.embedding,
        face.quality,
        answer.liveness,
    )


def locked_out(until: datetime, now: datetime) -> LockedOutError:
    """Tell when to try again; the same for an identity that is enrolled and one that is not."""
    wait_s = int((until - now).total_seconds()) + 1
    if wait_s > _LONGEST_WAIT_S:
        return LockedOutError(
            "too many failed attempts on this user_id: only an operator can unlock it",
            _LONGEST_WAIT_S,
        )
    return LockedOutError(
        f"too many failed attempts on this user_id: try again in {wait_s} s", wait_s
    )


def _locked(answer: Authentication, failures: Failures | None) -> Authentication | None:
    """Return the answer as it is while the identity is locked, None while it is not."""
    until = lockout_for(answer.liveness.policy).locked_until(failures)
    if until is None or until <= answer.at:
        return None
    return Authentication(
        answer.subject_id,
        accepted=False,
        reason=Reason.LOCKED_OUT,
        at=answer.at,
        attempt_id=answer.attempt_id,
        liveness=Liveness(answer.liveness.policy, ()),
        locked_until=until,
    )

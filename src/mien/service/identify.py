"""Find out whom a photo shows, if anybody enrolled (1:N, open set)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.liveness import Liveness, LivenessPolicy
from mien.core.policy import Decision, Reason, decide, identification_target
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import Embedding, SubjectId
from mien.errors import InvalidRequestError
from mien.service.gallery import Gallery
from mien.service.probe import ProbeReader, require_photo_enough

MAX_MATCHES: Final = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A subject and the decision on it."""

    subject_id: SubjectId
    decision: Decision


@dataclass(frozen=True, slots=True)
class Identification:
    """The nearest subjects, surest first; found when the first one is accepted."""

    matches: tuple[Match, ...]
    subjects_checked: int
    reason: Reason
    liveness: Liveness

    @property
    def found(self) -> bool:
        """Whether anybody was recognized."""
        return self.reason is Reason.MATCH


@final
class Identify:
    """Searches the whole gallery and records the attempt."""

    def __init__(
        self,
        probes: ProbeReader,
        gallery: Gallery,
        calibration: Calibration,
        target_fmr: FalseMatchRate,
        target_fpir: float,
        clock: Clock,
    ) -> None:
        """Take the parts and the tolerated rates: of a comparison at most, and of a search."""
        self._probes = probes
        self._gallery = gallery
        self._calibration = calibration
        self._target_fmr = target_fmr
        self._target_fpir = target_fpir
        self._clock = clock

    def __call__(
        self,
        work: UnitOfWork,
        image: bytes,
        top_k: int = 1,
        policy: LivenessPolicy = LivenessPolicy.NONE,
    ) -> Identification:
        """Answer with up to *top_k* subjects; raise an ImageError or FaceError.

        Raises LivenessRequiredError when the policy asks for more than a photo can show.
        """
        require_photo_enough(policy)
        if not 1 <= top_k <= MAX_MATCHES:
            raise InvalidRequestError(f"top_k lies between 1 and {MAX_MATCHES}, got {top_k}")
        # 1. The photo.
        probe = self._probes.read(image, judge_pixels=policy.needs_passive)
        liveness = Liveness(policy, () if probe.passive is None else (probe.passive,))
        # 2. The nearest subjects, as of now.
        self._gallery.follow(work)
        matches = self._rank(probe.embedding, top_k)
        best = matches[0] if matches else None
        reason = best.decision.reason if best else Reason.EMPTY_GALLERY
        found = best.subject_id if best and best.decision.accepted else None
        # 3. Somebody alive? If not, nobody is named.
        if not liveness.accepted:
            matches, best, reason, found = (), None, Reason.SPOOF_SUSPECTED, None
        # 4. A camera does not give the same bytes twice.
        now = self._clock()
        if not work.seen_images.claim(image, found, now):
            matches, best, reason, found = (), None, Reason.IMAGE_REPLAYED, None
        # 5. The record.
        work.audit.append(
            AuditEvent(
                action=AuditAction.IDENTIFY,
                at=now,
                actor=work.actor,
                subject=work.subjects.pseudonym(found) if found else None,
                accepted=found is not None,
                reason=reason,
                false_match_rate=best.decision.false_match_rate if best else None,
            )
        )
        return Identification(matches, self._gallery.size(), reason, liveness)

    def _rank(self, probe: Embedding, top_k: int) -> tuple[Match, ...]:
        """Order by false match rate: references of more samples score higher for anybody."""
        size = self._gallery.size()
        matches = []
        for compared in self._gallery.search(probe, top_k):
            curve = self._calibration.curve(compared.reference.sample_count)
            target = identification_target(
                size, self._target_fpir, strictest=curve.strictest, loosest=self._target_fmr
            )
            decision = decide(compared.comparison, curve, target)
            matches.append(Match(compared.reference.subject_id, decision))
        matches.sort(
            key=lambda match: (match.decision.false_match_rate, -match.decision.similarity)
        )
        return tuple(matches[:top_k])

"""Enroll a subject from one to ten photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from mien.core.audit import AuditAction, AuditEvent
from mien.core.liveness import LivenessPolicy
from mien.core.matching import Matcher
from mien.core.policy import decide, identification_target
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId, Template
from mien.errors import (
    EnrollmentRejectedError,
    FaceError,
    ImageError,
    InvalidRequestError,
    LowQualityError,
    SpoofSuspectedError,
)
from mien.service.gallery import Gallery
from mien.service.probe import Probe, ProbeReader
from mien.service.terms import NO_WISH, TermsPolicy, Wish

MAX_SAMPLES: Final = 10

_DISAGREES: Final = "SAMPLES_DISAGREE"
_DUPLICATE_FPIR: Final = 1e-3
_DUPLICATES_REPORTED: Final = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What became of one photo: a quality (0 to 1) or the reason it was not used.

    liveness: how alive it looks, 0 to 1; None where nobody asked.
    """

    quality: float | None
    liveness: float | None = None
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A new subject. duplicates: enrolled subjects who look like the same person, best first."""

    subject_id: SubjectId
    samples: tuple[Sample, ...]
    duplicates: tuple[SubjectId, ...]

    @property
    def valid_samples(self) -> int:
        """How many photos became templates."""
        return sum(sample.quality is not None for sample in self.samples)

    @property
    def average_quality(self) -> float:
        """Mean quality of the templates, 0 to 1."""
        return float(np.mean([s.quality for s in self.samples if s.quality is not None]))

    @property
    def average_liveness(self) -> float | None:
        """Mean liveness of the templates, 0 to 1; None where it was not judged."""
        judged = [s.liveness for s in self.samples if s.liveness is not None]
        return float(np.mean(judged)) if judged else None


@final
class Enroll:
    """Makes templates of photos and stores them, never the photos."""

    def __init__(
        self,
        probes: ProbeReader,
        gallery: Gallery,
        matcher: Matcher,
        calibration: Calibration,
        contract: str,
        agreement_fmr: FalseMatchRate,
        terms: TermsPolicy,
        clock: Clock,
    ) -> None:
        """Take the parts; samples agree when their similarity is decided at *agreement_fmr*."""
        self._probes = probes
        self._gallery = gallery
        self._matcher = matcher
        self._calibration = calibration
        self._contract = contract
        self._agreement_fmr = agreement_fmr
        self._terms = terms
        self._clock = clock

    def __call__(
        self,
        work: UnitOfWork,
        subject_id: SubjectId,
        images: Sequence[bytes],
        wish: Wish = NO_WISH,
        policy: LivenessPolicy = LivenessPolicy.NONE,
    ) -> Enrollment:
        """Enroll; a photo that is unusable is reported and left out.

        Under a policy that judges pixels, so is one that does not look alive.

        Raises EnrollmentRejectedError when no photo is usable or when the photos show different
        people, AlreadyEnrolledError, InvalidRequestError. Nothing is written then.
        """
        if not 1 <= len(images) <= MAX_SAMPLES:
            raise InvalidRequestError(f"enroll from 1 to {MAX_SAMPLES} images, got {len(images)}")
        now = self._clock()
        terms = self._terms.agreed(wish, now)
        # 1. Every photo by itself; a single one fails with its own error.
        if len(images) == 1:
            only = self._read(images[0], policy)
            read: list[tuple[Probe | None, Sample]] = [(only, self._usable(only))]
        else:
            read = [self._try(image, policy) for image in images]
        probes = [probe for probe, _ in read if probe is not None]
        samples = tuple(sample for _, sample in read)
        if not probes:
            raise EnrollmentRejectedError(
                "; ".join(f"image {i}: {s.message}" for i, s in enumerate(samples, start=1)),
                [sample.reason for sample in samples],
            )
        # 2. All of one person?
        self._require_agreement(subject_id, probes, samples)
        # 3. Somebody who is enrolled already?
        self._gallery.follow(work)
        duplicates = self._find_duplicates(probes)
        # 4. Store.
        templates = [
            Template(probe.embedding, self._contract, self._probes.quality_score(probe))
            for probe in probes
        ]
        pseudonym = work.subjects.add(subject_id, templates, now, terms)
        # 5. None of these photos is a proof of presence later.
        for image in images:
            work.seen_images.claim(image, subject_id, now)
        # 6. The record.
        work.audit.append(
            AuditEvent(
                action=AuditAction.ENROLL,
                at=now,
                actor=work.actor,
                subject=pseudonym,
                accepted=True,
                details={"images": len(images), "templates": len(templates)},
            )
        )
        return Enrollment(subject_id, samples, duplicates)

    def _read(self, image: bytes, policy: LivenessPolicy) -> Probe:
        probe = self._probes.read(image, judge_pixels=policy.needs_passive)
        if probe.passive is not None and not probe.passive.passed:
            raise SpoofSuspectedError(
                "the photo does not look like a living face: take it of the person, in even light"
            )
        return probe

    def _try(self, image: bytes, policy: LivenessPolicy) -> tuple[Probe | None, Sample]:
        try:
            probe = self._read(image, policy)
        except (ImageError, FaceError) as error:
            reasons = error.reasons if isinstance(error, LowQualityError) else (error.code,)
            return None, Sample(None, None, ",".join(reasons), str(error))
        return probe, self._usable(probe)

    def _usable(self, probe: Probe) -> Sample:
        liveness = probe.passive.score if probe.passive else None
        return Sample(self._probes.quality_score(probe), liveness)

    def _require_agreement(
        self, subject_id: SubjectId, probes: Sequence[Probe], samples: Sequence[Sample]
    ) -> None:
        """Refuse unless each photo matches the reference that the others make."""
        if len(probes) < 2:
            return
        curve = self._calibration.curve(len(probes) - 1)
        disagreeing = []
        for position, probe in enumerate(probes):
            others = [p.embedding for i, p in enumerate(probes) if i != position]
            reference = self._matcher.reference(subject_id, others)
            comparison = self._matcher.compare(probe.embedding, reference)
            disagreeing.append(not decide(comparison, curve, self._agreement_fmr).accepted)
        if any(disagreeing):
            verdicts = iter(disagreeing)
            raise EnrollmentRejectedError(
                "the images do not show the same person clearly enough: "
                "take all of them of one person, in even light",
                [s.reason or (_DISAGREES if next(verdicts) else None) for s in samples],
            )

    def _find_duplicates(self, probes: Sequence[Probe]) -> tuple[SubjectId, ...]:
        """Search with the best photo: one probe against references is what was calibrated."""
        best = max(probes, key=self._probes.quality_score)
        found: list[tuple[FalseMatchRate, SubjectId]] = []
        for compared in self._gallery.search(best.embedding, _DUPLICATES_REPORTED):
            curve = self._calibration.curve(compared.reference.sample_count)
            target = identification_target(
                self._gallery.size(),
                _DUPLICATE_FPIR,
                strictest=curve.strictest,
                loosest=self._agreement_fmr,
            )
            decision = decide(compared.comparison, curve, target)
            if decision.accepted:
                found.append((decision.false_match_rate, compared.reference.subject_id))
        return tuple(subject for _, subject in sorted(found)[:_DUPLICATES_REPORTED])

"""Verify that a photo shows the subject it claims to show (1:1)."""

from __future__ import annotations

from typing import final

from mien.core.liveness import Liveness, LivenessPolicy
from mien.core.ports import UnitOfWork
from mien.core.template import FaceSample, SubjectId
from mien.service.claim import Authentication, Claim, Judge
from mien.service.probe import ProbeReader, require_photo_enough


@final
class Authenticate:
    """Reads the face in a photo and lets the claim be judged."""

    def __init__(self, probes: ProbeReader, judge: Judge) -> None:
        """Take the parts."""
        self._probes = probes
        self._judge = judge

    def __call__(
        self,
        work: UnitOfWork,
        subject_id: SubjectId,
        image: bytes,
        policy: LivenessPolicy = LivenessPolicy.NONE,
    ) -> Authentication:
        """Answer; raise an ImageError or FaceError when the photo cannot be judged.

        Raises LivenessRequiredError when the policy asks for more than a photo can show. Nothing
        is written before the photo is judged: a database waits for no network.
        """
        # 1. A photo cannot answer demands.
        require_photo_enough(policy)
        # 2. Too many failures on this identity, enrolled or not?
        locked = self._judge.refuse_locked(work, subject_id, policy)
        if locked is not None:
            return locked
        # 3. The photo, before anything depends on whether the subject is enrolled.
        probe = self._probes.read(image, judge_pixels=policy.needs_passive, read_expression=True)
        checks = () if probe.passive is None else (probe.passive,)
        # 4. The claim.
        quality = self._probes.quality_score(probe)
        face = FaceSample(probe.embedding, quality, probe.expression)
        claim = Claim(subject_id, [face], Liveness(policy, checks), image)
        return self._judge(work, claim)

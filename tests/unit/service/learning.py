"""A house that learns from use, and people who come to it day after day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from mien.core.audit import AuditAction, AuditEvent
from mien.core.learner import Learner
from mien.core.liveness import Check, CheckName, Liveness, LivenessPolicy
from mien.core.matching import Matcher, Reference
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import FaceSample, Origin, StoredTemplate, SubjectId
from mien.service.adapt import Adapt
from mien.service.claim import Authentication, Claim, Judge
from mien.service.disown import Disowned, disown
from mien.storage.database import Database
from tests.unit.service.conftest import CONTRACT, CURVE, PARTS, House, build_house, embedding_of

ADA = SubjectId("ada")
DAY = timedelta(days=1)
CALIBRATION = Calibration(CONTRACT.digest, "made up", {1: CURVE, 3: CURVE, 5: CURVE})
ALIVE = Liveness(LivenessPolicy.PASSIVE, (Check(CheckName.PASSIVE, 0.9, 0.5),))
SPOOF = Liveness(LivenessPolicy.PASSIVE, (Check(CheckName.PASSIVE, 0.1, 0.5),))
UNCHECKED = Liveness(LivenessPolicy.NONE, ())


@dataclass
class LearningHouse:
    """The use cases on one database, and a judge that learns."""

    house: House
    judge: Judge

    def enroll(self, *photos: str, subject_id: SubjectId = ADA) -> None:
        with self.house.database.unit_of_work("test") as work:
            self.house.enroll(work, subject_id, [photo.encode() for photo in photos])

    def attempt(
        self, photo: str, liveness: Liveness = ALIVE, subject_id: SubjectId = ADA
    ) -> Authentication:
        """Let somebody claim to be a subject, a day after the last one."""
        self.house.clock.now += DAY
        return self.attempt_now(photo, liveness, subject_id)

    def attempt_now(
        self, photo: str, liveness: Liveness = ALIVE, subject_id: SubjectId = ADA
    ) -> Authentication:
        face = FaceSample(embedding_of(photo), quality=0.9)
        with self.house.database.unit_of_work("test") as work:
            return self.judge(work, Claim(subject_id, [face], liveness, image=photo.encode()))

    def disown(self, attempt: Authentication) -> Disowned:
        with self.house.database.unit_of_work("test") as work:
            return disown(work, attempt.subject_id, attempt.attempt_id, self.house.clock())

    def stored(self, *origins: Origin, subject_id: SubjectId = ADA) -> list[StoredTemplate]:
        with self.house.database.unit_of_work("test") as work:
            found = work.subjects.templates_of(subject_id)
        return [each for each in found if not origins or each.origin in origins]

    def counts(self) -> tuple[int, int, int]:
        """Return how many templates are enrolled, adapted and candidates."""
        with self.house.database.unit_of_work("test") as work:
            ada = work.subjects.get(ADA)
        return ada.template_count, ada.adapted_count, ada.candidate_count

    def reference(self) -> Reference:
        """Return what a probe of ada is compared with now."""
        with self.house.database.unit_of_work("test") as work:
            self.house.gallery.follow(work)
        found = self.house.gallery.compare(embedding_of("ada:1"), ADA)
        assert found is not None
        return found.reference

    def events(self, *actions: AuditAction) -> list[AuditEvent]:
        with self.house.database.unit_of_work("test") as work:
            events = [entry.event for entry in work.audit.entries()]
        return [event for event in events if event.action in actions]


def build(database: Database) -> LearningHouse:
    house = build_house(database)
    adapt = Adapt(Learner(Matcher(PARTS), CALIBRATION), CONTRACT.digest)
    target = FalseMatchRate(1e-3)
    return LearningHouse(house, Judge(house.gallery, CALIBRATION, target, house.clock, adapt=adapt))


def same(first: Reference, second: Reference) -> bool:
    """Tell whether two references are one, bit by bit."""
    return (
        np.array_equal(first.direction, second.direction)
        and np.array_equal(first.strengths, second.strengths)
        and first.sample_count == second.sample_count
    )

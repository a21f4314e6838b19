"""What the use cases need from the outside, as small Protocols."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

import numpy as np
import numpy.typing as npt

from mien.core.adaptation import LearnedTemplates
from mien.core.api_key import ApiKeyRepository
from mien.core.audit import Pseudonym
from mien.core.audit_log import AuditLog, AuditQueries
from mien.core.consent import ConsentRepository
from mien.core.detection import Search
from mien.core.expression import ExpressionShares
from mien.core.expression_log import ExpressionLog
from mien.core.face import Face
from mien.core.face_mesh import FaceMesh
from mien.core.gallery_scores import EnrolledSamples
from mien.core.geometry import Box
from mien.core.groups import GroupRepository
from mien.core.image import Image
from mien.core.live.store import LiveSessionRepository
from mien.core.liveness import Check
from mien.core.lockout import FailureRepository
from mien.core.matching import Reference
from mien.core.operator import OperatorRepository, RefreshTokenRepository
from mien.core.pose import HeadPose
from mien.core.profile import ProfileRepository
from mien.core.review import ReviewRepository
from mien.core.self_service import OwnPasswordRepository
from mien.core.subject_search import EVERYBODY, SubjectSearch
from mien.core.template import (
    Embedding,
    EmbeddingContract,
    StoredTemplate,
    Subject,
    SubjectId,
    Template,
    Terms,
)
from mien.core.thresholds import ThresholdRepository

SubjectKey = NewType("SubjectKey", int)
"""The store's own number for a subject; never reused, and all that an erasure leaves behind."""


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return now, with a time zone."""
        ...


class Decoder(Protocol):
    """Turns bytes into pixels."""

    def __call__(self, data: bytes, *, enough_px: int | None = None) -> Image:
        """Return the upright image; see `mien.inference.decoding.decode`."""
        ...


class FaceFinder(Protocol):
    """Finds faces."""

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        """Return the faces of an image, largest first."""
        ...


class FaceAnalyzer(Protocol):
    """Finds faces and embeds them."""

    @property
    def contract(self) -> EmbeddingContract:
        """What the embeddings mean."""
        ...

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        """Return the faces of an image, largest first."""
        ...

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        """Return the one face that clearly dominates, or raise a FaceError."""
        ...

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        """Return one embedding per face."""
        ...


class AttackDetector(Protocol):
    """Judges pixels: a living face, or a print or a screen."""

    def assess(self, image: Image, box: Box) -> Check:
        """Return the passive check of the face in a box."""
        ...


class ExpressionReader(Protocol):
    """Reads what faces express."""

    def read(self, image: Image, faces: Sequence[Face]) -> list[ExpressionShares]:
        """Return one reading for each face of an image."""
        ...


class FaceTracker(Protocol):
    """Follows the largest face from frame to frame."""

    def track(self, image: Image, before: FaceMesh | None) -> tuple[FaceMesh, HeadPose] | None:
        """Return the face, near where it was before; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that a search returned, and the product of its direction with the probe's."""

    reference: Reference
    product: float


class TemplateIndex(Protocol):
    """The gallery in memory; every method is atomic to the others."""

    def __len__(self) -> int:
        """Return the number of subjects."""
        ...

    def put(self, key: SubjectKey, reference: Reference) -> None:
        """Add or replace a subject."""
        ...

    def remove(self, key: SubjectKey) -> None:
        """Forget a subject; one that is not there is no error."""
        ...

    def find(self, subject_id: SubjectId) -> Reference | None:
        """Return a subject's reference."""
        ...

    def pick(self, number: int) -> Reference | None:
        """Return some subject's reference, the same for the same number; None when empty."""
        ...

    def search(self, direction: npt.NDArray[np.float32], limit: int) -> list[Candidate]:
        """Return the *limit* subjects nearest to a direction, best first, ties by subject id."""
        ...


class SubjectRepository(Protocol):
    """Subjects and their templates."""

    def add(
        self,
        subject_id: SubjectId,
        templates: Sequence[Template],
        enrolled_at: datetime,
        terms: Terms,
    ) -> Pseudonym:
        """Store a new subject; return its name in the audit log. Raises AlreadyEnrolledError."""
        ...

    def remove(self, subject_id: SubjectId) -> Pseudonym:
        """Erase a subject with all that belongs to it; raise UnknownSubjectError."""
        ...

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym | None:
        """Return a subject's name in the audit log, None when it is not enrolled."""
        ...

    def named(self, pseudonym: Pseudonym) -> SubjectId | None:
        """Return whom the audit log calls so, None when nobody is enrolled under that name."""
        ...

    def expired(self, now: datetime, *, limit: int) -> Sequence[SubjectId]:
        """Return subjects whose time is over."""
        ...

    def templates_of(self, subject_id: SubjectId) -> list[StoredTemplate]:
        """Return one subject's templates, the oldest first, candidates too."""
        ...

    def get(self, subject_id: SubjectId) -> Subject:
        """Return a subject; raise UnknownSubjectError."""
        ...

    def page(
        self, *, limit: int, offset: int, search: SubjectSearch = EVERYBODY
    ) -> Sequence[Subject]:
        """Return subjects that are found, ordered by id."""
        ...

    def count(self, search: SubjectSearch = EVERYBODY) -> int:
        """Return how many are found."""
        ...

    def contract(self) -> str | None:
        """Return the embedding contract that the templates are of, None while there are none."""
        ...

    def latest_change(self) -> int:
        """Return the sequence number of the last change of a gallery, 0 for none."""
        ...

    def changed_since(self, sequence: int) -> Sequence[SubjectKey]:
        """Return the subjects enrolled, erased or learned of after *sequence*."""
        ...

    def templates(
        self, keys: Iterable[SubjectKey] | None = None
    ) -> Generator[tuple[SubjectKey, SubjectId, Template], None, None]:
        """Yield the templates of these subjects, or of all, grouped by subject; no candidates.

        Whoever may stop before the end closes the generator while the transaction is open.
        """
        ...


class SeenImages(Protocol):
    """Photos that were used once, by a keyed hash."""

    def claim(self, image: bytes, subject_id: SubjectId | None, at: datetime) -> bool:
        """Remember a photo's bytes, until its subject is erased; tell whether they are new."""
        ...

    def forget(self, *, before: datetime) -> int:
        """Forget photos that were used before a time; return how many."""
        ...


class UnitOfWork(Protocol):
    """The repositories of one transaction, which whoever opened it commits."""

    @property
    def actor(self) -> str:
        """For whom this is done, as the audit log calls them; see `Caller.actor`."""
        ...

    @property
    def subjects(self) -> SubjectRepository:
        """Subjects and templates."""
        ...

    @property
    def learned(self) -> LearnedTemplates:
        """Templates that were learned from use."""
        ...

    @property
    def consents(self) -> ConsentRepository:
        """What subjects have agreed to."""
        ...

    @property
    def groups(self) -> GroupRepository:
        """Groups that subjects belong to."""
        ...

    @property
    def thresholds(self) -> ThresholdRepository:
        """What is tolerated of groups."""
        ...

    @property
    def samples(self) -> EnrolledSamples:
        """Enrolled templates, without a name."""
        ...

    @property
    def expressions(self) -> ExpressionLog:
        """Expressions at authentication, kept with consent."""
        ...

    @property
    def live_sessions(self) -> LiveSessionRepository:
        """Live sessions between their requests."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        ...

    @property
    def audit_queries(self) -> AuditQueries:
        """Some entries of it, and counts."""
        ...

    @property
    def failures(self) -> FailureRepository:
        """Failed attempts."""
        ...

    @property
    def seen_images(self) -> SeenImages:
        """Photos that were used."""
        ...

    @property
    def profiles(self) -> ProfileRepository:
        """What subjects are called and do."""
        ...

    @property
    def own_passwords(self) -> OwnPasswordRepository:
        """Subjects' passwords."""
        ...

    @property
    def reviews(self) -> ReviewRepository:
        """Requests that people make of operators."""
        ...

    @property
    def api_keys(self) -> ApiKeyRepository:
        """Calling programs' keys."""
        ...

    @property
    def operators(self) -> OperatorRepository:
        """People who work with mien."""
        ...

    @property
    def refresh_tokens(self) -> RefreshTokenRepository:
        """What operators stay signed in with."""
        ...

"""What the use cases need from the outside, as small Protocols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

import numpy as np
import numpy.typing as npt

from mien.core.attempt import Attempt
from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import Image
from mien.core.matching import Reference
from mien.core.template import Embedding, EmbeddingContract, Subject, SubjectId, Template

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

    def search(self, direction: npt.NDArray[np.float32], limit: int) -> list[Candidate]:
        """Return the *limit* subjects nearest to a direction, best first, ties by subject id."""
        ...


class SubjectRepository(Protocol):
    """Subjects and their templates."""

    def add(
        self, subject_id: SubjectId, templates: Sequence[Template], enrolled_at: datetime
    ) -> None:
        """Store a new subject; raise AlreadyEnrolledError."""
        ...

    def remove(self, subject_id: SubjectId) -> None:
        """Erase a subject with all that belongs to it; raise UnknownSubjectError."""
        ...

    def get(self, subject_id: SubjectId) -> Subject:
        """Return a subject; raise UnknownSubjectError."""
        ...

    def page(self, *, limit: int, offset: int) -> Sequence[Subject]:
        """Return subjects ordered by id."""
        ...

    def count(self) -> int:
        """Return how many there are."""
        ...

    def contract(self) -> str | None:
        """Return the embedding contract that the templates are of, None while there are none."""
        ...

    def latest_change(self) -> int:
        """Return the sequence number of the last enrollment or erasure, 0 for none."""
        ...

    def changed_since(self, sequence: int) -> Sequence[SubjectKey]:
        """Return the subjects enrolled or erased after *sequence*."""
        ...

    def templates(
        self, keys: Iterable[SubjectKey] | None = None
    ) -> Iterator[tuple[SubjectKey, SubjectId, Template]]:
        """Yield the templates of these subjects, or of all, grouped by subject."""
        ...


class AttemptRepository(Protocol):
    """What was tried, by whom and with what result."""

    def add(self, attempt: Attempt) -> None:
        """Store an attempt."""
        ...

    def of(self, subject_id: SubjectId, *, limit: int) -> Sequence[Attempt]:
        """Return a subject's attempts, newest first; raise UnknownSubjectError."""
        ...


class UnitOfWork(Protocol):
    """The repositories of one transaction, which whoever opened it commits."""

    @property
    def subjects(self) -> SubjectRepository:
        """Subjects and templates."""
        ...

    @property
    def attempts(self) -> AttemptRepository:
        """Attempts."""
        ...

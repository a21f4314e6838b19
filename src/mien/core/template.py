"""Subjects, embeddings and templates, and the contract that makes them comparable."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

import numpy as np
import numpy.typing as npt

from mien.core.attempt import AttemptId
from mien.core.expression import ExpressionShares
from mien.errors import InvalidRequestError

SubjectId = NewType("SubjectId", str)
"""The caller's own name for a person; `parse_subject_id` is the way to make one."""

Embedding = npt.NDArray[np.float32]
"""Float32 [dimension]: what each model said, one after another; `mien.core.matching` reads it."""

_SUBJECT_ID: Final = re.compile(r"[\w.@+:-](?:[\w.@+: -]{0,126}[\w.@+:-])?")


def parse_subject_id(text: str) -> SubjectId:
    """Accept 1 to 128 letters, digits, spaces inside and any of ``. _ @ + : -``."""
    if not _SUBJECT_ID.fullmatch(text):
        raise InvalidRequestError(
            "a user_id is 1 to 128 letters, digits, inner spaces or any of . _ @ + : -"
        )
    return SubjectId(text)


def stored_contract(digest: str, transform_id: str | None) -> str:
    """Return what templates are marked with: `digest`, or `digest+transform`."""
    return digest if transform_id is None else f"{digest}+{transform_id}"


def digest_of_contract(contract: str) -> str:
    """Return the digest of an embedding contract that templates are marked with."""
    return contract.partition("+")[0]


def normalize(vector: npt.NDArray[np.float32]) -> Embedding:
    """Scale to unit length along the last axis."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class FaceSample:
    """A face that was seen: its embedding, and its quality, 0 to 1. Never the photo.

    expression: what it expressed; None where well-being is off, and nobody looked.
    """

    embedding: Embedding
    quality: float
    expression: ExpressionShares | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingPart:
    """What one model contributes to an embedding.

    source: everything that decides its numbers (weights, precision, chip, preprocessing).
    weight: its share of the similarity by which a gallery is searched; the shares sum to one.
    """

    model: str
    source: str
    dimension: int
    weight: float


@dataclass(frozen=True, slots=True)
class EmbeddingContract:
    """Everything that decides what an embedding's numbers mean.

    Two embeddings are comparable only when every field is equal; `digest` says it in one word.
    """

    detectors: str
    landmarker: str
    parts: tuple[EmbeddingPart, ...]

    @property
    def dimension(self) -> int:
        """Length of an embedding: the sum of its parts."""
        return sum(part.dimension for part in self.parts)

    @property
    def digest(self) -> str:
        """First 32 hex digits of the SHA-256 of the canonical JSON of the fields."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Template:
    """One enrolled sample: an embedding, never the photo.

    contract: the digest of what the embedding means and, of a rotated one, the rotation's id.
    """

    embedding: Embedding
    contract: str
    quality: float


class Origin(StrEnum):
    """Where a template comes from; stable words of the wire."""

    ENROLLED = "enrolled"
    """From the enrollment. Nothing but an erasure ever takes it away."""
    ADAPTED = "adapted"
    """From an authentication, and confirmed by a later one: it counts in comparisons."""
    CANDIDATE = "candidate"
    """From an authentication, and not confirmed yet: it counts in nothing."""


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """A template in its place.

    attempt_id: the authentication that it came from, None for an enrolled one. confirmed_by: the
    later authentication by which a candidate became an adapted one.
    """

    template_id: str
    template: Template
    origin: Origin
    added_at: datetime
    attempt_id: AttemptId | None = None
    confirmed_by: AttemptId | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to, and when."""

    purpose: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a person is enrolled. expires_at: when they are erased by themselves."""

    consent: Consent | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """An enrolled person as operators see one.

    template_count, average_quality: of the enrolled templates; the other counts are of what was
    learned since, see `Origin`.
    """

    id: SubjectId
    enrolled_at: datetime
    template_count: int
    average_quality: float
    terms: Terms
    adapted_count: int = 0
    candidate_count: int = 0

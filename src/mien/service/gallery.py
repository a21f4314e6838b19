"""The gallery in memory, always consistent with the store.

Nobody writes to the index on the side: enrollment and erasure leave a change in the same
transaction as the data, and every comparison first follows the changes that it has not seen.
So a crash between the two cannot happen, and several processes may share a store.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Final, final

import numpy as np

from mien.core.matching import Comparison, Matcher, Reference
from mien.core.ports import SubjectKey, TemplateIndex, UnitOfWork
from mien.core.template import Embedding, SubjectId, Template
from mien.errors import ContractMismatchError

_RERANKED: Final = 4
"""Candidates fetched per subject wanted: their order by direction is not yet the final one."""


_SUBJECTS_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True)
class Compared:
    """A subject's reference, and a probe's comparison with it."""

    reference: Reference
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class _Enrolled:
    key: SubjectKey
    subject_id: SubjectId
    embeddings: list[Embedding]


@final
class Gallery:
    """Follows a store's subjects; holds only templates of one embedding contract."""

    def __init__(self, index: TemplateIndex, matcher: Matcher, contract: str) -> None:
        """Take an empty index, and matcher and digest of the contract in use."""
        self._index = index
        self._matcher = matcher
        self._contract = contract
        self._sequence = 0
        # Of this process: who knew it could tell which ids stand for somebody else's face.
        self._decoy_key = secrets.token_bytes(32)
        self._following = threading.Lock()

    def follow(self, work: UnitOfWork) -> None:
        """Apply what changed in the store since the last call."""
        latest = work.subjects.latest_change()
        if latest <= self._sequence:
            return
        with self._following:
            if latest <= self._sequence:  # another thread was faster
                return
            if self._sequence == 0:
                with closing(work.subjects.templates()) as templates:
                    self._load(templates)
            else:
                changed = set(work.subjects.changed_since(self._sequence))
                with closing(work.subjects.templates(changed)) as templates:
                    found = self._load(templates)
                for key in changed - found:
                    self._index.remove(key)
            self._sequence = latest

    def size(self) -> int:
        """Return the number of subjects."""
        return len(self._index)

    def has(self, subject_id: SubjectId) -> bool:
        """Tell whether a subject is enrolled."""
        return self._index.find(subject_id) is not None

    def compare(self, probe: Embedding, subject_id: SubjectId) -> Compared | None:
        """Compare a probe with one subject; None when there is no such subject."""
        reference = self._index.find(subject_id)
        return None if reference is None else self._compare(probe, reference)

    def compare_decoy(self, probe: Embedding, subject_id: SubjectId) -> Compared | None:
        """Compare with somebody enrolled, always the same one for an id, in the place of nobody.

        It takes the time and gives the numbers of a wrong face; None in an empty gallery.
        """
        number = int.from_bytes(hashlib.sha256(self._decoy_key + subject_id.encode()).digest())
        reference = self._index.pick(number)
        return None if reference is None else self._compare(probe, reference)

    def search(self, probe: Embedding, limit: int) -> list[Compared]:
        """Compare a probe with the nearest subjects, a few more than *limit*, in no order."""
        direction = self._matcher.directions(probe)
        nearest = self._index.search(direction, limit * _RERANKED)
        return [self._compare(probe, candidate.reference) for candidate in nearest]

    def _compare(self, probe: Embedding, reference: Reference) -> Compared:
        return Compared(reference, self._matcher.compare(probe, reference))

    def _load(self, templates: Iterator[tuple[SubjectKey, SubjectId, Template]]) -> set[SubjectKey]:
        """Put the subjects into the index and return their keys."""
        loaded: set[SubjectKey] = set()
        subjects = groupby(templates, key=lambda row: (row[0], row[1]))
        enrolled = (
            _Enrolled(key, subject_id, list(self._checked(template for _, _, template in rows)))
            for (key, subject_id), rows in subjects
        )
        while some := list(islice(enrolled, _SUBJECTS_AT_A_TIME)):
            self._put(some)
            loaded.update(subject.key for subject in some)
        return loaded

    def _put(self, subjects: Sequence[_Enrolled]) -> None:
        """Summarize subjects of equally many samples together: a tenth of the time of each."""
        by_count = sorted(subjects, key=lambda subject: len(subject.embeddings))
        for _, group in groupby(by_count, key=lambda subject: len(subject.embeddings)):
            alike = list(group)
            references = self._matcher.references(
                [subject.subject_id for subject in alike],
                np.array([subject.embeddings for subject in alike]),
            )
            for subject, reference in zip(alike, references, strict=True):
                self._index.put(subject.key, reference)

    def _checked(self, templates: Iterable[Template]) -> Iterator[Embedding]:
        for template in templates:
            if template.contract != self._contract:
                raise ContractMismatchError(
                    f"the gallery holds templates of contract {template.contract}, this process "
                    f"makes {self._contract}: start it anew if the templates were renewed "
                    "(mien keys renew-templates). Otherwise enroll anew in another data folder, or "
                    "go back to the version of mien that made them"
                )
            yield template.embedding

"""The gallery in memory, always consistent with the store.

Nobody writes to the index on the side: enrollment and erasure leave a change in the same
transaction as the data, and every comparison first follows the changes that it has not seen.
So a crash between the two cannot happen, and several processes may share a store.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import final

from mien.core.ports import Candidate, Reference, SubjectKey, TemplateIndex, UnitOfWork
from mien.core.template import Embedding, SubjectId, Template, centroid
from mien.errors import ContractMismatchError


@final
class Gallery:
    """Follows a store's subjects; holds only templates of one embedding contract."""

    def __init__(self, index: TemplateIndex, contract: str) -> None:
        """Take an empty index and the digest of the contract in use."""
        self._index = index
        self._contract = contract
        self._sequence = 0
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
                self._load(work.subjects.templates())
            else:
                changed = set(work.subjects.changed_since(self._sequence))
                found = self._load(work.subjects.templates(changed))
                for key in changed - found:
                    self._index.remove(key)
            self._sequence = latest

    def size(self) -> int:
        """Return the number of subjects."""
        return len(self._index)

    def find(self, subject_id: SubjectId) -> Reference | None:
        """Return the reference of a subject."""
        return self._index.find(subject_id)

    def search(self, probe: Embedding, limit: int) -> list[Candidate]:
        """Return the most similar subjects, best first."""
        return self._index.search(probe, limit)

    def _load(self, templates: Iterator[tuple[SubjectKey, SubjectId, Template]]) -> set[SubjectKey]:
        """Put the subjects into the index and return their keys."""
        loaded = set()
        for (key, subject_id), rows in groupby(templates, key=lambda row: (row[0], row[1])):
            embeddings = list(self._checked(template for _, _, template in rows))
            reference = Reference(subject_id, centroid(embeddings), len(embeddings))
            self._index.put(key, reference)
            loaded.add(key)
        return loaded

    def _checked(self, templates: Iterable[Template]) -> Iterator[Embedding]:
        for template in templates:
            if template.contract != self._contract:
                raise ContractMismatchError(
                    f"the gallery holds templates of contract {template.contract}, the models in "
                    f"use make {self._contract}: enroll anew in another data folder, or go back "
                    "to the version of mien that made them"
                )
            yield template.embedding

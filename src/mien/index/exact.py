"""The embedded index: one float32 matrix, one matrix-vector product a search, always exact."""

from __future__ import annotations

import threading
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.core.matching import Reference
from mien.core.ports import Candidate, SubjectKey
from mien.core.template import SubjectId

_FIRST_CAPACITY: Final = 64

_ROUNDING: Final = 1e-6
"""The one product rounds equal rows differently by their place: less than this."""


@final
class ExactIndex:
    """Rows are subjects' directions; a removed row is filled by the last one.

    A search copies nothing: it holds the lock for the one product, a millisecond for tens of
    thousands of subjects.
    """

    def __init__(self, dimension: int) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._rows: npt.NDArray[np.float32] = np.empty((_FIRST_CAPACITY, dimension), np.float32)
        self._references: list[Reference] = []
        self._keys: list[SubjectKey] = []
        self._row_of_key: dict[SubjectKey, int] = {}
        self._key_of_subject: dict[SubjectId, SubjectKey] = {}

    def __len__(self) -> int:
        """Return the number of subjects."""
        with self._lock:
            return len(self._keys)

    def put(self, key: SubjectKey, reference: Reference) -> None:
        """Add or replace a subject."""
        with self._lock:
            row = self._row_of_key.get(key, len(self._keys))
            if row == len(self._keys):
                self._keys.append(key)
                self._references.append(reference)
                self._row_of_key[key] = row
                self._grow_to(row + 1)
            self._references[row] = reference
            self._rows[row] = reference.direction
            self._key_of_subject[reference.subject_id] = key

    def remove(self, key: SubjectKey) -> None:
        """Forget a subject; one that is not there is no error."""
        with self._lock:
            row = self._row_of_key.pop(key, None)
            if row is None:
                return
            subject_id = self._references[row].subject_id
            if self._key_of_subject.get(subject_id) == key:
                del self._key_of_subject[subject_id]
            last_key, last_reference = self._keys.pop(), self._references.pop()
            if last_key != key:
                self._keys[row], self._references[row] = last_key, last_reference
                self._rows[row] = last_reference.direction
                self._row_of_key[last_key] = row
            self._rows[len(self._keys)] = 0.0

    def find(self, subject_id: SubjectId) -> Reference | None:
        """Return a subject's reference."""
        with self._lock:
            key = self._key_of_subject.get(subject_id)
            return None if key is None else self._references[self._row_of_key[key]]

    def pick(self, number: int) -> Reference | None:
        """Return some subject's reference, the same for the same number; None when empty."""
        with self._lock:
            return self._references[number % len(self._keys)] if self._keys else None

    def search(self, direction: npt.NDArray[np.float32], limit: int) -> list[Candidate]:
        """Return the *limit* subjects nearest to a direction, best first, ties by subject id."""
        with self._lock:
            count = len(self._keys)
            products = self._rows[:count] @ direction
            best = np.arange(count)
            if limit < count:
                # Everything as good as the limit-th best, so that ties are broken by id below.
                floor = np.partition(products, count - limit)[count - limit] - _ROUNDING
                best = np.nonzero(products >= floor)[0]
            found = [
                Candidate(reference, float(reference.direction @ direction))
                for reference in (self._references[row] for row in best.tolist())
            ]
        found.sort(key=lambda candidate: (-candidate.product, candidate.reference.subject_id))
        return found[:limit]

    def _grow_to(self, count: int) -> None:
        if count > len(self._rows):
            grown = np.zeros((2 * len(self._rows), self._rows.shape[1]), np.float32)
            grown[: len(self._rows)] = self._rows
            self._rows = grown

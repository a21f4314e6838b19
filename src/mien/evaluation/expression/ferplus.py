"""Reads FER+: faces of 48 x 48 gray pixels, each with the votes of ten people.

Source: E. Barsoum et al., Training deep networks for facial expression recognition with
crowd-sourced label distribution, ICMI 2016; the rules for votes are those of its published code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from mien.core.expression import Expression
from mien.errors import InvalidRequestError

SIDE_PX: Final = 48

_FILE: Final = "ferplus_train_valid.npz"
_ELSE: Final = ("unknown", "not_a_face")
_FEWEST_VOTES: Final = 2
"""A single vote is taken for a slip."""

_NO_MAJORITY: Final = -1


@dataclass(frozen=True)
class FerPlus:
    """A part of the collection.

    images: uint8 [n, 48, 48], gray. votes: int64 [n, 10]: the eight expressions in their order,
    `unknown` and `not a face`.
    """

    images: npt.NDArray[np.uint8]
    votes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.images)

    def __getitem__(self, chosen: npt.NDArray[np.generic]) -> FerPlus:
        """Return some of the faces."""
        return FerPlus(self.images[chosen], self.votes[chosen])

    @cached_property
    def counted(self) -> npt.NDArray[np.int64]:
        """The votes without the single ones, int64 [n, 10]."""
        return np.where(self.votes >= _FEWEST_VOTES, self.votes, 0)

    @cached_property
    def shares(self) -> npt.NDArray[np.float32]:
        """How the votes for expressions are distributed, float32 [n, 8]; 0 where there are none."""
        expressions = self.counted[:, : len(Expression)]
        total = np.maximum(expressions.sum(axis=1, keepdims=True), 1)
        return np.asarray(expressions / total, dtype=np.float32)

    @cached_property
    def plurality(self) -> npt.NDArray[np.int64]:
        """The expression with most votes, int64 [n]; -1 where `unknown` or no face has most."""
        first = self.counted.argmax(axis=1)
        is_expression = (first < len(Expression)) & (self.counted.max(axis=1) > 0)
        return np.where(is_expression, first, _NO_MAJORITY)

    @cached_property
    def majority(self) -> npt.NDArray[np.int64]:
        """The expression with more than half of the votes, int64 [n]; -1 where none has."""
        clear = 2 * self.counted.max(axis=1) > self.counted.sum(axis=1)
        return np.where(clear, self.plurality, _NO_MAJORITY)

    def with_plurality(self) -> FerPlus:
        """Return the faces on which most people see an expression: what is learned from."""
        return self[self.plurality >= 0]

    def with_majority(self) -> FerPlus:
        """Return the faces on which more than half see the same: what is judged on."""
        return self[self.majority >= 0]


@dataclass(frozen=True, slots=True)
class FerPlusParts:
    """taught: FER2013's training part. held_out: its public test part, the validation of FER+."""

    taught: FerPlus
    held_out: FerPlus


def is_ferplus(path: Path) -> bool:
    """Tell whether `read_ferplus` is the way to read a file or a folder."""
    return _file_of(path).suffix == ".npz" and _file_of(path).is_file()


def read_ferplus(path: Path) -> FerPlusParts:
    """Read the collection, a file or the folder that it lies in; raise InvalidRequestError.

    The file holds `images` [n, 48, 48], `votes` [n, 10], `labels` (their names) and `split`
    (0 training, 1 validation).
    """
    file = _file_of(path)
    try:
        with np.load(file, allow_pickle=False) as content:
            images, votes, split = (content[name] for name in ("images", "votes", "split"))
            labels = tuple(str(label) for label in content["labels"])
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InvalidRequestError(
            f"{file} is not FER+: a .npz with images, votes, labels and split is expected"
        ) from error
    if labels != (*Expression, *_ELSE) or images.shape[1:] != (SIDE_PX, SIDE_PX):
        raise InvalidRequestError(f"{file}: its labels or its images are not those of FER+")
    every = FerPlus(images.astype(np.uint8), votes.astype(np.int64))
    parts = FerPlusParts(every[split == 0], every[split == 1])
    if not (len(parts.taught.with_plurality()) and len(parts.held_out.with_majority())):
        raise InvalidRequestError(
            f"{file} needs faces on which people agree in both parts, split 0 and split 1"
        )
    return parts


def _file_of(path: Path) -> Path:
    return path / _FILE if path.is_dir() else path

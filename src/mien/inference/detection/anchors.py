"""What the detectors share that look once, at every cell of a few grids over the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.detection.consensus import merge_overlaps
from mien.inference.detection.letterbox import Letterbox
from mien.inference.runtime import Tensor


@dataclass(frozen=True, slots=True)
class Candidates:
    """Corners [n, 2, 2], scores [n] and points [n, k, 2], in pixels of the network's input.

    (0, 0) is the corner of the first pixel, not its center.
    """

    corners: Tensor
    scores: Tensor
    points: Tensor


def letterbox(
    image: Image, search: Search, smallest_px: float, longest_px: tuple[float, float]
) -> Letterbox:
    """Scale an image so that the smallest wanted face is *smallest_px* wide.

    longest_px: limits of the longer side; an image is never enlarged.
    """
    longest = max(image.width, image.height) * smallest_px / search.min_face_px
    return Letterbox.of(image.pixels, float(np.clip(longest, *longest_px)))


def cell_origins(width: int, height: int, stride: int, per_cell: int) -> Tensor:
    """Return the upper left corner of every cell, float32 [n, 2], *per_cell* times each.

    Row by row, as networks write their outputs.
    """
    y, x = np.mgrid[: height // stride, : width // stride]
    origins = np.stack([x, y], axis=-1).reshape(-1, 2) * stride
    return np.repeat(origins, per_cell, axis=0).astype(np.float32)


def to_detections(
    boxed: Letterbox, candidates: Candidates, scheme: LandmarkScheme, min_face_px: float
) -> tuple[Detection, ...]:
    """Return each face once, in pixels of the image, largest first."""
    all_corners = boxed.to_image(candidates.corners - 0.5)
    all_points = boxed.to_image(candidates.points - 0.5)
    seen = [
        Detection(Box(*corners.reshape(-1).tolist()), float(score), Landmarks(points, scheme))
        for corners, score, points in zip(all_corners, candidates.scores, all_points, strict=True)
    ]
    return merge_overlaps(seen, min_face_px)

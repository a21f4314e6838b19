"""The face mesh network: 468 points in space from one upright crop.

Source: Y. Kartynnik et al., Real-time facial surface geometry from monocular video on mobile
GPUs, 2019; MediaPipe, face_landmark.
"""

from __future__ import annotations

from typing import Final, final

import cv2
import numpy as np

from mien.core.detection import Detection
from mien.core.face_mesh import POINT_COUNT, FaceMesh
from mien.core.geometry import Points, SimilarityMatrix, apply_transform
from mien.core.image import Image
from mien.inference.alignment import extract_square
from mien.inference.runtime import Network

_SIDE_PX: Final = 192
_CROP_OF_BOX: Final = 1.5
"""The network was trained on crops with a quarter of the face's size around it."""


@final
class FaceMesher:
    """Marks a face that a detector found, or that was there a frame ago."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def mark(self, image: Image, seen: Detection | FaceMesh) -> FaceMesh:
        """Return the mesh of the face; look at its `presence`: the network always marks one."""
        matrix = _upright(seen)
        crop = extract_square(image, matrix, _SIDE_PX)
        outputs = sorted(self._network.run_all(crop[None]), key=lambda output: -output.size)
        marked, logit = outputs[0].reshape(POINT_COUNT, 3), float(outputs[-1].reshape(-1)[0])
        back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
        depth = marked[:, 2] * np.hypot(back[0, 0], back[1, 0])
        points = np.column_stack([apply_transform(back, marked[:, :2]), depth])
        return FaceMesh(points.astype(np.float32), float(1 / (1 + np.exp(-logit))))


def _upright(seen: Detection | FaceMesh) -> SimilarityMatrix:
    """Return the transform that puts the face level into the middle of the crop."""
    box = seen.box
    scale = _SIDE_PX / (_CROP_OF_BOX * max(1.0, box.width, box.height))
    left, right = _eyes(seen)
    across = right - left
    length = float(np.linalg.norm(across))
    across = across / length if length > 0 else np.array([1.0, 0.0])
    turn = scale * np.array([[across[0], across[1]], [-across[1], across[0]]])
    middle = np.full(2, (_SIDE_PX - 1) / 2)
    return np.column_stack([turn, middle - turn @ np.array(box.center)]).astype(np.float64)


def _eyes(seen: Detection | FaceMesh) -> tuple[Points, Points]:
    if isinstance(seen, FaceMesh):
        return seen.eye_corners
    if seen.landmarks is None:  # a detector that marks nothing finds upright faces
        return np.zeros(2, np.float32), np.array([1, 0], np.float32)
    return seen.landmarks.left_eye, seen.landmarks.right_eye

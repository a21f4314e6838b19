"""Follows a face from frame to frame: where it was is where it is looked for."""

from __future__ import annotations

from typing import Final, final

from mien.core.detection import Search
from mien.core.face_mesh import FaceMesh
from mien.core.image import Image
from mien.core.pose import HeadPose
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.landmarks.head_pose import estimate_head_pose
from mien.inference.pipeline import Detector

_PRESENT: Final = 0.5
_SMALLEST_SHARE: Final = 1 / 10
"""A face narrower than this share of the shorter side is not somebody facing the camera."""


@final
class MeshTracker:
    """Marks the largest face; a detector is asked only where there was none before."""

    def __init__(self, detectors: tuple[Detector, ...], mesher: FaceMesher) -> None:
        """Take the pack's detectors and the mesh network."""
        self._detectors = detectors
        self._mesher = mesher

    def track(self, image: Image, before: FaceMesh | None) -> tuple[FaceMesh, HeadPose] | None:
        """Return the face, near where it was before; None when there is none."""
        mesh = None if before is None else self._mesher.mark(image, before)
        if mesh is None or mesh.presence < _PRESENT:
            mesh = self._find(image)
        if mesh is None or mesh.presence < _PRESENT:
            return None
        pose = estimate_head_pose(mesh, image)
        return None if pose is None else (mesh, pose)

    def _find(self, image: Image) -> FaceMesh | None:
        smallest = _SMALLEST_SHARE * min(image.width, image.height)
        search = Search(min_face_px=smallest, largest_only=True)
        for detector in self._detectors:
            if found := detector.detect(image, search):
                return self._mesher.mark(image, found[0])
        return None

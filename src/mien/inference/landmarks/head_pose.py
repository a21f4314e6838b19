"""Head pose in degrees: the rotation under which a mean face looks as the mesh does."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from mien.core.face_mesh import FaceMesh
from mien.core.image import Image
from mien.core.pose import HeadPose

_CANONICAL: Final = {
    1: (0.0, 1.126865, -7.475604),
    4: (0.0, 0.463170, -7.586580),
    6: (0.0, -2.473255, -5.788627),
    10: (0.0, -8.261778, -4.481535),
    33: (-4.445859, -2.663991, -3.173422),
    127: (-7.743095, -2.364999, 2.005167),
    133: (-1.856432, -2.585245, -3.757904),
    168: (0.0, -3.271027, -5.236015),
    263: (4.445859, -2.663991, -3.173422),
    356: (7.743095, -2.364999, 2.005167),
    362: (1.856432, -2.585245, -3.757904),
}
"""Points that no expression moves, in centimeters; x to the right and y down as in the image, z
away from the camera. Source: MediaPipe, canonical_face_model.obj (Apache-2.0), y and z turned."""

_NUMBERS: Final = list(_CANONICAL)
_MODEL: Final = np.array(list(_CANONICAL.values()), dtype=np.float64)

_FOCAL_SIDES: Final = 1.0
"""Focal length in longer sides of the image: a field of view of 53 degrees, as webcams have."""


def estimate_head_pose(mesh: FaceMesh, image: Image) -> HeadPose | None:
    """Return the pose that the eyes, nose and temples agree on; None when none fits.

    Of a photo that is tilted in front of the camera it hardly changes: a turn shows in how far
    the nose stands out before the eyes, which on paper it does not.
    """
    focal = _FOCAL_SIDES * max(image.width, image.height)
    camera = np.array(
        [[focal, 0.0, (image.width - 1) / 2], [0.0, focal, (image.height - 1) / 2], [0.0, 0.0, 1.0]]
    )
    seen = mesh.points[_NUMBERS, :2].astype(np.float64)
    try:
        found, vector, place = cv2.solvePnP(_MODEL, seen, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    except cv2.error:  # points that coincide, or are no numbers
        return None
    if not found or not np.isfinite(place).all() or place[2, 0] <= 0:
        return None
    rotation = cv2.Rodrigues(vector)[0]
    across = float(np.hypot(rotation[2, 1], rotation[2, 2]))
    return HeadPose(
        yaw_deg=float(np.degrees(np.arctan2(rotation[2, 0], across))),
        pitch_deg=float(np.degrees(np.arctan2(rotation[2, 1], rotation[2, 2]))),
        roll_deg=float(np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0]))),
        distance=float(place[2, 0]),
    )

"""A face made of numbers: a mesh that blinks, smiles, speaks, turns and comes closer on command.

Its named points lie where MediaPipe's canonical face has them (canonical_face_model.obj,
Apache-2.0), in centimeters, x to the right and y down as in the image, z away from the camera;
the others lie on a smooth ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face_mesh import POINT_COUNT, FaceMesh, MeshPoints
from mien.core.geometry import Box
from mien.core.live.reading import Reading
from mien.core.pose import HeadPose

Floats = npt.NDArray[np.float64]

SIDE_PX: Final = 640.0
"""Of the square frame, and the focal length: a field of view of 53 degrees."""

AWAY_CM: Final = 50.0

_MIDDLE: Final = {
    1: (1.126865, -7.475604),
    2: (2.089024, -6.058267),
    4: (0.463170, -7.586580),
    5: (-0.365669, -7.242870),
    6: (-2.473255, -5.788627),
    10: (-8.261778, -4.481535),
    13: (4.0, -6.05),
    14: (4.1, -6.0),
    17: (5.8, -5.6),
    152: (9.403378, -4.264492),
    168: (-3.271027, -5.236015),
    195: (-1.4, -6.6),
}
"""(y, z) of the points in the middle."""

_PAIRS: Final = {
    (33, 263): (4.445859, -2.663991, -3.173422),
    (133, 362): (1.856432, -2.585245, -3.757904),
    (160, 387): (3.86, -3.05, -3.6),
    (158, 385): (2.79, -3.10, -3.9),
    (144, 373): (3.70, -2.25, -3.5),
    (153, 380): (2.75, -2.15, -3.75),
    (61, 291): (2.456206, 4.342621, -4.283884),
    (70, 300): (5.0, -4.7, -3.6),
    (127, 356): (7.743095, -2.364999, 2.005167),
}
"""(x, y, z) of points of the right half of the image; their partners mirror them."""

_UPPER_LIDS: Final = {160: 144, 158: 153, 387: 373, 385: 380}
"""Which point of the lower lid they close on."""

_SHUT: Final = 0.5
"""What is left of the opening of a closed eye, as the network marks it."""

_MOUTH_CORNERS: Final = [61, 291]
_JAW: Final = [14, 17, 152]


@dataclass(frozen=True, slots=True)
class Look:
    """What a face does in one moment.

    shut: 0 open eyes to 1 closed. mouth: gap of the lips in lengths of the nose. smile: how much
    wider the mouth is. nearness: how much closer than usual. x, y: place in shares of the frame.
    """

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    shut: float = 0.0
    mouth: float = 0.02
    smile: float = 1.0
    nearness: float = 1.0
    x: float = 0.5
    y: float = 0.5


def rotation_of(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Floats:
    """Return the rotation [3, 3] that `HeadPose` describes."""
    y, p, r = np.radians([yaw_deg, pitch_deg, roll_deg])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_y = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, dtype=np.float64)


@cache
def _neutral() -> Floats:
    """Return the points of a face that does nothing, [468, 3] in centimeters."""
    turns = np.arange(POINT_COUNT) * np.pi * (3 - np.sqrt(5))
    depth = -np.linspace(0.05, 0.95, POINT_COUNT)
    across = np.sqrt(1 - depth**2)
    points = np.column_stack([7.4 * across * np.cos(turns), 9 * across * np.sin(turns), 6 * depth])
    for number, (y, z) in _MIDDLE.items():
        points[number] = 0, y, z
    for (left, right), (x, y, z) in _PAIRS.items():
        points[left], points[right] = (-x, y, z), (x, y, z)
    return points


def _expressed(look: Look) -> Floats:
    points = _neutral().copy()
    for upper, lower in _UPPER_LIDS.items():
        points[upper] += look.shut * (1 - _SHUT) * (points[lower] - points[upper])
    points[_MOUTH_CORNERS, 0] *= look.smile
    nose = float(np.linalg.norm(points[168] - points[2]))
    points[_JAW, 1] += look.mouth * nose - float(np.linalg.norm(points[13] - points[14]))
    return points


def mesh_of(look: Look, noise_px: Floats | float = 0.0, presence: float = 1.0) -> FaceMesh:
    """Return the mesh as the network would mark it: turned in space, projected weakly."""
    turned = _expressed(look) @ rotation_of(look.yaw_deg, look.pitch_deg, look.roll_deg).T
    scale = SIDE_PX / AWAY_CM * look.nearness
    place = np.array([look.x * SIDE_PX, look.y * SIDE_PX, 0.0])
    return FaceMesh((scale * turned + place + noise_px).astype(np.float32), presence)


def photo_of(level: FaceMesh, yaw_deg: float, pitch_deg: float, roll_deg: float) -> FaceMesh:
    """Return what a camera sees of a photo of the face that is tilted: points of a plane."""
    center = level.points[:, :2].mean(axis=0)
    scale = SIDE_PX / AWAY_CM
    flat = np.column_stack([(level.points[:, :2] - center) / scale, np.zeros(POINT_COUNT)])
    turned = flat @ rotation_of(yaw_deg, pitch_deg, roll_deg).T
    seen: MeshPoints = level.points.copy()
    seen[:, :2] = turned[:, :2] * SIDE_PX / (AWAY_CM + turned[:, 2:]) + center
    return FaceMesh(seen, level.presence)


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviations from frame to frame; the clips in ../shared have these or less.

    points_px: of each point, in a face of 200 pixels. turn_deg: of yaw and pitch. nearness: of
    its logarithm.
    """

    points_px: float = 0.3
    turn_deg: float = 0.6
    nearness: float = 0.005


SILENT: Final = Noise(0.0, 0.0, 0.0)


def reading_of(
    look: Look,
    at_s: float = 0.0,
    *,
    noise: Noise = SILENT,
    rng: np.random.Generator | None = None,
    likeness: float | None = None,
) -> Reading:
    """Return what a frame says of a face; noisy where a generator is given."""
    rng = rng or np.random.default_rng(0)
    mesh = mesh_of(look, rng.normal(0, noise.points_px, (POINT_COUNT, 3)))
    off = rng.normal(0, (noise.turn_deg, noise.turn_deg, noise.turn_deg / 2, noise.nearness))
    pose = HeadPose(
        look.yaw_deg + float(off[0]),
        look.pitch_deg + float(off[1]),
        look.roll_deg + float(off[2]),
        AWAY_CM / look.nearness * float(np.exp(off[3])),
    )
    box = mesh.box
    shares = Box(box.left / SIDE_PX, box.top / SIDE_PX, box.right / SIDE_PX, box.bottom / SIDE_PX)
    return Reading(at_s, mesh, pose, shares, likeness)

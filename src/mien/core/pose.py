"""Head pose, as far as five landmarks tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.geometry import Points

_FRONTAL_NOSE_DEPTH: Final = 0.765
"""Nose base below the eye line, in eye distances, on a level frontal face (LFW median)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Roll in degrees, yaw and pitch as ratios; all zero for an upright frontal face.

    roll_deg: angle of the eye line, positive when the head leans clockwise in the image.
    yaw: nose base off the middle between the eyes, in eye distances; +-0.3 is a clear turn.
    pitch: nose base further below (+) or nearer to (-) the eye line than usual, in eye
        distances.
    """

    roll_deg: float
    yaw: float
    pitch: float


def estimate_pose(landmarks: Points) -> Pose:
    """Measure the pose from the five points of `RegressionTreeLandmarker`, [5, 2] in pixels."""
    image_right_eye = landmarks[0:2].mean(axis=0)
    image_left_eye = landmarks[2:4].mean(axis=0)
    across = image_right_eye - image_left_eye
    distance = float(np.hypot(*across)) or 1.0
    unit = across / distance
    nose = (landmarks[4] - (image_left_eye + image_right_eye) / 2) / distance
    return Pose(
        roll_deg=float(np.degrees(np.arctan2(unit[1], unit[0]))),
        yaw=float(nose @ unit),
        pitch=float(nose @ np.array([-unit[1], unit[0]])) - _FRONTAL_NOSE_DEPTH,
    )

"""Head pose: in ratios, as far as five landmarks tell, and in degrees, from a face mesh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.landmarks import Landmarks, LandmarkScheme

FRONTAL_NOSE_DEPTH: Final = {
    LandmarkScheme.EYE_CORNERS_NOSE_BASE: 0.765,
    LandmarkScheme.EYES_NOSE_MOUTH_CORNERS: 0.596,
    LandmarkScheme.EYES_NOSE_MOUTH: 0.596,
}
"""Nose below the eye line, in eye distances, on a level frontal face (LFW medians)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Roll in degrees, yaw and pitch as ratios; all zero for an upright frontal face.

    roll_deg: angle of the eye line, positive when the head leans clockwise in the image.
    yaw: nose off the middle between the eyes, in eye distances; +-0.3 is a clear turn.
    pitch: nose further below (+) or nearer to (-) the eye line than usual, in eye
        distances.
    """

    roll_deg: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Rotation of the head against the camera, in degrees, and how far away it is.

    yaw_deg: positive when the nose points to the right of the image: the person's own left.
    pitch_deg: positive downwards. roll_deg: positive when the head leans clockwise in the image.
    distance: in centimeters if the face were of mean size and the lens a usual one; only how it
        changes means something.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    distance: float


def estimate_pose(landmarks: Landmarks) -> Pose:
    """Measure the pose from where the nose lies against the eyes."""
    across = landmarks.right_eye - landmarks.left_eye
    distance = float(np.hypot(*across)) or 1.0
    unit = across / distance
    nose = (landmarks.nose - (landmarks.left_eye + landmarks.right_eye) / 2) / distance
    return Pose(
        roll_deg=float(np.degrees(np.arctan2(unit[1], unit[0]))),
        yaw=float(nose @ unit),
        pitch=float(nose @ np.array([-unit[1], unit[0]])) - FRONTAL_NOSE_DEPTH[landmarks.scheme],
    )

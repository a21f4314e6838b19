"""Is this face good enough to compare? Measurements, limits and reasons.

Measured on the aligned chip, so that a limit means the same for any camera; only size and
visibility look at the photo itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.pose import Pose

CENTRAL: Final = slice(30, 120)
"""The face itself within the 150-pixel chip, without hair and background."""

LUMA: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)


class QualityReason(StrEnum):
    """Why a face was refused; stable codes."""

    BLURRED = "BLURRED"
    TOO_DARK = "TOO_DARK"
    TOO_BRIGHT = "TOO_BRIGHT"
    LOW_CONTRAST = "LOW_CONTRAST"
    TOO_SMALL = "TOO_SMALL"
    TILTED = "TILTED"
    TURNED_AWAY = "TURNED_AWAY"
    CUT_OFF = "CUT_OFF"


ADVICE: Final = {
    QualityReason.BLURRED: "hold the camera still and focus on the face",
    QualityReason.TOO_DARK: "put more light on the face",
    QualityReason.TOO_BRIGHT: "avoid direct light on the face",
    QualityReason.LOW_CONTRAST: "use even light without haze or backlight",
    QualityReason.TOO_SMALL: "come closer to the camera",
    QualityReason.TILTED: "hold the head upright",
    QualityReason.TURNED_AWAY: "look straight into the camera",
    QualityReason.CUT_OFF: "keep the whole face inside the picture",
}


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """What the gate accepts. docs/quality.md tells how each default was measured."""

    min_sharpness: float = 8.0
    min_brightness: float = 40.0
    max_brightness: float = 225.0
    min_contrast: float = 12.0
    min_face_px: float = 48.0
    max_roll_deg: float = 30.0
    max_yaw: float = 0.4
    max_pitch: float = 0.35
    min_visible_share: float = 0.9


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on one face.

    sharpness: variance of the Laplacian of the chip's luma, in squared gray levels.
    brightness, contrast: mean and standard deviation of the central luma, in gray levels.
    face_px: width of the face's box in pixels. visible_share: of that box inside the image.
    """

    sharpness: float
    brightness: float
    contrast: float
    face_px: float
    pose: Pose
    visible_share: float

    def reasons(self, limits: QualityLimits) -> tuple[QualityReason, ...]:
        """Return what is wrong with the face, in the order of `QualityReason`; empty is good."""
        checks = {
            QualityReason.BLURRED: self.sharpness < limits.min_sharpness,
            QualityReason.TOO_DARK: self.brightness < limits.min_brightness,
            QualityReason.TOO_BRIGHT: self.brightness > limits.max_brightness,
            QualityReason.LOW_CONTRAST: self.contrast < limits.min_contrast,
            QualityReason.TOO_SMALL: self.face_px < limits.min_face_px,
            QualityReason.TILTED: abs(self.pose.roll_deg) > limits.max_roll_deg,
            QualityReason.TURNED_AWAY: (
                abs(self.pose.yaw) > limits.max_yaw or abs(self.pose.pitch) > limits.max_pitch
            ),
            QualityReason.CUT_OFF: self.visible_share < limits.min_visible_share,
        }
        return tuple(reason for reason, failed in checks.items() if failed)

    def score(self, limits: QualityLimits) -> float:
        """Return 0 to 1: the geometric mean of how comfortably each limit is kept."""
        shares = (
            self.sharpness / (4 * limits.min_sharpness),
            (self.brightness - limits.min_brightness) / 40,
            (limits.max_brightness - self.brightness) / 40,
            self.contrast / (2 * limits.min_contrast),
            self.face_px / (2 * limits.min_face_px),
            1.2 - abs(self.pose.roll_deg) / limits.max_roll_deg,
            1.2 - abs(self.pose.yaw) / limits.max_yaw,
            self.visible_share,
        )
        clipped = np.clip(np.array(shares), 0.0, 1.0)
        return float(clipped.prod() ** (1 / len(clipped)))


def measure_quality(image: Image, box: Box, pose: Pose, chip: Pixels) -> Quality:
    """Measure a face from its box in *image* and its chip, uint8 [150, 150, 3] RGB."""
    luma = chip.astype(np.float32) @ LUMA
    center = luma[CENTRAL, CENTRAL]
    return Quality(
        sharpness=float(_laplacian(center).var()),
        brightness=float(center.mean()),
        contrast=float(center.std()),
        face_px=box.width,
        pose=pose,
        visible_share=box.share_inside(image.width, image.height),
    )


def _laplacian(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the 4-neighbor Laplacian of the inner pixels."""
    neighbors = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return neighbors - 4 * luma[1:-1, 1:-1]

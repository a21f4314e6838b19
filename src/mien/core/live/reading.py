"""What one frame of a live session says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.pose import HeadPose


@dataclass(frozen=True, slots=True)
class Reading:
    """A face in a frame. at_s: when the frame came, by the server's clock.

    box: of the face, in shares of the frame's width and height.
    likeness: log10 of how much rarer than one in one this much likeness is between two people,
        of this face and the session's first: 3 is one in a thousand. None where the face was
        not compared.
    """

    at_s: float
    mesh: FaceMesh
    pose: HeadPose
    box: Box
    likeness: float | None = None

    @property
    def eyes(self) -> float:
        """See `FaceMesh.eye_openness`."""
        return self.mesh.eye_openness

    @property
    def mouth(self) -> float:
        """See `FaceMesh.mouth_opening`."""
        return self.mesh.mouth_opening

    @property
    def smile(self) -> float:
        """See `FaceMesh.mouth_width`."""
        return self.mesh.mouth_width

    @property
    def nearness(self) -> float:
        """Inverse distance, in no unit."""
        return 1.0 / max(self.pose.distance, 1e-6)


@dataclass(frozen=True, slots=True)
class Rest:
    """How a person looks when they look straight into the camera and do nothing: medians."""

    mesh: FaceMesh
    yaw_deg: float
    pitch_deg: float
    eyes: float
    mouth: float
    smile: float
    nearness: float

    @classmethod
    def of(cls, readings: list[Reading]) -> Rest:
        """Measure a person at rest."""

        def median(values: list[float]) -> float:
            return float(np.median(values))

        return cls(
            mesh=readings[-1].mesh,
            yaw_deg=median([r.pose.yaw_deg for r in readings]),
            pitch_deg=median([r.pose.pitch_deg for r in readings]),
            # A blink must not lower what is called open.
            eyes=float(np.quantile([r.eyes for r in readings], 0.75)),
            mouth=median([r.mouth for r in readings]),
            smile=median([r.smile for r in readings]),
            nearness=median([r.nearness for r in readings]),
        )

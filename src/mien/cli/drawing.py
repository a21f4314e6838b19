"""Draws what a detector saw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import PIL.Image
import PIL.ImageDraw

from mien.core.face import Face
from mien.core.image import ImageLimits
from mien.core.quality import QualityLimits
from mien.errors import InvalidRequestError
from mien.inference.decoding import decode

_GOOD: Final = "#2fb344"
_POOR: Final = "#f59f00"
_POINT: Final = "#ffffff"


def draw_faces(photo: bytes, faces: Sequence[Face], limits: QualityLimits, target: Path) -> None:
    """Write the photo with boxes (green: good, orange: the reasons) and landmarks to *target*."""
    picture = PIL.Image.fromarray(decode(photo, ImageLimits()).pixels)
    canvas = PIL.ImageDraw.Draw(picture)
    for face in faces:
        reasons = face.quality.reasons(limits)
        color = _POOR if reasons else _GOOD
        line_px = max(2, round(face.box.width / 60))
        box = (face.box.left, face.box.top, face.box.right, face.box.bottom)
        canvas.rectangle(box, outline=color, width=line_px)
        for x, y in face.landmarks.points.tolist():
            canvas.circle((x, y), line_px + 1, fill=_POINT, outline=color)
        label = ", ".join(reasons) or f"quality {face.quality.score(limits):.2f}"
        size_px = max(12, round(face.box.width / 9))
        canvas.text((box[0], box[3] + line_px), label, fill=color, font_size=size_px)
    try:
        picture.save(target)
    except (OSError, ValueError) as error:
        raise InvalidRequestError(f"{target} cannot be written: {error}") from error

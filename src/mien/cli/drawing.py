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
from mien.service.read_expressions import ExpressiveFaces

_GOOD: Final = "#2fb344"
_POOR: Final = "#f59f00"
_POINT: Final = "#ffffff"
_EXPRESSION: Final = "#1c7ed6"


def draw_faces(photo: bytes, faces: Sequence[Face], limits: QualityLimits, target: Path) -> None:
    """Write the photo with boxes (green: good, orange: the reasons) and landmarks to *target*."""
    picture = PIL.Image.fromarray(decode(photo, ImageLimits()).pixels)
    canvas = PIL.ImageDraw.Draw(picture)
    for face in faces:
        reasons = face.quality.reasons(limits)
        color = _POOR if reasons else _GOOD
        line_px = _draw_box(canvas, face, color)
        for x, y in face.landmarks.points.tolist():
            canvas.circle((x, y), line_px + 1, fill=_POINT, outline=color)
        label = ", ".join(reasons) or f"quality {face.quality.score(limits):.2f}"
        size_px = max(12, round(face.box.width / 9))
        place = (face.box.left, face.box.bottom + line_px)
        canvas.text(place, label, fill=color, font_size=size_px)
    _save(picture, target)


def draw_expressions(found: ExpressiveFaces, target: Path) -> None:
    """Write the photo with boxes, and in each what the face expresses most, to *target*.

    A word that would not fit below a face stands inside its box.
    """
    picture = PIL.Image.fromarray(found.image.pixels)
    canvas = PIL.ImageDraw.Draw(picture)
    for each in found.faces:
        face, shares = each.face, each.expression
        line_px = _draw_box(canvas, face, _EXPRESSION)
        size_px = max(12, round(face.box.width / 7))
        label = f"{shares.likeliest} {shares.confidence:.0%}"
        left, top, right, bottom = canvas.textbbox((0, 0), label, font_size=size_px)
        wide, high = right - left + size_px, bottom - top + size_px // 2
        x = min(max(0.0, face.box.left - line_px / 2), max(0.0, picture.width - wide))
        y = min(face.box.bottom, picture.height - high)
        canvas.rectangle((x, y, x + wide, y + high), fill=_EXPRESSION)
        middle = (x + wide / 2, y + high / 2)
        canvas.text(middle, label, fill=_POINT, font_size=size_px, anchor="mm")
    _save(picture, target)


def _draw_box(canvas: PIL.ImageDraw.ImageDraw, face: Face, color: str) -> int:
    """Draw a face's box and return how thick its line is."""
    line_px = max(2, round(face.box.width / 60))
    box = (face.box.left, face.box.top, face.box.right, face.box.bottom)
    canvas.rectangle(box, outline=color, width=line_px)
    return line_px


def _save(picture: PIL.Image.Image, target: Path) -> None:
    try:
        picture.save(target)
    except (OSError, ValueError) as error:
        raise InvalidRequestError(f"{target} cannot be written: {error}") from error

"""Draws the pictures of docs/expression.md from two public-domain faces.

    python -m tools.draw_expressions docs/images

With the built-in pack and the network in the package: draw them anew when that changes.
"""

# ruff: noqa: INP001, T201 - a script, which prints what it wrote

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import PIL.Image

from examples.make_samples import load_faces
from mien.bootstrap.emotion import ExpressionModels
from mien.cli.drawing import draw_expressions
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.settings import Settings

_SHOWN: Final = 2.6
"""Side of a picture, in widths of the face's box."""

_SIDE_PX: Final = 360
_COLORS: Final = 192


def main(folder: Path) -> None:
    """Write one picture of each face."""
    with tempfile.TemporaryDirectory() as data:
        models = ExpressionModels.load(Settings(data_dir=Path(data), pack="builtin"), threads=1)
    for name, photo in load_faces().items():
        pixels = np.asarray(photo, dtype=np.uint8)
        (found,) = models.read_expressions.of_image(Image(pixels)).faces
        head = Image(_crop(photo, found.face.box))
        target = folder / f"expression-{name}.png"
        drawn_on = models.read_expressions.of_image(head)
        draw_expressions(drawn_on, target)
        with PIL.Image.open(target) as drawn:
            small = drawn.quantize(_COLORS)
        small.save(target, optimize=True)
        words = (f"{each.expression.likeliest}" for each in drawn_on.faces)
        print(f"{target}: {', '.join(words)}")


def _crop(photo: PIL.Image.Image, box: Box) -> Pixels:
    """Return the square around a face, as far as the photo has it, in one size."""
    around = Box.around(*box.center, _SHOWN * box.width)
    left, top = max(0, round(around.left)), max(0, round(around.top))
    right, bottom = min(photo.width, round(around.right)), min(photo.height, round(around.bottom))
    part = photo.crop((left, top, right, bottom))
    scale = _SIDE_PX / max(part.size)
    size = (round(part.width * scale), round(part.height * scale))
    return np.asarray(part.resize(size, PIL.Image.Resampling.LANCZOS), dtype=np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

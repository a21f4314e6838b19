"""Finds the folder that a list of pairs speaks of: archives unpack differently."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation.protocol import PhotoFolder

_FIRST_CHOICES: Final = ("images", "images&landmarks/images&landmarks/images", "images&landmarks")
"""Photos as they were taken, rather than aligned ones beside them."""


def find_photos(root: Path, file: str) -> PhotoFolder:
    """Return the folder at or below *root* that holds *file*; raise InvalidRequestError."""
    below = sorted(folder.name for folder in root.iterdir() if folder.is_dir())
    for name in (*_FIRST_CHOICES, ".", *below):
        if (root / name / file).is_file():
            return PhotoFolder(root / name)
    looked_in = ", ".join(("the folder itself", *below))
    raise InvalidRequestError(
        f"no folder of photos was found in {root}: {file}, the first photo of the list, is in "
        f"none of: {looked_in}"
    )

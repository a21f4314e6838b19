"""Makes a folder's screenshots a quarter as large: `python -m web.e2e.to_webp FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PIL import Image

_QUALITY: Final = 90


def convert(folder: Path) -> None:
    """Replace every PNG by a WebP of the same name."""
    for png in folder.glob("*.png"):
        with Image.open(png) as shot:
            shot.convert("RGB").save(png.with_suffix(".webp"), quality=_QUALITY, method=6)
        png.unlink()


if __name__ == "__main__":
    convert(Path(sys.argv[1]))

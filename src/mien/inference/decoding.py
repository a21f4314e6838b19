"""Bytes from a camera, a phone or an attacker to upright RGB pixels.

Pillow decodes, because it refuses what is truncated instead of filling it with gray. Format
and size are known from the header, so the limits hold before a single pixel is decoded.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import IO, Final

import numpy as np
import PIL.Image
import PIL.ImageOps
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mien.core.image import Image, ImageLimits, Pixels
from mien.errors import ImageTooLargeError, ImageUnreadableError

_READERS: Final[Mapping[bytes, Callable[[IO[bytes]], ImageFile]]] = {
    b"\xff\xd8\xff": JpegImageFile,
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"RIFF": WebPImageFile,
    b"BM": BmpImageFile,
}

_SIXTEEN_BIT_MODES: Final = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I"})
_ALPHA_MODES: Final = frozenset({"RGBA", "LA", "PA"})


def decode(data: bytes, limits: ImageLimits, *, enough_px: int | None = None) -> Image:
    """Decode JPEG, PNG, WebP or BMP bytes into an upright RGB image.

    EXIF orientation is applied; gray, palette, CMYK and 16-bit images are converted, and
    transparency is laid over white. With *enough_px*, a JPEG whose shorter side is a multiple
    of that is decoded at a half, a quarter or an eighth: a phone's photo then costs a fraction
    of its time and memory.

    Raises ImageTooLargeError and ImageUnreadableError.
    """
    if not data:
        raise ImageUnreadableError("the image is empty: send the bytes of a photo")
    if len(data) > limits.max_bytes:
        raise ImageTooLargeError(
            f"the image has {len(data):,} bytes, at most {limits.max_bytes:,} are accepted: "
            "send it smaller or with more compression"
        )
    try:
        with _open(data) as opened:
            _check_pixels(opened, limits)
            if enough_px is not None:
                _decode_smaller(opened, enough_px)
            PIL.ImageOps.exif_transpose(opened, in_place=True)
            return Image(np.ascontiguousarray(_to_rgb(opened)))
    except ImageTooLargeError:
        raise
    except PIL.Image.DecompressionBombError as error:  # a WebP file's own check
        raise ImageTooLargeError("the image has far too many pixels: send it smaller") from error
    except Exception as error:
        # Pillow's parsers raise OSError, SyntaxError, ValueError, struct.error and more on
        # damaged files; whatever they raise, the file is what is wrong.
        raise ImageUnreadableError(
            "the image cannot be decoded: send an intact JPEG, PNG, WebP or BMP file"
        ) from error


def _open(data: bytes) -> ImageFile:
    """Read the header. `PIL.Image.open` would warn or fail by a limit of its own before ours."""
    for signature, reader in _READERS.items():
        if data.startswith(signature):
            return reader(io.BytesIO(data))
    raise ValueError("no accepted format starts like this")


def _check_pixels(opened: PIL.Image.Image, limits: ImageLimits) -> None:
    pixels = opened.width * opened.height
    if pixels > limits.max_pixels:
        raise ImageTooLargeError(
            f"the image has {pixels / 1e6:.1f} megapixels, at most {limits.max_pixels / 1e6:.0f} "
            "are accepted: send it smaller"
        )


def _decode_smaller(opened: PIL.Image.Image, enough_px: int) -> None:
    """Let the JPEG decoder skip resolution that nobody needs; other formats ignore this."""
    factor = min(opened.width, opened.height) // enough_px
    if factor >= 2:
        opened.draft(None, (opened.width // factor, opened.height // factor))


def _to_rgb(opened: PIL.Image.Image) -> Pixels:
    if opened.mode in _SIXTEEN_BIT_MODES:
        gray = (np.asarray(opened).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)
        return np.repeat(gray[..., None], 3, axis=2)
    if opened.mode in _ALPHA_MODES or "transparency" in opened.info:
        rgba = opened.convert("RGBA")
        white = PIL.Image.new("RGBA", rgba.size, "white")
        opened = PIL.Image.alpha_composite(white, rgba)
    return np.asarray(opened if opened.mode == "RGB" else opened.convert("RGB"))

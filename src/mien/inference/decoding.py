"""Bytes from a camera, a phone or an attacker to upright RGB pixels.

Pillow decodes, because it refuses what is truncated instead of filling it with gray. Format
and size are known from the header, so the limits hold before a single pixel is decoded. So does
the number of a file's parts, each of which costs Pillow time, however small it is.
"""

from __future__ import annotations

import io
import re
import warnings
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
from mien.errors import ImageError, ImageTooLargeError, ImageUnreadableError

_READERS: Final[Mapping[bytes, Callable[[IO[bytes]], ImageFile]]] = {
    b"\xff\xd8\xff": JpegImageFile,
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"RIFF": WebPImageFile,
    b"BM": BmpImageFile,
}

_MAX_PARTS: Final = 1000
"""Of the metadata: a photo has some dozens. Pillow takes minutes for a million of them."""

_MAX_SCANS: Final = 32
"""Passes over a JPEG: encoders make about 10, and every one costs as much as another photo."""

_LARGE_PNG_PART: Final = 1024
"""From here on pixel data outweighs what its part costs."""

_JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Restart markers belong to the pixel data; 0xFF before a marker is filling."""

_JPEG_SCAN, _JPEG_END, _JPEG_WITHOUT_LENGTH = 0xDA, 0xD9, frozenset({0x01, 0xD8})

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
        _check_parts(data)
        with _open(data) as opened:
            _check_pixels(opened, limits)
            if enough_px is not None:
                _decode_smaller(opened, enough_px)
            PIL.ImageOps.exif_transpose(opened, in_place=True)
            return Image(np.ascontiguousarray(_to_rgb(opened)))
    except ImageError:
        raise
    except PIL.Image.DecompressionBombError as error:  # a WebP file's own check
        raise ImageTooLargeError("the image has far too many pixels: send it smaller") from error
    except Exception as error:
        # Pillow's parsers raise OSError, SyntaxError, ValueError, struct.error and more on
        # damaged files; whatever they raise, the file is what is wrong.
        raise ImageUnreadableError(
            "the image cannot be decoded: send an intact JPEG, PNG, WebP or BMP file"
        ) from error


def ignore_warnings_of_pillow() -> None:
    """Neither print nor remember what Pillow finds odd in a file; for the start of a process.

    One photo can make it warn of 65,000 things, and Python keeps the text of each for good.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")


def _check_parts(data: bytes) -> None:
    """Refuse a file of many more parts than photos have, before Pillow goes through them."""
    is_fine = True
    if data.startswith(b"\xff\xd8"):
        is_fine = _has_few_segments(data)
    elif data.startswith(b"\x89PNG"):
        is_fine = _has_few_chunks(data)
    if not is_fine:
        raise ImageUnreadableError(
            "the image has far more parts than a photo: save it anew and send that"
        )


def _has_few_segments(data: bytes) -> bool:
    """Walk over a JPEG as Pillow and libjpeg do (ITU-T T.81, annex B), up to its end."""
    position, parts, scans = 2, 0, 0
    while found := _JPEG_MARKER.search(data, position):
        marker = data[found.end() - 1]
        if marker == _JPEG_END:
            break
        if not scans:
            parts += found.start() - position  # filling, which Pillow reads byte by byte
        parts += 1
        scans += marker == _JPEG_SCAN
        if parts > _MAX_PARTS or scans > _MAX_SCANS:
            return False
        position = found.end()
        if marker not in _JPEG_WITHOUT_LENGTH:
            position += int.from_bytes(data[position : position + 2], "big")
    return True


def _has_few_chunks(data: bytes) -> bool:
    """Walk over the chunks of a PNG (PNG, third edition, 5.3)."""
    position, parts = 8, 0
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        is_pixels = data[position + 4 : position + 8] == b"IDAT"
        parts += not (is_pixels and length >= _LARGE_PNG_PART)
        if parts > _MAX_PARTS:
            return False
        position += 4 + 4 + length + 4  # length, kind, content, checksum
    return True


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

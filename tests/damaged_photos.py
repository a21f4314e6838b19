"""Intact photos in every form that is accepted, and ways to damage them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import PIL.Image
from PIL.PngImagePlugin import PngInfo

_PNG, _RIFF = b"\x89PNG", b"RIFF"

_KNOWN: Final = (
    *(bytes([0xFF, marker]) for marker in (*range(0xC0, 0xE3), 0xED, 0xEE, 0xFE, 0x01)),
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"eXIf", b"zTXt", b"iTXt", b"acTL"),
    *(b"fcTL", b"fdAT", b"sRGB", b"gAMA", b"RIFF", b"WEBP", b"VP8 ", b"VP8L", b"VP8X", b"ALPH"),
    *(b"ANIM", b"ANMF", b"EXIF", b"XMP ", b"ICCP", b"BM", b"Exif\0\0", b"II*\0", b"MM\0*"),
    *(b"ICC_PROFILE\0", b"JFIF\0", b"Adobe", b"MPF\0", b"Photoshop 3.0\0", b"8BIM", b"\x12\x01"),
    *(b"\0", b"\x7f", b"\x80", b"\xff", b"\0\0", b"\x7f\xff", b"\xff\xff", bytes(4)),
    *(b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\1\0\0\0"),
)


def seeds() -> list[bytes]:
    """Return small intact files of every accepted format, in many of its forms."""
    rng = np.random.default_rng(0)
    smooth = np.linspace(0, 255, 48 * 40 * 3).reshape(40, 48, 3)
    pixels = (smooth + rng.normal(0, 20, smooth.shape)).clip(0, 255).astype(np.uint8)
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = 6, "a camera", "2026:11:21 08:00:00"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:21 08:00:00"
    rich: dict[str, Any] = {"exif": exif, "icc_profile": bytes(range(256)), "xmp": b"<x:xmpmeta/>"}

    def saved(format_: str, mode: str = "RGB", **options: Any) -> bytes:  # noqa: ANN401 every format has its own
        buffer = io.BytesIO()
        PIL.Image.fromarray(pixels).convert(mode).save(buffer, format_, **options)
        return buffer.getvalue()

    frames = [PIL.Image.fromarray(np.roll(pixels, n * 7, axis=0)) for n in range(3)]
    return [
        *(saved("JPEG", mode, quality=60) for mode in ("RGB", "L", "CMYK")),
        saved("JPEG", progressive=True, **rich),
        saved("JPEG", subsampling=0, restart_marker_blocks=1, **rich),
        saved("JPEG", optimize=True, comment=b"a comment"),
        *(saved("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        saved("PNG", "P", transparency=3, bits=4, **rich),
        saved("PNG", save_all=True, append_images=frames),
        saved("PNG", pnginfo=_texts()),
        *(
            saved("WEBP", mode, lossless=lossless)
            for mode in ("RGB", "RGBA")
            for lossless in (0, 1)
        ),
        saved("WEBP", "RGBA", **rich),
        saved("WEBP", save_all=True, append_images=frames),
        *(saved("BMP", mode) for mode in ("1", "L", "P", "RGB", "RGBA")),
    ]


def _texts() -> PngInfo:
    texts = PngInfo()
    texts.add_text("a", "b" * 300, zip=True)
    texts.add_itxt("c", "d", zip=True)
    return texts


def parts_of(data: bytes) -> list[bytes]:
    """Cut a file where its format does: after segments, chunks, or every 16 bytes."""
    cuts = [0]
    if data.startswith(b"\xff\xd8"):
        cuts += [at for at in range(2, len(data) - 1) if _is_marker(data[at : at + 2])]
    elif data.startswith((_PNG, _RIFF)):
        is_png = data.startswith(_PNG)
        position = 8 if is_png else 12
        while position < len(data):
            cuts.append(position)
            at = position if is_png else position + 4
            length = int.from_bytes(data[at : at + 4], "big" if is_png else "little")
            position += length + 12 if is_png else 8 + length + length % 2
    else:
        cuts += range(16, len(data), 16)
    cuts.append(len(data))
    return [data[start:end] for start, end in pairwise(cuts)]


def _is_marker(two: bytes) -> bool:
    return two[0] == 0xFF and two[1] not in (0x00, 0xFF, *range(0xD0, 0xD8))


def mended(data: bytes) -> bytes:
    """Make checksums and lengths right again, so that what lies behind them is reached."""
    if data.startswith(_RIFF):
        return _RIFF + struct.pack("<I", max(0, len(data) - 8)) + data[8:]
    if not data.startswith(_PNG):
        return data
    head, *chunks = parts_of(data)
    return head + b"".join(
        chunk[:-4] + struct.pack(">I", zlib.crc32(chunk[4:-4])) if len(chunk) >= 12 else chunk
        for chunk in chunks
    )


class Mutator:
    """Makes new inputs out of a corpus."""

    def __init__(self, rng: random.Random, corpus: list[bytes], max_bytes: int) -> None:
        """Take the corpus, which may grow, and how long inputs become, give or take a little."""
        self._rng = rng
        self._corpus = corpus
        self._intact = tuple(corpus)
        self._longest = max_bytes + 100
        self._ways = (
            self._flip_bits, self._set_bytes, self._truncate, self._splice, self._insert_known,
            self._overwrite_known, self._change_length, self._repeat_part, self._repeat_often,
            self._drop_part, self._swap_parts, self._foreign_part,
        )  # fmt: skip

    def next(self) -> bytes:
        """Return one input."""
        # What is damaged already is seldom decoded however it is damaged further.
        data = self._rng.choice(self._corpus if self._rng.random() < 0.5 else self._intact)
        for _ in range(self._rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            data = self._rng.choice(self._ways)(data)[: self._longest] or data
        return mended(data) if self._rng.random() < 0.7 else data

    def _at(self, data: bytes) -> int:
        """Return a position; half of the time in the header, where a byte does most."""
        end = len(data) if self._rng.random() < 0.5 else min(len(data), 160)
        return self._rng.randrange(max(1, end))

    def _flip_bits(self, data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(self._rng.randint(1, 8)):
            changed[self._at(data)] ^= 1 << self._rng.randrange(8)
        return bytes(changed)

    def _set_bytes(self, data: bytes) -> bytes:
        at, count = self._at(data), self._rng.randint(1, 8)
        return data[:at] + self._rng.randbytes(count) + data[at + count :]

    def _truncate(self, data: bytes) -> bytes:
        return data[: max(1, self._at(data))]

    def _splice(self, data: bytes) -> bytes:
        other = self._rng.choice(self._corpus)
        return data[: self._at(data)] + other[self._at(other) :]

    def _insert_known(self, data: bytes) -> bytes:
        at = self._at(data)
        return data[:at] + self._rng.choice(_KNOWN) + data[at:]

    def _overwrite_known(self, data: bytes) -> bytes:
        at, known = self._at(data), self._rng.choice(_KNOWN)
        return data[:at] + known + data[at + len(known) :]

    def _change_length(self, data: bytes) -> bytes:
        """Write another number where a number stands, in either byte order."""
        at, size = self._at(data), self._rng.choice((2, 4))
        order = self._rng.choice(("big", "little"))
        number = int.from_bytes(data[at : at + size], "big" if order == "big" else "little")
        number = self._rng.choice((number + 1, number - 1, number * 2, number // 2, len(data), 0))
        written = bytes((number >> 8 * place) & 0xFF for place in range(size))
        return data[:at] + (written if order == "little" else written[::-1]) + data[at + size :]

    def _repeat_part(self, data: bytes) -> bytes:
        return self._with_parts(data, lambda parts, at: parts.insert(at, parts[at]))

    def _repeat_often(self, data: bytes) -> bytes:
        count = self._rng.choice((10, 100, 1500))
        return self._with_parts(data, lambda parts, at: parts.insert(at, parts[at] * count))

    def _drop_part(self, data: bytes) -> bytes:
        return self._with_parts(data, lambda parts, at: parts.pop(at))

    def _swap_parts(self, data: bytes) -> bytes:
        return self._with_parts(data, lambda parts, at: parts.append(parts.pop(at)))

    def _foreign_part(self, data: bytes) -> bytes:
        foreign = self._rng.choice(parts_of(self._rng.choice(self._corpus)))
        return self._with_parts(data, lambda parts, at: parts.insert(at + 1, foreign))

    def _with_parts(self, data: bytes, change: Callable[[list[bytes], int], object]) -> bytes:
        parts = parts_of(data)
        change(parts, self._rng.randrange(len(parts)))
        return b"".join(parts)

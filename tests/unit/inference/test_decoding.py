from __future__ import annotations

import io
import resource
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib

import cv2
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.image import Image, ImageLimits, Pixels
from mien.errors import ImageError, ImageTooLargeError, ImageUnreadableError
from mien.inference.decoding import decode, ignore_warnings_of_pillow
from tests.support import jpeg, read_astronaut

LIMITS = ImageLimits()
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
ORIENTATION_TAG = 0x0112
CLOSE = 3.0
"""Mean absolute difference, in gray levels, that a lossy format may make."""

TO_STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera stores an upright picture under each EXIF orientation."""


def encoded(pixels: npt.NDArray[np.generic], format_: str, mode: str | None = None) -> bytes:
    """Encode without loss where the format allows it; pixels as Pillow's *mode* if given."""
    picture = PIL.Image.fromarray(pixels)
    buffer = io.BytesIO()
    (picture.convert(mode) if mode else picture).save(buffer, format_, quality=95, lossless=True)
    return buffer.getvalue()


def turned(stored: Pixels, format_: str, orientation: int) -> bytes:
    exif = PIL.Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    buffer = io.BytesIO()
    PIL.Image.fromarray(np.ascontiguousarray(stored)).save(
        buffer, format_, exif=exif, quality=95, lossless=True
    )
    return buffer.getvalue()


def difference(image: Image, expected: Pixels) -> float:
    assert image.pixels.shape == expected.shape
    return float(np.abs(image.pixels.astype(int) - expected).mean())


def is_well_formed(image: Image) -> bool:
    pixels = image.pixels
    return pixels.dtype == np.uint8 and pixels.shape[2:] == (3,) and pixels.flags.c_contiguous


@pytest.fixture(scope="module")
def photo() -> Pixels:
    """Wider than high and different in every corner, so that no turn goes unnoticed."""
    return np.ascontiguousarray(read_astronaut()[40:240, 100:400])


class TestFormats:
    @pytest.mark.parametrize("format_", FORMATS)
    def test_a_photo_becomes_contiguous_rgb_bytes(self, photo: Pixels, format_: str) -> None:
        image = decode(encoded(photo, format_), LIMITS)

        assert is_well_formed(image)
        assert difference(image, photo) < CLOSE

    @pytest.mark.parametrize("format_", ["PNG", "WEBP", "BMP"])
    def test_a_lossless_format_keeps_every_pixel(self, photo: Pixels, format_: str) -> None:
        assert difference(decode(encoded(photo, format_), LIMITS), photo) == 0


class TestOrientation:
    @pytest.mark.parametrize("orientation", list(TO_STORED))
    @pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
    def test_all_eight_give_the_same_upright_picture(
        self, photo: Pixels, format_: str, orientation: int
    ) -> None:
        data = turned(TO_STORED[orientation](photo), format_, orientation)

        image = decode(data, LIMITS)

        assert is_well_formed(image)
        assert difference(image, photo) < CLOSE

    @pytest.mark.parametrize("orientation", [0, 9, 255])
    def test_one_that_does_not_exist_leaves_the_picture_as_it_is(
        self, photo: Pixels, orientation: int
    ) -> None:
        assert difference(decode(turned(photo, "PNG", orientation), LIMITS), photo) == 0


class TestColors:
    @pytest.mark.parametrize("format_", FORMATS)
    def test_gray_becomes_three_equal_channels(self, photo: Pixels, format_: str) -> None:
        gray = photo[..., 1].copy()

        image = decode(encoded(gray, format_), LIMITS)

        assert is_well_formed(image)
        assert difference(image, np.repeat(gray[..., None], 3, axis=2)) < CLOSE

    def test_black_and_white_becomes_0_and_255(self, photo: Pixels) -> None:
        image = decode(encoded(photo, "PNG", "1"), LIMITS)

        assert is_well_formed(image)
        assert set(np.unique(image.pixels)) == {0, 255}

    @pytest.mark.parametrize("format_", ["PNG", "BMP"])
    def test_a_palette_is_looked_up(self, photo: Pixels, format_: str) -> None:
        expected = np.asarray(PIL.Image.fromarray(photo).convert("P").convert("RGB"))

        assert difference(decode(encoded(photo, format_, "P"), LIMITS), expected) == 0

    def test_cmyk_is_converted(self, photo: Pixels) -> None:
        assert difference(decode(encoded(photo, "JPEG", "CMYK"), LIMITS), photo) < CLOSE

    @pytest.mark.parametrize("format_", ["PNG", "WEBP"])
    def test_what_is_transparent_lies_over_white(self, photo: Pixels, format_: str) -> None:
        alpha = np.zeros(photo.shape[:2], np.uint8)
        alpha[:, 100:200], alpha[:, 200:] = 128, 255
        data = encoded(np.dstack([photo, alpha]), format_)

        image = decode(data, LIMITS)

        half = (photo[:, 100:200].astype(int) + 255) // 2
        assert is_well_formed(image)
        assert (image.pixels[:, :100] == 255).all()
        assert np.abs(image.pixels[:, 100:200] - half).max() <= 2
        np.testing.assert_array_equal(image.pixels[:, 200:], photo[:, 200:])

    def test_a_transparent_entry_of_a_palette_lies_over_white(self) -> None:
        picture = PIL.Image.new("P", (8, 8), 1)
        picture.putpalette([0, 0, 0, 200, 30, 30])
        picture.paste(0, (0, 0, 4, 8))
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", transparency=0)

        image = decode(buffer.getvalue(), LIMITS)

        assert (image.pixels[:, :4] == 255).all()
        assert (image.pixels[:, 4:] == (200, 30, 30)).all()

    def test_gray_with_alpha_lies_over_white(self, photo: Pixels) -> None:
        gray = PIL.Image.fromarray(photo).convert("LA")
        gray.putalpha(0)
        buffer = io.BytesIO()
        gray.save(buffer, "PNG")

        assert (decode(buffer.getvalue(), LIMITS).pixels == 255).all()

    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_sixteen_bits_keep_their_upper_eight(self, photo: Pixels, channels: int) -> None:
        opaque = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
        wide = opaque[..., :channels].astype(np.uint16) << 8 | 0x7F
        if channels == 4:
            wide[..., 3] = 0xFFFF
        order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]  # OpenCV writes BGR
        data = cv2.imencode(".png", wide[..., order])[1].tobytes()

        image = decode(data, LIMITS)

        expected = photo[..., [0, 0, 0]] if channels == 1 else photo
        assert is_well_formed(image)
        assert np.abs(image.pixels.astype(int) - expected).max() <= 1


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(64))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def jpeg_that_claims(width: int, height: int) -> bytes:
    data = bytearray(jpeg(np.zeros((16, 16, 3), np.uint8)))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def bmp_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(np.zeros((16, 16, 3), np.uint8), "BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def webp_that_claims(width: int, height: int) -> bytes:
    features = bytes(4) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    small = encoded(np.zeros((16, 16, 3), np.uint8), "WEBP")[12:]
    body = b"WEBPVP8X" + struct.pack("<I", len(features)) + features + small
    return b"RIFF" + struct.pack("<I", len(body)) + body


class TestLimits:
    def test_are_10_megabytes_and_40_megapixels(self) -> None:
        assert ImageLimits(max_bytes=10_000_000, max_pixels=40_000_000) == LIMITS

    def test_more_bytes_than_the_limit_are_not_even_looked_at(self) -> None:
        with pytest.raises(ImageTooLargeError, match="bytes"):
            decode(bytes(LIMITS.max_bytes + 1), LIMITS)

    def test_as_many_bytes_as_the_limit_are_accepted(self, photo: Pixels) -> None:
        data = jpeg(photo)

        decode(data, ImageLimits(max_bytes=len(data)))
        with pytest.raises(ImageTooLargeError):
            decode(data, ImageLimits(max_bytes=len(data) - 1))

    @pytest.mark.parametrize("format_", FORMATS)
    def test_as_many_pixels_as_the_limit_are_accepted(self, photo: Pixels, format_: str) -> None:
        data, pixels = encoded(photo, format_), photo.shape[0] * photo.shape[1]

        decode(data, ImageLimits(max_pixels=pixels))
        with pytest.raises(ImageTooLargeError, match="megapixels"):
            decode(data, ImageLimits(max_pixels=pixels - 1))

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(png_that_claims(8000, 5001), id="PNG just above"),
            pytest.param(png_that_claims(10_000, 10_000), id="PNG where Pillow would warn"),
            pytest.param(png_that_claims(50_000, 50_000), id="PNG where Pillow would raise"),
            pytest.param(png_that_claims(2**31 - 1, 2**31 - 1), id="the largest PNG there is"),
            pytest.param(jpeg_that_claims(65_500, 65_500), id="JPEG"),
            pytest.param(bmp_that_claims(50_000, 50_000), id="BMP"),
            pytest.param(webp_that_claims(16_384, 16_384), id="WebP"),
        ],
    )
    def test_a_small_file_that_claims_to_be_huge_is_refused_before_decoding(
        self, data: bytes
    ) -> None:
        assert len(data) < 2_000
        peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        started = time.perf_counter()

        with pytest.raises(ImageTooLargeError):
            decode(data, LIMITS)

        elapsed = time.perf_counter() - started
        _, traced_peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peak_growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_before
        assert elapsed < 1
        assert traced_peak < 1_000_000
        assert peak_growth * 1024 < 30_000_000

    def test_a_long_narrow_picture_is_counted_in_pixels_not_in_sides(self) -> None:
        image = decode(encoded(np.zeros((1, 30_000, 3), np.uint8), "PNG"), LIMITS)

        assert (image.width, image.height) == (30_000, 1)


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("face.jpg", jpeg(np.zeros((8, 8, 3), np.uint8)))
    return buffer.getvalue()


class TestDamage:
    @pytest.mark.parametrize("enough_px", [None, 64])
    @pytest.mark.parametrize("format_", FORMATS)
    def test_a_truncated_file_is_refused_rather_than_filled_with_gray(
        self, photo: Pixels, format_: str, enough_px: int | None
    ) -> None:
        data = encoded(photo, format_)

        for percent in range(5, 100, 5):
            with pytest.raises(ImageUnreadableError):
                decode(data[: len(data) * percent // 100], LIMITS, enough_px=enough_px)

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"\xff", id="one byte"),
            pytest.param(b"this is not a photo", id="text"),
            pytest.param(b"<!doctype html><title>404</title>", id="HTML"),
            pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
            pytest.param(b"%PDF-1.7\n", id="PDF"),
            pytest.param(zip_file(), id="ZIP"),
            pytest.param(encoded(np.zeros((8, 8, 3), np.uint8), "GIF"), id="GIF"),
            pytest.param(encoded(np.zeros((8, 8, 3), np.uint8), "TIFF"), id="TIFF"),
            pytest.param(encoded(np.zeros((8, 8, 3), np.uint8), "ICO"), id="icon"),
            pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(32), id="a sound"),
            pytest.param(png_that_claims(0, 0), id="a PNG without pixels"),
            pytest.param(png_that_claims(100, 100), id="a PNG with too few"),
        ],
    )
    def test_whatever_is_no_photo_is_unreadable(self, data: bytes) -> None:
        with pytest.raises(ImageUnreadableError):
            decode(data, LIMITS)

    @given(
        st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM"]),
        st.binary(max_size=400),
    )
    def test_random_bytes_are_refused_in_order(self, signature: bytes, noise: bytes) -> None:
        assert_decoded_or_refused(signature + noise)

    @settings(max_examples=400)
    @given(st.data())
    def test_a_file_with_flipped_bits_is_decoded_or_refused_in_order(
        self, data: st.DataObject
    ) -> None:
        intact = SMALL_PHOTOS[data.draw(st.sampled_from(FORMATS))]
        bits = st.integers(0, 8 * len(intact) - 1)
        # Half of the time in the headers, where a bit does most.
        header_bits = st.integers(0, 8 * min(len(intact), 120) - 1)
        damaged = bytearray(intact)
        for bit in data.draw(st.sets(bits | header_bits, min_size=1, max_size=6)):
            damaged[bit // 8] ^= 1 << bit % 8

        assert_decoded_or_refused(bytes(damaged))


def small_photo(format_: str) -> bytes:
    pixels = cv2.resize(read_astronaut(), (40, 32), interpolation=cv2.INTER_AREA)
    return turned(pixels.astype(np.uint8), format_, 6)


SMALL_PHOTOS = {format_: small_photo(format_) for format_ in FORMATS}


def assert_decoded_or_refused(data: bytes) -> None:
    """Nothing but an ImageError escapes."""
    try:
        image = decode(data, ImageLimits(max_pixels=1_000_000))
    except ImageError:
        return
    assert is_well_formed(image)


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def behind(head: bytes, part: bytes, data: bytes, times: int) -> bytes:
    """Repeat a part behind the signature, or the header, that a file begins with."""
    assert data.startswith(head)
    return head + part * times + data[len(head) :]


TINY_JPEG = jpeg(np.zeros((64, 64, 3), np.uint8))
TINY_PNG = encoded(np.zeros((64, 64, 3), np.uint8), "PNG")
PNG_HEADER = TINY_PNG[:33]

PARTS = {
    "EXIF": (TINY_JPEG[:2], segment(0xE1, b"Exif\0\0ab"), TINY_JPEG),
    "JPEG comments": (TINY_JPEG[:2], segment(0xFE, b""), TINY_JPEG),
    "filling": (TINY_JPEG[:2], b"\xff", TINY_JPEG),
    "restart markers": (TINY_JPEG[:2], b"\xff\xd0", TINY_JPEG),
    "PNG texts": (PNG_HEADER, png_chunk(b"tEXt", b"a\0"), TINY_PNG),
    "color profiles": (
        PNG_HEADER,
        png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(900_000))),
        TINY_PNG,
    ),
    "empty pixel data": (PNG_HEADER, png_chunk(b"IDAT", b""), TINY_PNG),
}
"""Where it goes, the part, and an intact file; 9 MB of them took from 2 to far over 30 seconds."""


class TestParts:
    @pytest.mark.parametrize("name", list(PARTS))
    def test_a_file_of_very_many_is_refused_at_once(self, name: str) -> None:
        head, part, intact = PARTS[name]
        data = behind(head, part, intact, 9_000_000 // len(part))
        started = time.perf_counter()

        with pytest.raises(ImageUnreadableError, match="parts"):
            decode(data, LIMITS)

        assert time.perf_counter() - started < 1

    @pytest.mark.parametrize("name", ["EXIF", "JPEG comments", "PNG texts"])
    def test_a_hundred_are_nothing_special(self, name: str) -> None:
        head, part, intact = PARTS[name]

        assert decode(behind(head, part, intact, 100), LIMITS).width == 64

    def test_a_jpeg_of_very_many_scans_is_refused_at_once(self) -> None:
        """Each costs a pass over all pixels: 10 MB of them would take hours."""
        buffer = io.BytesIO()
        PIL.Image.new("RGB", (6000, 6000)).save(buffer, "JPEG", progressive=True)
        photo = buffer.getvalue()
        decode(photo, LIMITS, enough_px=640)
        scan = photo[photo.rindex(b"\xff\xda") : -2]
        started = time.perf_counter()

        with pytest.raises(ImageUnreadableError, match="parts"):
            decode(photo[:-2] + scan * 10_000 + photo[-2:], LIMITS)

        assert time.perf_counter() - started < 1

    def test_restart_markers_among_the_pixels_are_not_parts(self, photo: Pixels) -> None:
        buffer = io.BytesIO()
        PIL.Image.fromarray(photo).save(buffer, "JPEG", restart_marker_blocks=1, subsampling=0)

        assert buffer.getvalue().count(b"\xff\xd0") > 100
        assert difference(decode(buffer.getvalue(), LIMITS), photo) < 2 * CLOSE

    def test_a_png_in_many_pieces_of_usual_size_is_decoded(self) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (1400, 1400, 3), dtype=np.uint8)
        whole = encoded(noise, "PNG")
        pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in noise), 0)
        pieces = [pixels[start : start + 4096] for start in range(0, len(pixels), 4096)]
        data = whole[:33] + b"".join(png_chunk(b"IDAT", piece) for piece in pieces)

        assert len(pieces) > 1400
        assert difference(decode(data + png_chunk(b"IEND", b""), LIMITS), noise) == 0


def test_what_pillow_finds_odd_is_neither_printed_nor_remembered() -> None:
    tags = range(0x9000, 0x9100)
    entries = b"".join(struct.pack(">HHII", tag, 1, 4_000, 8) for tag in tags)
    exif = b"MM\0*\0\0\0\x08" + struct.pack(">H", len(tags)) + entries + bytes(4)
    data = behind(TINY_JPEG[:2], segment(0xE1, b"Exif\0\0" + exif), TINY_JPEG, 1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decode(data, LIMITS)
        assert len(caught) >= len(tags)  # otherwise nothing is shown here
        caught.clear()

        ignore_warnings_of_pillow()
        decode(data, LIMITS)

    assert not caught


class TestEnoughPixels:
    @pytest.mark.parametrize(
        ("enough_px", "shape"),
        [
            (None, (1200, 1600)),
            (1200, (1200, 1600)),
            (601, (1200, 1600)),
            (600, (600, 800)),
            (400, (600, 800)),
            (300, (300, 400)),
            (150, (150, 200)),
            (10, (150, 200)),
        ],
    )
    def test_a_jpeg_is_decoded_at_a_half_a_quarter_or_an_eighth(
        self, photo: Pixels, enough_px: int | None, shape: tuple[int, int]
    ) -> None:
        large = cv2.resize(photo, (1600, 1200)).astype(np.uint8)

        image = decode(jpeg(large), LIMITS, enough_px=enough_px)

        assert image.pixels.shape[:2] == shape
        assert is_well_formed(image)

    @settings(max_examples=40)
    @given(st.integers(16, 700), st.integers(16, 700), st.integers(16, 720))
    def test_the_shorter_side_never_falls_below_what_is_enough(
        self, width: int, height: int, enough_px: int
    ) -> None:
        data = jpeg(np.zeros((height, width, 3), np.uint8))

        image = decode(data, LIMITS, enough_px=enough_px)

        shorter = min(width, height)
        assert min(image.width, image.height) >= min(shorter, enough_px)
        assert image.width / image.height == pytest.approx(width / height, rel=0.1)

    def test_what_is_seen_stays_the_same(self, photo: Pixels) -> None:
        large = cv2.resize(photo, (1200, 800)).astype(np.uint8)
        expected = cv2.resize(large, (600, 400), interpolation=cv2.INTER_AREA).astype(np.uint8)

        image = decode(jpeg(large, quality=95), LIMITS, enough_px=400)

        assert difference(image, expected) < CLOSE

    def test_a_turned_jpeg_is_decoded_smaller_and_upright(self, photo: Pixels) -> None:
        large = cv2.resize(photo, (1200, 800)).astype(np.uint8)

        image = decode(turned(np.rot90(large, 1), "JPEG", 6), LIMITS, enough_px=400)

        assert (image.width, image.height) == (600, 400)

    @pytest.mark.parametrize("format_", ["PNG", "WEBP", "BMP"])
    def test_other_formats_are_decoded_whole(self, photo: Pixels, format_: str) -> None:
        image = decode(encoded(photo, format_), LIMITS, enough_px=32)

        assert difference(image, photo) == 0

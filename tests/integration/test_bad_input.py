"""Whatever is sent: the right code, nothing written, and the server as alive as before."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
import pytest

from mien.core.image import Pixels
from tests.integration.conftest import Server
from tests.support import jpeg


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG whose header promises far more than it holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))


@pytest.fixture(scope="module")
def bad_images(astronaut: Pixels) -> dict[str, tuple[bytes, int, str]]:
    """Name -> (bytes, status, code)."""
    good = jpeg(astronaut)
    two_faces = np.hstack([astronaut, astronaut])
    tiny = np.asarray(astronaut[::8, ::8])
    return {
        "empty": (b"", 422, "IMAGE_UNREADABLE"),
        "text": (b"hello", 422, "IMAGE_UNREADABLE"),
        "html": (b"<html><script>alert(1)</script>", 422, "IMAGE_UNREADABLE"),
        "truncated": (good[: len(good) // 2], 422, "IMAGE_UNREADABLE"),
        "disguised gif": (b"GIF89a" + bytes(64), 422, "IMAGE_UNREADABLE"),
        "over 10 MB": (good + bytes(10_000_001), 413, "IMAGE_TOO_LARGE"),
        "bomb": (png_claiming(50_000, 50_000), 413, "IMAGE_TOO_LARGE"),
        "damaged png": (png_claiming(500, 500), 422, "IMAGE_UNREADABLE"),
        "no face": (jpeg(np.full((480, 640, 3), 127, np.uint8)), 422, "NO_FACE"),
        "tiny face": (jpeg(tiny), 422, "NO_FACE"),
        "two faces": (jpeg(two_faces), 422, "MULTIPLE_FACES"),
        "one pixel": (jpeg(np.zeros((1, 1, 3), np.uint8)), 422, "NO_FACE"),
        "a line": (jpeg(np.zeros((1, 3000, 3), np.uint8)), 422, "NO_FACE"),
    }


NAMES = [
    "empty", "text", "html", "truncated", "disguised gif", "over 10 MB", "bomb", "damaged png",
    "no face", "tiny face", "two faces", "one pixel", "a line",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/v1/register", "images"),
        ("/api/v1/authenticate", "image"),
        ("/api/v1/identify", "image"),
    ],
)
def test_a_bad_image_gets_its_code_and_writes_nothing(
    server: Server,
    bad_images: dict[str, tuple[bytes, int, str]],
    name: str,
    path: str,
    field: str,
) -> None:
    image, status, code = bad_images[name]
    answer = server.client.post(path, data={"user_id": "ada"}, files={field: image})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert server.client.get("/api/v1/users").json()["total"] == 0


def test_every_reason_of_low_quality_is_named(server: Server, astronaut: Pixels) -> None:
    dark = (astronaut * 0.1).astype(np.uint8)
    answer = server.client.post("/api/v1/identify", files={"image": jpeg(dark)})
    assert answer.status_code == 422
    assert answer.json()["code"] == "LOW_QUALITY"
    assert "TOO_DARK" in answer.json()["reasons"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"user_id": "ada"}'),
        ("application/json", b'{"user_id": {"a": 1}, "image": "aaaa"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1"),
        ("multipart/form-data; boundary=x", b"\xff" * 1000),
        ("text/plain", b"hello"),
        ("application/x-www-form-urlencoded", b"user_id=ada"),
        ("", b"x"),
    ],
)
def test_a_malformed_body_is_an_invalid_request(
    server: Server, content_type: str, body: bytes
) -> None:
    answer = server.client.post(
        "/api/v1/authenticate", content=body, headers={"Content-Type": content_type}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] in {"INVALID_REQUEST", "IMAGE_UNREADABLE"}


@pytest.mark.parametrize("image", ["!!!", "data:image/jpeg;base64,???", 7, None, ["x"], {}])
def test_base64_that_is_none_is_an_unreadable_image(server: Server, image: object) -> None:
    answer = server.client.post("/api/v1/authenticate", json={"user_id": "ada", "image": image})
    assert answer.status_code == 422
    assert answer.json()["code"] == "IMAGE_UNREADABLE"


@pytest.mark.parametrize("user_id", ["", " ada", "a" * 129, "a/b", "a\nb", "\u202e", "<script>"])
def test_a_bad_subject_id_is_an_invalid_request(server: Server, user_id: str) -> None:
    image = base64.b64encode(b"x").decode()
    answer = server.client.post("/api/v1/authenticate", json={"user_id": user_id, "image": image})
    assert answer.json()["code"] == "INVALID_REQUEST"


def test_more_than_ten_images_are_refused(server: Server, astronaut: Pixels) -> None:
    photo = jpeg(astronaut)
    files = [("images", (f"{n}.jpg", photo, "image/jpeg")) for n in range(11)]
    answer = server.client.post("/api/v1/register", data={"user_id": "ada"}, files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("top_k", ["0", "101", "-1", "many"])
def test_a_bad_top_k_is_an_invalid_request(server: Server, astronaut: Pixels, top_k: str) -> None:
    answer = server.client.post(
        "/api/v1/identify", data={"top_k": top_k}, files={"image": jpeg(astronaut)}
    )
    assert answer.json()["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"offset": "-1"}])
def test_a_bad_page_is_an_invalid_request(server: Server, query: dict[str, str]) -> None:
    answer = server.client.get("/api/v1/users", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")

"""A video comes piece by piece, within its limit, and as it was sent."""

from __future__ import annotations

import asyncio
import io
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import BinaryIO, cast

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from mien.api import video_intake
from mien.api.video_intake import receive_video
from mien.errors import InvalidRequestError, StorageError, VideoTooLargeError

LIMIT = 5000


def received(
    body: Sequence[bytes],
    headers: Mapping[str, str],
    *,
    query: str = "",
    file: BinaryIO | None = None,
) -> tuple[bytes, dict[str, str]]:
    """Send a body in these pieces; return what is in the file, and the fields."""
    pieces = [*body, b""]
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]

    async def receive() -> Message:
        return messages.pop(0)

    scope = {
        "type": "http",
        "method": "POST",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    target = io.BytesIO() if file is None else file
    fields = asyncio.run(receive_video(Request(scope, receive), target, LIMIT))
    return cast("io.BytesIO", target).getvalue(), fields


def form(**parts: bytes | str) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers that a client sends; bytes are files."""
    request = httpx.Request(
        "POST",
        "http://server/",
        files={name: value for name, value in parts.items() if isinstance(value, bytes)},
        data={name: value for name, value in parts.items() if isinstance(value, str)},
    )
    return request.read(), dict(request.headers)


@given(
    data=st.binary(max_size=3000),
    cuts=st.lists(st.integers(0, 3500), max_size=8),
    name=st.sampled_from(["video", "file"]),
)
def test_a_file_arrives_as_it_was_sent_however_it_is_cut(
    data: bytes, cuts: list[int], name: str
) -> None:
    body, headers = form(frames_per_second="2", **{name: data})
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = [body[a:b] for a, b in pairwise(places)]
    assert received(pieces, headers) == (data, {"frames_per_second": "2"})


@pytest.mark.parametrize("kind", ["video/mp4", "application/octet-stream"])
def test_a_bare_video_is_taken_with_its_query(kind: str) -> None:
    data, fields = received([b"a ", b"video"], {"Content-Type": kind}, query="frames_per_second=2")
    assert (data, fields) == (b"a video", {"frames_per_second": "2"})


def test_a_field_of_the_form_counts_more_than_the_query() -> None:
    body, headers = form(video=b"v", frames_per_second="3")
    _, fields = received([body], headers, query="frames_per_second=2")
    assert fields == {"frames_per_second": "3"}


def test_what_is_too_long_is_refused_while_it_comes() -> None:
    data = secrets.token_bytes(LIMIT + 1)
    body, headers = form(video=data)
    with pytest.raises(VideoTooLargeError, match="5,000 bytes"):
        received([body[: LIMIT + 300], body[LIMIT + 300 :]], headers)
    with pytest.raises(VideoTooLargeError):
        received([data], {"Content-Type": "video/mp4"})


def test_what_announces_itself_as_too_long_is_not_read() -> None:
    headers = {"Content-Type": "video/mp4", "Content-Length": str(LIMIT + 1)}
    with pytest.raises(VideoTooLargeError):
        received([], headers)


def test_exactly_the_limit_is_fine() -> None:
    data = secrets.token_bytes(LIMIT)
    body, headers = form(video=data)
    assert received([body], headers)[0] == data


BAD: dict[str, tuple[bytes, dict[str, str]]] = {
    "another type": (b"{}", {"Content-Type": "application/json"}),
    "no type": (b"", {}),
    "no boundary": (b"--x", {"Content-Type": "multipart/form-data"}),
    "no form": (b"hello", {"Content-Type": "multipart/form-data; boundary=x"}),
    "empty form": (b"--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
    "no file": form(frames_per_second="2"),
    "another file": form(photo=b"x"),
    "two files": form(video=b"x", file=b"y"),
    "a long field": form(video=b"x", note="n" * 300),
    "many fields": form(video=b"x", **{f"note{n}": "n" for n in range(9)}),
    "cut short": (form(video=b"x" * 100)[0][:150], form(video=b"x")[1]),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_video_in_a_form_is_refused(name: str) -> None:
    body, headers = BAD[name]
    with pytest.raises(InvalidRequestError):
        received([body], headers)


@given(st.binary(max_size=400))
def test_whatever_comes_is_taken_or_refused_in_one_way(noise: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with suppress(InvalidRequestError):
        received([b"--x\r\n" + noise], headers)


class FullDisk(io.BytesIO):
    def write(self, data: object) -> int:  # noqa: ARG002 the file's form
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told() -> None:
    with pytest.raises(StorageError, match="No space left"):
        received([b"video"], {"Content-Type": "video/mp4"}, file=FullDisk())


def test_who_sends_too_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_intake, "RECEIVED_WITHIN_S", 0.05)

    async def receive() -> Message:
        await asyncio.sleep(10)
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "query_string": b"",
        "headers": [(b"content-type", b"video/mp4")],
    }
    with pytest.raises(InvalidRequestError, match="did not arrive"):
        asyncio.run(receive_video(Request(scope, receive), io.BytesIO(), LIMIT))

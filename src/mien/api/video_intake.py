"""Takes a video from a request to a file, piece by piece: it is never whole in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mien.errors import InvalidRequestError, StorageError, VideoTooLargeError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

RECEIVED_WITHIN_S: Final = 600.0
"""A hundred megabytes over a line of 1.4 Mbit/s."""

_FILE_FIELDS: Final = ("video", "file")
_MAX_PARTS: Final = 8
_MAX_FIELD_BYTES: Final = 256
_ENVELOPE_BYTES: Final = 16 * 1024
_WRITTEN_AT_ONCE: Final = 1 << 20


async def receive_video(request: Request, file: BinaryIO, max_bytes: int) -> dict[str, str]:
    """Write the video of a request to *file*; return its other fields, and those of the query.

    A form with the file `video`, or a bare body of the type video/... . Raises
    VideoTooLargeError as soon as it is too long, InvalidRequestError and StorageError.
    """
    media_type, _ = parse_options_header(request.headers.get("content-type", ""))
    query = dict(request.query_params)
    try:
        async with asyncio.timeout(RECEIVED_WITHIN_S):
            if media_type == b"multipart/form-data":
                body = _limited(request, max_bytes, max_bytes + _ENVELOPE_BYTES)
                return {**query, **await _write_form(request, body, file, max_bytes)}
            if media_type.startswith(b"video/") or media_type == b"application/octet-stream":
                await _write_bare(_limited(request, max_bytes, max_bytes), file)
                return query
    except TimeoutError:
        raise InvalidRequestError(
            f"the video did not arrive within {RECEIVED_WITHIN_S / 60:g} minutes: send it smaller"
        ) from None
    raise InvalidRequestError("send multipart/form-data with the file `video`, or a bare video/mp4")


async def _limited(request: Request, max_bytes: int, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body's chunks, up to a limit that leaves room for what is around the video."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(max_bytes)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise _too_large(max_bytes)
        yield chunk


async def _write_bare(body: AsyncGenerator[bytes, None], file: BinaryIO) -> None:
    waiting = bytearray()
    async for chunk in body:
        waiting += chunk
        if len(waiting) >= _WRITTEN_AT_ONCE:
            await _write(file, waiting)
    await _write(file, waiting)


async def _write_form(
    request: Request, body: AsyncGenerator[bytes, None], file: BinaryIO, max_bytes: int
) -> dict[str, str]:
    _, options = parse_options_header(request.headers.get("content-type", ""))
    form = _Form(max_bytes)
    try:
        parser = MultipartParser(options.get(b"boundary", b""), form.callbacks())
        async for chunk in body:
            parser.write(chunk)
            if len(form.video) >= _WRITTEN_AT_ONCE:
                await _write(file, form.video)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise InvalidRequestError("the form cannot be read") from error
    await _write(file, form.video)
    if not form.is_whole:
        raise InvalidRequestError("the form has no file `video`, or breaks off")
    return form.fields


async def _write(file: BinaryIO, waiting: bytearray) -> None:
    """Write what waits, in a thread: a disk may take its time."""
    data, position = bytes(waiting), 0
    waiting.clear()
    try:
        while position < len(data):
            position += await asyncio.to_thread(file.write, data[position:])
    except OSError as error:
        raise StorageError(f"an upload cannot be kept: {error.strerror}") from error


@final
@dataclass(slots=True)
class _Form:
    """What python-multipart found so far. video: bytes of the file that were not written yet."""

    max_bytes: int
    video: bytearray = field(default_factory=bytearray)
    fields: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False
    _parts: int = 0
    _videos: int = 0
    _length: int = 0
    _name: str = ""
    _is_video: bool = False
    _header: bytes = b""
    _value: bytes = b""
    _text: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> MultipartCallbacks:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_to_header,
            "on_header_value": self._add_to_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._require_name,
            "on_part_data": self._add,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise InvalidRequestError(f"the form has more than {_MAX_PARTS} parts")
        self._name, self._is_video, self._header, self._value = "", False, b"", b""
        self._text.clear()

    def _add_to_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
            self._is_video = b"filename" in options
        self._header, self._value = b"", b""

    def _require_name(self) -> None:
        if not self._is_video:
            return
        self._videos += 1
        if self._name not in _FILE_FIELDS or self._videos > 1:
            raise InvalidRequestError("send exactly one file, in the field `video`")

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._is_video:
            self._length += end - start
            if self._length > self.max_bytes:
                raise _too_large(self.max_bytes)
            self.video += data[start:end]
            return
        self._text += data[start:end]
        if len(self._text) > _MAX_FIELD_BYTES:
            raise InvalidRequestError(f"a field of the form has more than {_MAX_FIELD_BYTES} bytes")

    def _end(self) -> None:
        if not self._is_video:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def _finish(self) -> None:
        self.is_whole = self._videos == 1


def _too_large(max_bytes: int) -> VideoTooLargeError:
    return VideoTooLargeError(
        f"the video has more than {max_bytes:,} bytes: send it smaller or in parts"
    )

"""Reads user ids and photos out of the several forms in which callers send them.

JSON with base64 (or data URLs), multipart forms and bare image bodies; ids as `user_id` or
`username`, in the body or the query. Photos stay in memory: nothing is spooled to disk.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Self, final

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from mien.api.dependencies import AnyServer
from mien.core.template import SubjectId, parse_subject_id
from mien.errors import ImageTooLargeError, ImageUnreadableError, InvalidRequestError
from mien.service.enroll import MAX_SAMPLES
from mien.service.terms import Wish

_ID_FIELDS: Final = ("user_id", "username")
_IMAGE_FIELDS: Final = ("images", "image", "files", "file", "images[]", "files[]")
_MAX_FIELDS: Final = 20
_MAX_RETENTION_DAYS: Final = 36_500
_BASE64_GROWTH: Final = 4 / 3
_ENVELOPE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Submission:
    """What a caller sent: text fields, and photos as encoded bytes."""

    fields: Mapping[str, str]
    images: tuple[bytes, ...]

    def subject_id(self) -> SubjectId:
        """Return the one subject id; raise InvalidRequestError."""
        given = [self.fields[name] for name in _ID_FIELDS if name in self.fields]
        if not given:
            raise InvalidRequestError("user_id is missing")
        return parse_subject_id(given[0])

    def image(self) -> bytes:
        """Return the one photo; raise InvalidRequestError."""
        if len(self.images) != 1:
            raise InvalidRequestError(f"send exactly one image, got {len(self.images)}")
        return self.images[0]

    def several(self) -> tuple[bytes, ...]:
        """Return one to ten photos; raise InvalidRequestError."""
        if not 1 <= len(self.images) <= MAX_SAMPLES:
            raise InvalidRequestError(f"send 1 to {MAX_SAMPLES} images, got {len(self.images)}")
        return self.images

    def wish(self) -> Wish:
        """Return the terms that an enrollment asks for; raise InvalidRequestError."""
        days = self.integer("retention_days", default=0)
        if not 0 <= days <= _MAX_RETENTION_DAYS or ("retention_days" in self.fields and not days):
            raise InvalidRequestError(f"retention_days lies between 1 and {_MAX_RETENTION_DAYS}")
        return Wish(self.fields.get("consent_purpose"), timedelta(days=days) if days else None)

    def integer(self, name: str, default: int) -> int:
        """Return a whole number; raise InvalidRequestError."""
        try:
            return int(self.fields.get(name, default))
        except ValueError as error:
            raise InvalidRequestError(f"{name} must be a whole number") from error

    def with_query(self, query: Mapping[str, str]) -> Self:
        """Add query parameters, which yield to fields of the body."""
        return type(self)({**query, **self.fields}, self.images)


async def read_submission(request: Request, server: AnyServer) -> Submission:
    """Read the body of *request*, within limits that hold before it is all there."""
    one_image = server.application.settings.max_image_bytes
    limit = int(MAX_SAMPLES * one_image * _BASE64_GROWTH) + _ENVELOPE_BYTES
    body = _limited(request, limit)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        submission = await _read_form(request, body, one_image)
    elif content_type == "application/json":
        submission = _read_json(b"".join([chunk async for chunk in body]))
    elif content_type.startswith("image/") or content_type == "application/octet-stream":
        submission = Submission({}, (b"".join([chunk async for chunk in body]),))
    else:
        raise InvalidRequestError(
            "send multipart/form-data, application/json with base64 images, or a bare image/jpeg"
        )
    return submission.with_query(request.query_params)


CurrentSubmission = Annotated[Submission, Depends(read_submission)]


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body's chunks; raise ImageTooLargeError as soon as it is too long."""
    message = f"the request is longer than {limit:,} bytes: send fewer or smaller images"
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise ImageTooLargeError(message)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise ImageTooLargeError(message)
        yield chunk


@final
class _InMemoryParser(MultiPartParser):
    """Starlette's parser spools large parts to disk; a photo must not touch it."""

    spool_max_size = 2**31


async def _read_form(
    request: Request, body: AsyncGenerator[bytes, None], one_image: int
) -> Submission:
    parser = _InMemoryParser(
        request.headers,
        body,
        max_files=MAX_SAMPLES,
        max_fields=_MAX_FIELDS,
        max_part_size=int(one_image * _BASE64_GROWTH) + _ENVELOPE_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise InvalidRequestError(f"the form cannot be read: {error}") from error
    fields: dict[str, str] = {}
    images: list[bytes] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            images.append(await value.read())
        elif name in _IMAGE_FIELDS:
            images.append(from_base64(value))
        else:
            fields[name] = value
    await form.close()
    return Submission(fields, tuple(images))


def _read_json(body: bytes) -> Submission:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("the body is not valid JSON") from error
    if not isinstance(content, dict):
        raise InvalidRequestError("the body must be a JSON object")
    images = [
        from_base64(image)
        for name in _IMAGE_FIELDS
        if name in content
        for image in _as_sequence(content[name])
    ]
    fields = {
        name: str(value)
        for name, value in content.items()
        if name not in _IMAGE_FIELDS and isinstance(value, str | int)
    }
    return Submission(fields, tuple(images))


def _as_sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def from_base64(text: object) -> bytes:
    """Decode base64, with or without a data URL around it."""
    if not isinstance(text, str):
        raise ImageUnreadableError("an image in JSON is a base64 string")
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageUnreadableError("an image is not valid base64") from error

"""Reads small bodies, after the caller is known and never more than a few kilobytes.

FastAPI itself reads a body before it asks who sends it, and as much as there is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from mien.errors import InvalidRequestError

MAX_BYTES: Final = 8 * 1024
_MAX_FIELDS: Final = 10
_FORM: Final = "application/x-www-form-urlencoded"

_Model = TypeVar("_Model", bound=BaseModel)


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form, empty ones left out; raise InvalidRequestError.

    No field may come twice (RFC 6749, 3.2).
    """
    if _media_type(request) != _FORM:
        raise InvalidRequestError(f"send a form, as {_FORM}")
    body = await _read(request)
    try:
        pairs = parse_qsl(body.decode(), errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InvalidRequestError("the form cannot be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InvalidRequestError("a field of the form comes twice")
    return fields


def json_body(model: type[_Model]) -> Callable[[Request], Awaitable[_Model]]:
    """Return a dependency that reads a JSON body; it raises InvalidRequestError."""

    async def read(request: Request) -> _Model:
        if _media_type(request) != "application/json":
            raise InvalidRequestError("send application/json")
        try:
            return model.model_validate_json(await _read(request))
        except ValidationError as error:
            # Without what was sent: it may be a password.
            found = error.errors(include_url=False, include_context=False, include_input=False)
            detail = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in found)
            raise InvalidRequestError(detail) from None

    return read


def _described(media_type: str, model: type[BaseModel]) -> dict[str, Any]:
    """Return how such a body looks in OpenAPI.

    Types with names of their own stand in the document already: answers have them too.
    """
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    content = {media_type: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def described_form(model: type[BaseModel]) -> dict[str, Any]:
    """Return how a form looks in OpenAPI."""
    return _described(_FORM, model)


def described_json(model: type[BaseModel]) -> dict[str, Any]:
    """Return how a JSON body looks in OpenAPI."""
    return _described("application/json", model)


async def _read(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise InvalidRequestError(f"the request is longer than {MAX_BYTES} bytes")
    return body


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()

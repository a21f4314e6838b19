"""Make, list, rotate and revoke the API keys of calling programs."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.keys import (
    ApiKeyListResult,
    ApiKeyRequest,
    ApiKeyResult,
    ApiKeyRotation,
    NewApiKeyResult,
)
from mien.api.small_bodies import described_json, json_body
from mien.core.caller import Caller, Scope

_Admin = Annotated[Caller, Depends(require(Scope.ADMIN))]
_KeyId = Annotated[str, Path(description="the public name of a key", examples=["1f2e3d4c"])]

router = APIRouter(
    prefix="/api/v1/api-keys",
    responses=documented(401, 403, 413, 422, 429, 503),
    tags=["API keys"],
)


@router.get("")
async def list_keys(server: CurrentServer, caller: _Admin) -> ApiKeyListResult:
    """List all keys; what is shown identifies them and opens nothing."""
    keys = await server.run(caller, lambda work: work.api_keys.page())
    return ApiKeyListResult(keys=[ApiKeyResult.of(key) for key in keys])


@router.post("", status_code=HTTPStatus.CREATED, openapi_extra=described_json(ApiKeyRequest))
async def create_key(
    server: CurrentServer,
    caller: _Admin,
    wanted: Annotated[ApiKeyRequest, Depends(json_body(ApiKeyRequest))],
) -> NewApiKeyResult:
    """Make a key with the scopes it needs and no more; it is shown once."""
    keys = server.application.api_keys
    valid_for = None if wanted.valid_days is None else timedelta(days=wanted.valid_days)
    new = await server.run(
        caller,
        lambda work: keys.create(
            work,
            label=wanted.label,
            scopes=wanted.scopes,
            audience=wanted.audience,
            valid_for=valid_for,
            liveness=wanted.liveness,
        ),
    )
    return NewApiKeyResult.of(new)


@router.post(
    "/{key_id}/rotate",
    status_code=HTTPStatus.CREATED,
    responses=documented(404),
    openapi_extra=described_json(ApiKeyRotation),
)
async def rotate_key(
    server: CurrentServer,
    caller: _Admin,
    key_id: _KeyId,
    wanted: Annotated[ApiKeyRotation, Depends(json_body(ApiKeyRotation))],
) -> NewApiKeyResult:
    """Make a key like this one; both are accepted until the overlap is over."""
    keys, overlap = server.application.api_keys, timedelta(hours=wanted.overlap_hours)
    new = await server.run(caller, lambda work: keys.rotate(work, key_id, overlap))
    server.callers.forget()
    return NewApiKeyResult.of(new)


@router.delete("/{key_id}", status_code=HTTPStatus.NO_CONTENT, responses=documented(404))
async def revoke_key(server: CurrentServer, caller: _Admin, key_id: _KeyId) -> None:
    """Accept a key no longer; other servers follow within seconds."""
    keys = server.application.api_keys
    await server.run(caller, lambda work: keys.revoke(work, key_id))
    server.callers.forget()

"""Add, list, change and disable operators: for administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.operators import (
    NewOperator,
    OperatorChange,
    OperatorListResult,
    OperatorResult,
)
from mien.api.small_bodies import described_json, json_body
from mien.core.caller import Caller, Role, Scope
from mien.core.operator import Operator, OperatorName, parse_operator_name
from mien.core.ports import UnitOfWork
from mien.errors import InvalidRequestError
from mien.service.manage_operators import ManageOperators

_Administrator = Annotated[Caller, Depends(require(Scope.ADMIN))]
_Name = Annotated[str, Path(description="the operator", examples=["ada"])]

router = APIRouter(
    prefix="/api/v1/operators",
    responses=documented(401, 403, 404, 409, 413, 422, 429, 503),
    tags=["operators"],
)


@router.get("")
async def list_operators(server: CurrentServer, caller: _Administrator) -> OperatorListResult:
    """List all operators by name, disabled ones included."""
    manage = server.application.manage_operators
    return OperatorListResult.of(await server.run(caller, manage.list))


@router.post("", status_code=HTTPStatus.CREATED, openapi_extra=described_json(NewOperator))
async def add_operator(
    server: CurrentServer,
    caller: _Administrator,
    new: Annotated[NewOperator, Depends(json_body(NewOperator))],
) -> OperatorResult:
    """Add an operator."""
    name, role = parse_operator_name(new.name), Role(new.role)
    password, manage = new.password.get_secret_value(), server.application.manage_operators
    added = await server.run(caller, lambda work: manage.add(work, name, role, password))
    return OperatorResult.of(added)


@router.patch("/{name}", openapi_extra=described_json(OperatorChange))
async def change_operator(
    server: CurrentServer,
    caller: _Administrator,
    name: _Name,
    change: Annotated[OperatorChange, Depends(json_body(OperatorChange))],
) -> OperatorResult:
    """Change an operator's role or password, or keep them out; it ends their sessions."""
    whom, manage = parse_operator_name(name), server.application.manage_operators
    if not change.model_fields_set:
        raise InvalidRequestError("send what to change: role, password or disabled")
    changed = await server.run(caller, lambda work: _change(manage, work, whom, change))
    return OperatorResult.of(changed)


def _change(
    manage: ManageOperators, work: UnitOfWork, name: OperatorName, change: OperatorChange
) -> Operator:
    """Make every change in one transaction, or none."""
    if change.password is not None:
        manage.set_password(work, name, change.password.get_secret_value())
    if change.role is not None:
        manage.set_role(work, name, Role(change.role))
    if change.disabled is True:
        return manage.disable(work, name)
    if change.disabled is False:
        return manage.enable(work, name)
    return manage.get(work, name)

"""mien operators: the people who work with mien."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mien.cli.console import AsJson, DataDir, opened_store, out, print_json, reporting
from mien.core.caller import Role
from mien.core.operator import Operator, parse_operator_name
from mien.errors import InvalidRequestError

if TYPE_CHECKING:
    from mien.service.manage_operators import ManageOperators

OperatorArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The operator's name, as ada.")
]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from the first line of stdin."),
]

operators = typer.Typer(help="Add, list, change and disable the people who work with mien.")


@operators.command("add")
def add_operator(
    name: OperatorArgument,
    role: Annotated[Role, typer.Option(help="What they are trusted with.")] = Role.OPERATOR,
    password_stdin: FromStdin = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add an operator; asks for their password."""
    with reporting(as_json=as_json):
        whom, password = parse_operator_name(name), _read_password(from_stdin=password_stdin)
    with opened_store(data_dir, as_json=as_json) as work:
        operator = _manage().add(work, whom, role, password)
    _show(operator, "added", as_json=as_json)


@operators.command("list")
def list_operators(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List all operators, disabled ones included."""
    with opened_store(data_dir, as_json=as_json) as work:
        found = _manage().list(work)
    if as_json:
        print_json({"operators": [_values(operator) for operator in found]})
        return
    table = Table("operator", "role", "since", "disabled")
    for operator in found:
        table.add_row(
            operator.name, operator.role, _time(operator.created_at), _time(operator.disabled_at)
        )
    out.print(table if found else "nobody works with mien yet: mien operators add NAME")


@operators.command("role")
def change_role(
    name: OperatorArgument,
    role: Annotated[Role, typer.Argument(help="What they are trusted with from now on.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Change an operator's role; it ends their sessions."""
    with opened_store(data_dir, as_json=as_json) as work:
        operator = _manage().set_role(work, parse_operator_name(name), role)
    _show(operator, "changed", as_json=as_json)


@operators.command("password")
def set_password(
    name: OperatorArgument,
    password_stdin: FromStdin = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Set an operator's password; it ends their sessions and unlocks their name."""
    with reporting(as_json=as_json):
        whom, password = parse_operator_name(name), _read_password(from_stdin=password_stdin)
    with opened_store(data_dir, as_json=as_json) as work:
        operator = _manage().set_password(work, whom, password)
    _show(operator, "changed", as_json=as_json)


@operators.command("disable")
def disable_operator(
    name: OperatorArgument, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Keep an operator out; it ends their sessions."""
    with opened_store(data_dir, as_json=as_json) as work:
        operator = _manage().disable(work, parse_operator_name(name))
    _show(operator, "disabled", as_json=as_json)


@operators.command("enable")
def enable_operator(
    name: OperatorArgument, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Let a disabled operator in again."""
    with opened_store(data_dir, as_json=as_json) as work:
        operator = _manage().enable(work, parse_operator_name(name))
    _show(operator, "enabled", as_json=as_json)


def _manage() -> ManageOperators:
    # Here, and not above: the other commands start sooner without them.
    from mien.access.passwords import Argon2Passwords
    from mien.bootstrap.clock import utc_now
    from mien.service.manage_operators import ManageOperators

    return ManageOperators(Argon2Passwords(), utc_now)


def _read_password(*, from_stdin: bool) -> str:
    """Return a password; never from an argument, which other users of the machine can see."""
    if not from_stdin:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidRequestError("there is no password on stdin")
    return password


def _show(operator: Operator, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_values(operator))
    else:
        out.print(f"[green]{what}[/] {operator.name}, {operator.role}")


def _values(operator: Operator) -> dict[str, str | None]:
    disabled_at = operator.disabled_at
    return {
        "name": operator.name,
        "role": operator.role.value,
        "created_at": operator.created_at.isoformat(),
        "disabled_at": None if disabled_at is None else disabled_at.isoformat(),
    }


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"

"""Who works with mien here: operators, and the programs with their keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from mien.access.passwords import Argon2Passwords
from mien.core.caller import Role, Scope
from mien.core.liveness import LivenessPolicy
from mien.core.operator import parse_operator_name
from mien.service.manage_api_keys import ManageApiKeys
from mien.service.manage_operators import ManageOperators
from mien.storage.api_keys import generate_api_key, key_id_of
from mien.storage.unit_of_work import SqlUnitOfWork
from web.e2e.accounts import ACCOUNTS

_DOORS: Final = (
    ("Front door", frozenset({Scope.VERIFY, Scope.IDENTIFY}), LivenessPolicy.BOTH),
    ("Workstations", frozenset({Scope.VERIFY}), LivenessPolicy.ACTIVE),
    ("Payroll", frozenset({Scope.VERIFY, Scope.READ}), LivenessPolicy.ACTIVE),
)


def appoint(work: SqlUnitOfWork, at: datetime) -> None:
    """Add an operator of each role, a second administrator, and somebody who has left."""
    manage = ManageOperators(Argon2Passwords(), lambda: at)
    for role in Role:
        account = ACCOUNTS[role.value]
        manage.add(work, parse_operator_name(account.name), role, account.password)
    manage.add(work, parse_operator_name("ines"), Role.ADMIN, "who counts the quiet bridges")
    former = parse_operator_name("ruth")
    manage.add(work, former, Role.OPERATOR, "rivers never ask for directions")
    manage.disable(work, former)


def open_doors(work: SqlUnitOfWork, at: datetime) -> list[str]:
    """Make a key for each program; return what the audit log calls them."""
    manage = ManageApiKeys(_new_key, lambda: at)
    made = [
        manage.create(work, label=label, scopes=scopes, liveness=liveness).about
        for label, scopes, liveness in _DOORS
    ]
    expired = timedelta(days=30)
    manage.create(
        work, label="Pilot, second site", scopes=frozenset({Scope.ENROLL}), valid_for=expired
    )
    return [about.caller().actor for about in made]


def used_today(work: SqlUnitOfWork, at: datetime) -> None:
    """Note that the programs are at work; the one that expired is not."""
    for about in work.api_keys.page():
        if about.is_valid(at):
            work.api_keys.note_use(about.key_id, at)


def _new_key() -> tuple[str, str]:
    key = generate_api_key()
    return key, key_id_of(key)

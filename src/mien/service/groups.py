"""Note the groups that a person belongs to, and show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent
from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT, Attribute, Group
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId
from mien.errors import ConsentMissingError, UnknownSubjectError


def put_group(
    work: UnitOfWork,
    subject_id: SubjectId,
    attribute: Attribute,
    group: Group | None,
    now: datetime,
) -> None:
    """Note a person's group, or None for none; raise UnknownSubjectError or ConsentMissingError.

    On record is that it changed and for whom, not to what: an age or a gender stays where an
    erasure finds it.
    """
    # 1. Somebody who is enrolled.
    pseudonym = work.subjects.pseudonym(subject_id)
    if pseudonym is None:
        raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
    # 2. Agreed to, unless it says nothing of the face; the repository asks once more.
    needs_consent = group is not None and attribute != DEPARTMENT
    if needs_consent and not work.consents.has(subject_id, Purpose.FAIRNESS):
        raise ConsentMissingError(
            f"{subject_id} has not agreed to {Purpose.FAIRNESS}, without which no group but the "
            f"{DEPARTMENT} is noted: ask them, and give that consent first"
        )
    # 3. The group.
    work.groups.put(subject_id, attribute, group)
    # 4. The record.
    change = "removed" if group is None else "noted"
    details: dict[str, str | int] = {"attribute": attribute, "change": change}
    work.audit.append(AuditEvent(AuditAction.GROUP, now, work.actor, pseudonym, details=details))


def show_groups(work: UnitOfWork, subject_id: SubjectId) -> Mapping[Attribute, Group]:
    """Return a person's groups by attribute; raise UnknownSubjectError."""
    return work.groups.of(subject_id)

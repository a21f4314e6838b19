"""Show a person what mien knows of them, and make sure that it is still them."""

from __future__ import annotations

from dataclasses import dataclass

from mien.core.ports import UnitOfWork
from mien.core.profile import Profile
from mien.core.self_service import SelfClaims
from mien.core.template import Subject, SubjectId
from mien.errors import UnauthorizedError


@dataclass(frozen=True, slots=True)
class SelfView:
    """What a person sees of themselves first."""

    subject: Subject
    profile: Profile
    has_password: bool


def require_there(work: UnitOfWork, claims: SelfClaims) -> SubjectId:
    """Return whose token it is; raise UnauthorizedError for somebody who was erased since.

    Whoever was enrolled under the same id after that has another pseudonym.
    """
    subject_id = work.subjects.named(claims.pseudonym)
    if subject_id is None:
        raise UnauthorizedError("nobody is enrolled here any more by whom you signed in")
    return subject_id


def show_self(work: UnitOfWork, subject_id: SubjectId) -> SelfView:
    """Return what a person sees; raise UnknownSubjectError."""
    return SelfView(
        work.subjects.get(subject_id),
        work.profiles.of(subject_id),
        work.own_passwords.find(subject_id) is not None,
    )

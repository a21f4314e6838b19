"""Makes what people do for themselves, where the settings let them."""

from __future__ import annotations

from dataclasses import dataclass

from mien.bootstrap.clock import utc_now
from mien.core.operator import Passwords
from mien.service.authenticate import Authenticate
from mien.service.live.sessions import LiveSessions
from mien.service.own_password import SignInByPassword
from mien.service.self_requests import SelfRequests
from mien.service.self_sign_in import SignInByFace
from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class SelfService:
    """The ways in that a person has without an operator, and with one."""

    face: SignInByFace
    password: SignInByPassword
    requests: SelfRequests


def make_self_service(
    settings: Settings, authenticate: Authenticate, live: LiveSessions, passwords: Passwords
) -> SelfService | None:
    """Return them, None where MIEN_FACE_SIGN_IN is not set."""
    if settings.face_sign_in is None:
        return None
    return SelfService(
        SignInByFace(settings.face_sign_in, authenticate, live),
        SignInByPassword(passwords, utc_now),
        SelfRequests(utc_now),
    )

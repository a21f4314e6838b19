"""Create, rotate and revoke the keys of calling programs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, Protocol, final

from mien.core.api_key import ApiKey
from mien.core.audit import AuditAction, AuditEvent
from mien.core.caller import Scope
from mien.core.liveness import LivenessPolicy
from mien.core.ports import Clock, UnitOfWork
from mien.errors import InvalidRequestError

MAX_LABEL_LENGTH: Final = 64
MAX_AUDIENCE_LENGTH: Final = 256


class KeyMaker(Protocol):
    """Makes a key that nobody can guess, and tells its public name."""

    def __call__(self) -> tuple[str, str]:
        """Return a new key and its public name."""
        ...


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made; its text is known to nobody else and never again."""

    text: str = field(repr=False)
    about: ApiKey


@final
class ManageApiKeys:
    """Every change is recorded in the audit log, under the key's public name."""

    def __init__(self, make_key: KeyMaker, clock: Clock) -> None:
        """Take the parts."""
        self._make_key: Final = make_key
        self._clock: Final = clock

    def create(
        self,
        work: UnitOfWork,
        *,
        label: str,
        scopes: frozenset[Scope],
        audience: str | None = None,
        valid_for: timedelta | None = None,
        liveness: LivenessPolicy = LivenessPolicy.NONE,
    ) -> NewApiKey:
        """Make a key. audience: of the assertions made for it, without one its label.

        liveness: what its authentications have to show besides the face.
        """
        label, audience = label.strip(), (audience or label).strip()
        if not 1 <= len(label) <= MAX_LABEL_LENGTH or len(audience) > MAX_AUDIENCE_LENGTH:
            raise InvalidRequestError(
                f"a label has 1 to {MAX_LABEL_LENGTH} letters, an audience at most "
                f"{MAX_AUDIENCE_LENGTH}"
            )
        now = self._clock()
        text, key_id = self._make_key()
        expires_at = None if valid_for is None else now + valid_for
        about = ApiKey(key_id, label, scopes, audience, now, expires_at, liveness=liveness)
        work.api_keys.add(text, about)
        self._note(work, key_id, "created")
        return NewApiKey(text, about)

    def rotate(self, work: UnitOfWork, key_id: str, overlap: timedelta) -> NewApiKey:
        """Make a key like an old one, which is accepted for *overlap* longer; UnknownKeyError."""
        old, now = work.api_keys.get(key_id), self._clock()
        if not old.is_valid(now):
            raise InvalidRequestError(f"the API key {key_id} has expired: create a new one")
        text, new_id = self._make_key()
        about = replace(old, key_id=new_id, created_at=now, last_used_at=None)
        work.api_keys.add(text, about)
        ends = now + overlap
        work.api_keys.expire(key_id, min(ends, old.expires_at) if old.expires_at else ends)
        self._note(work, key_id, f"rotated to {new_id}")
        return NewApiKey(text, about)

    def revoke(self, work: UnitOfWork, key_id: str) -> None:
        """Accept a key no longer; raise UnknownKeyError."""
        work.api_keys.expire(key_id, self._clock())
        self._note(work, key_id, "revoked")

    def _note(self, work: UnitOfWork, key_id: str, what: str) -> None:
        work.audit.append(
            AuditEvent(
                action=AuditAction.CHANGE_CALLERS,
                at=self._clock(),
                actor=work.actor,
                details={"key": key_id, "change": what},
            )
        )

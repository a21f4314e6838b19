"""Let a person sign in with their face, under the policy that the server asks of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from mien.core.caller import Caller
from mien.core.liveness import LivenessPolicy
from mien.core.ports import UnitOfWork
from mien.core.self_service import SELF, SelfClaims, SignInWay
from mien.core.template import SubjectId
from mien.service.authenticate import Authenticate
from mien.service.claim import Authentication
from mien.service.live.sessions import LiveSessions, LiveTicket


@dataclass(frozen=True, slots=True)
class FaceSignIn:
    """An answer, and on acceptance what a token says of the person."""

    answer: Authentication
    claims: SelfClaims | None = None


@final
class SignInByFace:
    """Signs people in; nobody who calls vouches for them, so they are judged by the policy alone.

    Sessions belong to an actor of their own: no API key completes one, nor does a person one of an
    API key's.
    """

    def __init__(
        self, policy: LivenessPolicy, authenticate: Authenticate, live: LiveSessions
    ) -> None:
        """Take what has to be shown besides the face, and what judges it."""
        self.caller: Final = Caller(SELF, frozenset(), liveness=policy)
        self._authenticate: Final = authenticate
        self._live: Final = live

    @property
    def policy(self) -> LivenessPolicy | None:
        """What has to be shown besides the face; None where the models for that are missing."""
        policy, live = self.caller.liveness, self._live
        lacks_session = policy.needs_session and not live.can_be_held
        lacks_passive = policy.needs_passive and not live.judges_pixels
        return None if lacks_session or lacks_passive else policy

    def begin(self, work: UnitOfWork, subject_id: SubjectId) -> LiveTicket:
        """Begin a live session; raise LockedOutError, ModelMissingError."""
        return self._live.begin(work, self.caller, subject_id, self.caller.liveness)

    def complete(self, work: UnitOfWork, session_id: str) -> FaceSignIn:
        """Sign in by a session that was decided, once; raise UnknownSessionError."""
        return _signed_in(work, self._live.complete(work, self.caller, session_id))

    def with_photo(self, work: UnitOfWork, subject_id: SubjectId, image: bytes) -> FaceSignIn:
        """Sign in by a photo; raise LivenessRequiredError where the policy asks for a session."""
        policy = self.caller.liveness
        return _signed_in(work, self._authenticate(work, subject_id, image, policy))


def _signed_in(work: UnitOfWork, answer: Authentication) -> FaceSignIn:
    if not answer.accepted:
        return FaceSignIn(answer)
    pseudonym = work.subjects.pseudonym(answer.subject_id)
    if pseudonym is None:
        return FaceSignIn(answer)
    return FaceSignIn(answer, SelfClaims(pseudonym, SignInWay.FACE))

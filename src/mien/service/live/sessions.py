"""Live sessions: begun by whoever asks, attached to one stream, concluded, completed once.

As in FIDO the server keeps all of the state and the client proves nothing by itself: it only
shows frames. Demands are drawn when the stream is attached, and told one at a time.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from mien.core.caller import Caller
from mien.core.live.challenge import Challenge, Plan
from mien.core.live.channel import Channel
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion, SequenceModel
from mien.core.live.run import LiveRun, Progress
from mien.core.live.screen_light import Lighting
from mien.core.live.store import LiveSession
from mien.core.liveness import LivenessPolicy
from mien.core.ports import Clock, UnitOfWork
from mien.core.template import FaceSample, SubjectId
from mien.errors import InvalidRequestError, ModelMissingError, UnknownSessionError
from mien.service.claim import Authentication, Claim, Judge
from mien.service.live.frames import Frame, FrameReader
from mien.service.live.outcome import read_outcome, write_outcome

LIVE_FOR: Final = timedelta(seconds=30)

ReaderMaker = Callable[[LiveRun], FrameReader]
"""Makes the reader of one session's frames."""


@dataclass(frozen=True, slots=True)
class LiveTicket:
    """A session that was begun. token: whoever has it may attach a stream, once."""

    token: str
    policy: LivenessPolicy
    expires_at: datetime


@final
class LiveStream:
    """A session with the stream it is attached to. For one thread at a time."""

    def __init__(self, token: str, session: LiveSession, run: LiveRun, reader: FrameReader) -> None:
        """Take what `LiveSessions.attach` made."""
        self.token: Final = token
        self.session: Final = session
        self.run: Final = run
        self._reader: Final = reader

    def greet(self) -> Progress:
        """Return what the person is told first."""
        return self.run.progress()

    def nonce(self, now_s: float) -> str:
        """Return a nonce to send along with whatever is said next."""
        return self.run.channel.issue(now_s)

    def shown(self) -> Sequence[FaceSample]:
        """Return the faces that count: none of a stream that was cut off, or failed.

        A policy that asks for nothing besides would otherwise be content with what there is.
        """
        return self.run.faces if self.run.is_over and self.run.failure is None else ()

    def take(self, frame: Frame) -> Progress:
        """Look at a frame; raises InvalidRequestError for one without a stamp that needs one."""
        if frame.stamp is None and self.run.policy.needs_session:
            raise InvalidRequestError(
                "a frame of this session carries the newest nonce and its time: see docs/api.md"
            )
        return self._reader.read(frame)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How plans are made. fixed: exactly these demands without a pause (unsafe, for tests).

    light: whether the screen shines on the face afterwards.
    """

    rng: random.Random
    among: frozenset[Demand] = frozenset(Demand)
    fixed: Sequence[Demand] = ()
    light: bool = False

    def draw(self) -> Plan:
        """Return a plan."""
        if self.fixed:
            return Plan(self.fixed, [0.0] * len(self.fixed))
        return Plan.draw(self.rng, self.among)


@final
class LiveSessions:
    """The use cases of live sessions."""

    def __init__(
        self,
        judge: Judge,
        make_reader: ReaderMaker | None,
        drawing: Drawing,
        clock: Clock,
        model: SequenceModel | None = None,
        *,
        judges_pixels: bool,
    ) -> None:
        """Take the parts. make_reader: None where the models are missing."""
        self._judge: Final = judge
        self._make_reader: Final = make_reader
        self._drawing: Final = drawing
        self._clock: Final = clock
        self._model: Final = model
        self._judges_pixels: Final = judges_pixels

    @property
    def can_be_held(self) -> bool:
        """Whether the models that follow a face are here."""
        return self._make_reader is not None

    @property
    def judges_pixels(self) -> bool:
        """Whether the models that tell a picture of a person from a person are here."""
        return self._judges_pixels

    def begin(
        self,
        work: UnitOfWork,
        caller: Caller,
        subject_id: SubjectId,
        wish: LivenessPolicy = LivenessPolicy.ACTIVE,
    ) -> LiveTicket:
        """Begin a session under the caller's policy, or a stricter one.

        Raises ModelMissingError, and LockedOutError while nobody may try for this subject.
        """
        policy = caller.liveness.and_also(wish)
        self._require_models(policy)
        self._judge.require_unlocked(work, subject_id, policy)
        now, token = self._clock(), secrets.token_urlsafe(32)
        session = LiveSession(caller.actor, subject_id, policy, now, now + LIVE_FOR)
        work.live_sessions.begin(token, session)
        return LiveTicket(token, policy, session.expires_at)

    def attach(self, work: UnitOfWork, token: str, now_s: float) -> LiveStream:
        """Bind a session to a stream, which begins now; raise UnknownSessionError."""
        session = work.live_sessions.attach(token, self._clock())
        if self._make_reader is None:
            raise _missing()
        challenge = None
        if session.policy.needs_session:
            challenge = Challenge(self._drawing.draw(), now_s)
        rng = self._drawing.rng
        light = Lighting(rng) if challenge and self._drawing.light else None
        channel = Channel(lambda: secrets.token_hex(16))
        run = LiveRun(session.policy, channel, Motion(self._model), challenge, rng, light)
        return LiveStream(token, session, run, self._make_reader(run))

    def conclude(self, work: UnitOfWork, stream: LiveStream) -> Authentication:
        """Decide, however the stream ended: one that was cut off has failed.

        Otherwise whoever is asked for what they cannot do could leave, and be asked again.
        """
        session = stream.session
        if session.subject_id is None:
            raise UnknownSessionError("this session claims nobody")
        claim = Claim(session.subject_id, stream.shown(), stream.run.liveness())
        answer = self._judge(work, claim)
        work.live_sessions.decide(stream.token, write_outcome(answer), self._clock())
        return answer

    def complete(self, work: UnitOfWork, caller: Caller, token: str) -> Authentication:
        """Return what was decided, once, to whoever began the session; or UnknownSessionError."""
        session = work.live_sessions.complete(token, caller.actor, self._clock())
        if session.outcome is None:
            raise UnknownSessionError("this session is not decided")
        return read_outcome(session.outcome)

    def _require_models(self, policy: LivenessPolicy) -> None:
        if self._make_reader is None or (policy.needs_passive and not self._judges_pixels):
            raise _missing()


def _missing() -> ModelMissingError:
    return ModelMissingError("live sessions need two more models: mien models pull liveness")
